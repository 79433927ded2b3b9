// A real SMTP server in a process of its own, and the mails that came to it.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const decoders = {
  base64: (text) => Buffer.from(text, "base64").toString("utf8"),
  "quoted-printable": (text) => {
    const bytes = text.replace(/=\r?\n/g, "").replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
    return Buffer.from(bytes, "latin1").toString("utf8");
  },
  "8bit": (text) => Buffer.from(text, "latin1").toString("utf8"),
  "7bit": (text) => text,
};

/** Encoded words of a header, RFC 2047. */
function words(header) {
  const joined = header.replace(/\?=\s+=\?/g, "?==?");
  return joined.replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind, text) =>
    kind.toLowerCase() === "b" ? decoders.base64(text) : decoders["quoted-printable"](text.replaceAll("_", " ")),
  );
}

/** A mail of one part. */
function read({ from, to, raw }) {
  const end = raw.indexOf("\r\n\r\n");
  const headers = {};
  for (const line of raw.slice(0, end).replace(/\r\n[ \t]+/g, " ").split("\r\n")) {
    const colon = line.indexOf(":");
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const decode = decoders[(headers["content-transfer-encoding"] ?? "7bit").toLowerCase()];
  return { from, to, headers, subject: words(headers.subject ?? ""), text: decode(raw.slice(end + 4)) };
}

/** Starts the server. `next(to)` is the first mail to an address that nobody asked for yet; `mails` are all of them. */
export async function startMail() {
  const child = fork(fileURLToPath(new URL("smtp-server.mjs", import.meta.url)), { stdio: "inherit" });
  const mails = [];
  const taken = new Set();
  let arrived = () => {};
  const port = await new Promise((found, failed) => {
    child.once("error", failed);
    child.once("exit", (code) => failed(new Error(`the mail server ended (${code})`)));
    child.on("message", (message) => {
      if (message.port) return found(message.port);
      mails.push(read(message));
      arrived();
    });
  });
  const next = async (to, patience = 20_000) => {
    const deadline = Date.now() + patience;
    for (;;) {
      const mail = mails.find((each) => !taken.has(each) && each.to.includes(to));
      if (mail) return (taken.add(mail), mail);
      if (Date.now() >= deadline) throw new Error(`no mail to ${to} came within ${patience} ms`);
      await new Promise((wake) => {
        const late = setTimeout(wake, deadline - Date.now());
        arrived = () => (clearTimeout(late), wake());
      });
    }
  };
  const close = () => new Promise((done) => (child.once("exit", done), child.disconnect()));
  return { args: ["--smtp-url", `smtp://127.0.0.1:${port}`, "--mail-from", "North Bridge <crm@north-bridge.example>"], mails, next, close };
}
