// Put behind what the splitter wrote: where its modules are. The file of a part holds several modules one behind another; a module
// that several parts need stands in the file of each.
const names = {/* names */};
const places = {/* places */};
const fetched = new Map();
let part;
function file(name) {
  let bytes = fetched.get(name);
  if (!bytes) {
    bytes = fetch(new URL(name, import.meta.url)).then((answer) => {
      if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
      return answer.arrayBuffer();
    });
    bytes.catch(() => {});
    fetched.set(name, bytes);
  }
  return bytes;
}
async function piece(module) {
  let at = 0;
  for (const [name, length] of places[part]) {
    if (name === module) return new Uint8Array(await file(names[part]), at, length);
    at += length;
  }
}
// The splitter asks for all modules of a part before it waits for any, so `part` still names the part that is loading.
function from(name, load) {
  return (...call) => {
    part = name;
    return load(...call).finally(() => fetched.clear());
  };
}
