// Two small servers for the widget's tests: a customer's site, and a stand-in for Millrace that answers as told.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

const file = (path) => readFile(new URL(`../../${path}`, import.meta.url), "utf8");

async function serve(host, handler) {
  const server = createServer((request, response) => handler(request, response).catch((error) => response.destroy(error)));
  await new Promise((ready) => server.listen(0, host, ready));
  return {
    origin: `http://${host}:${server.address().port}`,
    close: () => new Promise((closed) => (server.close(closed), server.closeAllConnections())),
  };
}

/** The answer of a server that has the lead safe. */
export const accepted = () => ({ status: 201, body: { id: "lead-1", message: "Thank you! I'll call you soon." } });

/** The answer of a server that refuses fields by name. */
export const refused = (...errors) => ({
  status: 400,
  body: { type: "about:blank", title: "Bad request", status: 400, detail: "Check the marked fields.", errors },
});

/** Stands in for Millrace: `submissions` is what arrived, `answer` decides what is said (null cuts the connection). */
export async function startMillrace() {
  const millrace = { submissions: [], answer: accepted };
  const widget = await file("widget/widget.js");
  const server = await serve("127.0.0.1", async (request, response) => {
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setHeader("Access-Control-Allow-Headers", "content-type, idempotency-key");
    if (request.method === "OPTIONS") return void response.writeHead(204).end();
    if (request.url === "/widget.js") return void response.writeHead(200, { "Content-Type": "text/javascript; charset=utf-8" }).end(widget);
    const chunks = await request.toArray();
    const submission = { path: request.url, key: request.headers["idempotency-key"], cookie: request.headers.cookie, body: JSON.parse(Buffer.concat(chunks).toString()) };
    millrace.submissions.push(submission);
    const answer = await millrace.answer(submission);
    if (!answer) return void response.destroy();
    const type = answer.status < 300 ? "application/json" : "application/problem+json";
    response.writeHead(answer.status, { "Content-Type": type }).end(JSON.stringify(answer.body));
  });
  return Object.assign(millrace, server);
}

/**
 * A customer's site with the strictest policy that the widget's README promises to bear. /demo/landing is the product's own
 * demo site, /two has two forms, /ru speaks Russian, /late brings the element before its script, any other page has one form.
 */
export async function startSite(millrace, host = "localhost") {
  const script = `<script src="${millrace.origin}/widget.js" async></script>`;
  const form = `<millrace-form form="call-back"></millrace-form>`;
  const pages = {
    "/two": ["en", script + form + `<millrace-form form="audit" lang="ru" button="Заказать аудит"></millrace-form>`],
    "/ru": ["ru-RU", script + form],
    "/late": ["en", form + script],
    "/bare": ["en", script],
    "/twice": ["en", script + script + form],
  };
  return serve(host, async (request, response) => {
    const { pathname } = new URL(request.url, "http://site");
    const policy = `default-src 'none'; base-uri 'none'; script-src ${millrace.origin}; connect-src ${millrace.origin}; style-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'`;
    response.setHeader("Content-Security-Policy", policy);
    if (pathname.endsWith(".css")) return void response.writeHead(200, { "Content-Type": "text/css" }).end(await file("style/landing.css"));
    if (pathname.endsWith(".ico")) return void response.writeHead(404).end();
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    const landing = { "/demo/landing": "index", "/demo/landing/services": "services" }[pathname];
    if (landing) {
      const html = await file(`server/assets/landing/${landing}.html`);
      return void response.end(html.replace("{{css}}", "/landing.css").replace("{{nonce}}", "").replace("/widget.js", `${millrace.origin}/widget.js`));
    }
    const [lang, body] = pages[pathname] ?? ["en", script + form];
    response.end(`<!doctype html><html lang="${lang}"><meta charset="utf-8"><title>Site</title><body><main><h1>Site</h1><a href="/next">Next</a>${body}</main></body></html>`);
  });
}
