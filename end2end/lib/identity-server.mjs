// The identity provider's process. It knows `accounts` by their names; whoever types one is signed in, whatever the password.
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const server = createServer();
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));

process.on("message", ({ client, accounts }) => {
  const provider = new Provider(`http://127.0.0.1:${server.address().port}`, {
    clients: [client],
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    cookies: { keys: [randomBytes(16).toString("hex")] },
    findAccount: (_, name) => accounts[name] && { accountId: name, claims: () => ({ sub: name, ...accounts[name] }) },
    pkce: { required: () => true },
  });
  server.on("request", provider.callback());
  process.send({ ready: true });
});
process.on("disconnect", () => process.exit());
