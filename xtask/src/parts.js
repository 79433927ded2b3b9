// Put behind what the splitter wrote: where its modules are. The file of a part holds several modules one behind another; a module
// that several parts need stands in the file of each. What they are called and how long they are stands before them as JSON, and
// before that how long the JSON is.
const names = {/* names */};
const fetched = new Map();
let part;
function file(name) {
  let modules = fetched.get(name);
  if (!modules) {
    modules = fetch(new URL(name, import.meta.url)).then(async (answer) => {
      if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
      const bytes = await answer.arrayBuffer();
      const head = new Uint8Array(bytes, 4, new DataView(bytes).getUint32(0));
      let at = 4 + head.length;
      return new Map(JSON.parse(new TextDecoder().decode(head)).map(([module, length]) => {
        at += length;
        return [module, new Uint8Array(bytes, at - length, length)];
      }));
    });
    modules.catch(() => {});
    fetched.set(name, modules);
  }
  return modules;
}
async function piece(module) {
  return (await file(names[part])).get(module);
}
// The splitter asks for all modules of a part before it waits for any, so `part` still names the part that is loading.
function from(name, load) {
  return (...call) => {
    part = name;
    return load(...call).finally(() => fetched.clear());
  };
}
