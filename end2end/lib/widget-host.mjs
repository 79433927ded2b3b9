// Two small servers for the widget's tests: a customer's site, and a stand-in for Millrace that answers as told.
import { createHash, randomBytes } from "node:crypto";
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

/** A field as the definition has it. */
export const field = (kind, label, { key = kind, required = false, max = 200, ...rest } = {}) => ({ key, kind, label, required, max, ...rest });

const WORDS = {
  en: { title: "Request a call", name: "Your name", phone: "Phone", message: "What do you need?", button: "Call me back", thanks: "Thank you! I'll call you soon." },
  ru: { title: "Заказать звонок", name: "Как вас зовут", phone: "Телефон", message: "Что нужно", button: "Жду звонка", thanks: "Спасибо! Скоро позвоню." },
};

/** A form with name, phone and message; `parts` say what is different. */
export function defined({ slug, lang }, parts = {}) {
  const words = WORDS[lang] ?? WORDS.en;
  const fields = [field("name", words.name, { required: true }), field("phone", words.phone, { required: true, max: 60 }), field("message", words.message, { max: 4000 })];
  return { slug, lang, title: words.title, note: "", button: words.button, thanks: words.thanks, redirect: "", fields, consent: null, ...parts };
}

/** The form that a fresh Millrace has. */
export const seeded = (asked) =>
  defined(asked, {
    title: "Call me back",
    button: "",
    fields: [field("name", "Your name", { required: true }), field("phone", "Phone", { required: true }), field("email", "E-mail"), field("message", "What is it about?"), field("consent", "")],
    consent: { version: 1, text: "I agree that my data are kept and used to answer my request. I can take this back at any time." },
  });

const leadingZeros = (digest) => {
  const at = digest.findIndex((byte) => byte);
  return at < 0 ? digest.length * 8 : at * 8 + Math.clz32(digest[at]) - 24;
};

/**
 * Stands in for Millrace. `submissions` is what arrived, each with a `verdict` on its proof of work; `answer` decides what is said
 * (null cuts the connection). `definitions` is who asked for a form, `define` what is told, `bits` how much work a token costs.
 */
export async function startMillrace() {
  const millrace = {};
  const reset = () => Object.assign(millrace, { submissions: [], definitions: [], answer: accepted, define: (asked) => ({ status: 200, body: defined(asked) }), bits: 0, issue: () => randomBytes(33).toString("base64url") });
  reset();
  const tokens = new Map();
  const issue = (asked) => {
    const token = millrace.issue(asked);
    tokens.set(token, { slug: asked.slug, bits: millrace.bits, opened: tokens.get(asked.since)?.opened ?? Date.now() });
    return { token, bits: millrace.bits };
  };
  const judge = (slug, proof) => {
    if (!proof) return "no proof";
    const known = tokens.get(proof.token);
    if (known?.slug !== slug) return "forged";
    if (known.used) return "used before";
    known.used = true;
    if (leadingZeros(createHash("sha256").update(`${proof.token}:${proof.counter}`).digest()) < known.bits) return "not worked for";
    return known.bits && Date.now() - known.opened < 2000 ? "too fast" : "good";
  };
  const widget = await file("widget/widget.js");
  const server = await serve("127.0.0.1", async (request, response) => {
    const url = new URL(request.url, "http://millrace");
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setHeader("Access-Control-Allow-Headers", "content-type, idempotency-key");
    response.setHeader("Access-Control-Expose-Headers", "retry-after");
    if (request.method === "OPTIONS") return void response.writeHead(204).end();
    if (url.pathname === "/widget.js") return void response.writeHead(200, { "Content-Type": "text/javascript; charset=utf-8" }).end(widget);
    const slug = url.pathname.split("/")[4];
    let answer;
    if (request.method === "GET") {
      const asked = { slug, lang: url.searchParams.get("lang"), since: url.searchParams.get("since") ?? undefined };
      millrace.definitions.push(asked);
      answer = await millrace.define(asked);
      if (answer?.status === 200) answer = { status: 200, body: { ...answer.body, ...issue(asked) } };
    } else {
      const chunks = await request.toArray();
      const { proof, ...body } = JSON.parse(Buffer.concat(chunks).toString());
      const submission = { path: url.pathname, key: request.headers["idempotency-key"], cookie: request.headers.cookie, body, proof, verdict: judge(slug, proof) };
      millrace.submissions.push(submission);
      answer = await millrace.answer(submission);
    }
    if (!answer) return void response.destroy();
    const type = answer.status < 300 ? "application/json" : "application/problem+json";
    response.writeHead(answer.status, { "Content-Type": type, ...answer.headers }).end(JSON.stringify(answer.body));
  });
  return Object.assign(millrace, server, { reset });
}

/**
 * A customer's site with the strictest policy that the widget's README promises to bear. /demo/landing is the product's own
 * demo site, /two has two forms, /ru speaks Russian, /late brings the element before its script, /kept keeps the form's place,
 * /dialog has a form behind a button, /many one for each slug that its query names, any other page has one form.
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
    "/kept": ["en", `<link rel="stylesheet" href="/kept.css">${form}<p>What stands below</p>${script}`],
    "/unkept": ["en", `${form}<p>What stands below</p>${script}`],
    "/dialog": ["en", `${script}<millrace-form form="call-back" mode="dialog" opener="Talk to us"></millrace-form><button>Another button</button>`],
  };
  return serve(host, async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://site");
    const policy = `default-src 'none'; base-uri 'none'; script-src ${millrace.origin}; connect-src ${millrace.origin}; style-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'`;
    response.setHeader("Content-Security-Policy", policy);
    if (pathname.endsWith(".ico")) return void response.writeHead(404).end();
    if (pathname.endsWith(".css")) {
      // The first is what the widget's README asks of every site.
      const style = pathname === "/kept.css" ? "millrace-form { display: block; min-height: 28rem; }" : await file("style/landing.css");
      return void response.writeHead(200, { "Content-Type": "text/css" }).end(style);
    }
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    const landing = { "/demo/landing": "index", "/demo/landing/services": "services" }[pathname];
    if (landing) {
      const html = await file(`server/assets/landing/${landing}.html`);
      return void response.end(html.replace("{{css}}", "/landing.css").replace("{{nonce}}", "").replace("/widget.js", `${millrace.origin}/widget.js`));
    }
    const many = searchParams.getAll("form").map((slug) => `<millrace-form form="${slug}"></millrace-form>`);
    const [lang, body] = pages[pathname] ?? ["en", script + (pathname === "/many" ? many.join("") : form)];
    response.end(`<!doctype html><html lang="${lang}"><meta charset="utf-8"><title>Site</title><body><main><h1>Site</h1><a href="/next">Next</a>${body}</main></body></html>`);
  });
}
