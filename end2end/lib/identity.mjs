// A real OpenID provider in a process of its own.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/**
 * Starts it. `args` tell the server of it, `client` by what name and secret. `serve(redirect, accounts)` makes it answer: it sends
 * people back to `redirect` and knows `accounts`, `{ name: { email, email_verified } }`. Before that, and after `close()`, it is down.
 */
export async function startIdentity() {
  const child = fork(fileURLToPath(new URL("identity-server.mjs", import.meta.url)), { stdio: ["ignore", "ignore", "ignore", "ipc"] });
  const [{ port }] = await once(child, "message");
  const client = { client_id: "millrace", client_secret: "a secret that only these two know" };
  const serve = async (redirect, accounts) => {
    child.send({ client: { ...client, redirect_uris: [redirect] }, accounts });
    await once(child, "message");
  };
  const close = () => new Promise((done) => (child.once("exit", done), child.disconnect()));
  return { issuer: `http://127.0.0.1:${port}`, client, serve, close };
}
