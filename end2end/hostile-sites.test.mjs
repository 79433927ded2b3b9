// Pages of sites that nobody knows, and pages without any origin: what is for everybody they may send, once for each proof; through
// a form that is for named sites they get nothing kept, whichever way they send.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { eventually, launch, openPage, signIn, visit } from "./lib/browser.mjs";
import { TEXTS } from "./lib/hostile.mjs";
import { DOORS, LOGIN, NAME, PHONE, THANKS, openIntake, visitor } from "./lib/intake.mjs";
import { words } from "./lib/words.mjs";

const t = words("en");
const FORBIDDEN = t("common.problem_forbidden");

let browser, intake, forms, shop, evil;

/** A site: `/?form=SLUG` shows that form's widget, `/?framed=ADDRESS` another page in a sandbox, where it has no origin. */
async function site(host) {
  const quoted = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  const page = ({ url }, response) => {
    const asked = new URL(url, "http://site").searchParams;
    const widget = asked.has("form") ? `<script src="${intake.origin}/widget.js" async></script><millrace-form form="${quoted(asked.get("form"))}"></millrace-form>` : "";
    const frame = asked.has("framed") ? `<iframe title="Form" sandbox="allow-scripts allow-forms" src="${quoted(asked.get("framed"))}"></iframe>` : "";
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    response.end(`<!doctype html><html lang="en"><meta charset="utf-8"><title>Site</title><link rel="icon" href="data:,"><h1>Site</h1>${widget}${frame}`);
  };
  const listening = createServer(page);
  await new Promise((ready) => listening.listen(0, host, ready));
  return { origin: `http://${host}:${listening.address().port}`, close: () => (listening.close(), listening.closeAllConnections()) };
}

before(async () => {
  browser = await launch();
  intake = await openIntake();
  [shop, evil] = await Promise.all([site("localhost"), site("127.0.0.2")]);
  await intake.build({ slug: "trusting", fields: [NAME, PHONE] });
  await intake.build({ slug: "open", fields: [NAME, PHONE], guarded: "on" });
  await intake.build({ slug: "fenced", fields: [NAME, PHONE], guarded: "on", origins: shop.origin });
  forms = await intake.forms();
});
after(async () => {
  await browser?.close();
  shop?.close();
  evil?.close();
  await intake?.close();
});

/** The newest first. */
async function submissions(slug) {
  const { page } = await intake.load("forms/log", { filter: { form: forms[slug] } });
  return page.rows.map(({ status, suspicions, lead, fields }) => ({ status, suspicions, lead: !!lead, name: Object.fromEntries(fields).name }));
}
const accepted = (name) => ({ status: "accepted", suspicions: [], lead: true, name });
const flagged = (suspicion, name) => ({ status: "flagged", suspicions: [suspicion], lead: false, name });
const api = (slug) => intake.origin + DOORS.api.path(slug);

/** Finds the counter as a browser would. */
function prove({ token, bits }) {
  const zeros = (counter) => Math.clz32(createHash("sha256").update(`${token}:${counter}`).digest().readUInt32BE());
  for (let counter = 0; ; counter++) if (zeros(counter) >= bits) return { token, counter };
}

/** Opens an address as a visitor; `use` gets the page. */
async function at(address, use) {
  const { page, context } = await openPage(browser);
  try {
    await page.goto(address);
    await use(page);
  } finally {
    await context.close();
  }
}
const isPost = (request) => request.method() === "POST";
const answersPost = (response) => isPost(response.request());

async function fill(within, name) {
  await within.getByLabel("Your name").fill(name);
  await within.getByLabel("Phone").fill("+1 617 555 0142");
}
/** Fills the widget in and sends it; what went over the wire, and what came back. */
async function sent(page, within, name) {
  await fill(within, name);
  const [response] = await Promise.all([page.waitForResponse(answersPost), within.getByRole("button", { name: "Call me back" }).click()]);
  await within.getByRole("status").getByText(THANKS).waitFor();
  const [asked, told] = await Promise.all([response.request().allHeaders(), response.allHeaders()]);
  return {
    url: response.url(),
    body: JSON.parse(response.request().postData()),
    key: asked["idempotency-key"],
    id: (await response.json()).id,
    cors: [asked.origin, told["access-control-allow-origin"], told["access-control-allow-credentials"]],
  };
}

/** Runs in a page: sends the body so often at once; the answers. */
function sendIt({ url, body, key, times = 1 }) {
  const headers = { "content-type": "application/json", ...(key && { "idempotency-key": key }) };
  const one = async () => {
    const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
    return { ...(await answer.json()), status: answer.status };
  };
  return Promise.all(Array.from({ length: times }, one));
}

/** Runs in a page: what it hears of a submission by each way that a script has. */
async function everyWay({ url, fields }) {
  const upload = new FormData();
  for (const [key, value] of Object.entries(fields)) upload.append(key, value);
  const json = JSON.stringify({ fields });
  const ways = {
    json: { body: json, headers: { "content-type": "application/json" } },
    pairs: { body: new URLSearchParams(fields) },
    text: { body: json },
    upload: { body: upload },
    blind: { body: new URLSearchParams(fields), mode: "no-cors" },
  };
  const heard = {};
  for (const [name, options] of Object.entries(ways)) {
    const answer = await fetch(url, { method: "POST", ...options }).catch(() => ({ type: "blocked" }));
    heard[name] = answer.status || answer.type;
  }
  return heard;
}
const REFUSED = { json: 403, pairs: 403, text: 403, upload: 403, blind: "opaque" };

/** Runs in a page: sends a plain form, which asks nobody before; `policy` says whether the page tells its origin. */
function postForm({ url, fields, policy }) {
  document.head.append(Object.assign(document.createElement("meta"), { name: "referrer", content: policy }));
  const form = Object.assign(document.createElement("form"), { method: "post", action: url });
  for (const [name, value] of Object.entries(fields)) form.append(Object.assign(document.createElement("input"), { name, value }));
  document.body.append(form);
  setTimeout(() => form.submit());
}

test("a hostile site may show a form that is for everybody; its proofs are good for one submission, whoever it gives them to", async () => {
  const spare = await (await fetch(`${intake.origin}/api/v1/forms/open`)).json();
  await at(`${evil.origin}/?form=open`, async (page) => {
    const { url, body, key, id, cors } = await sent(page, page, "Honest Visitor");
    assert.deepEqual(cors, [evil.origin, "*", undefined]);
    assert.deepEqual(await submissions("open"), [accepted("Honest Visitor")]);
    const other = { ...body, fields: { ...body.fields, name: "Replayed" } };
    await intake.keepsNothing(async () => {
      const again = await page.evaluate(sendIt, { url, body, key, times: 2 });
      assert.deepEqual(again.map((answer) => [answer.status, answer.id]), Array(2).fill([201, id]));
      const [taken] = await page.evaluate(sendIt, { url, body: other, key });
      assert.deepEqual([taken.status, taken.errors[0].field], [400, "Idempotency-Key"]);
      const replayed = await page.evaluate(sendIt, { url, body: other, times: 3 });
      assert.deepEqual(replayed.map(({ status, message }) => [status, message]), Array(3).fill([201, THANKS]), "a bot learns nothing from the answer");
      assert.deepEqual((await submissions("open")).slice(0, 3), Array(3).fill(flagged("used_proof", "Replayed")));
      // Neither another form nor another door takes it.
      await page.evaluate(sendIt, { url: api("call-back"), body: other });
      assert.deepEqual((await submissions("call-back"))[0], flagged("bad_proof", "Replayed"));
      const fields = { ...other.fields, "proof.token": body.proof.token, "proof.counter": body.proof.counter };
      assert.equal((await intake.send("hosted", { fields }, { slug: "open", origin: intake.origin })).status, 200);
      assert.deepEqual((await submissions("open"))[0], flagged("used_proof", "Replayed"));
    });
    const before = (await submissions("open")).length;
    await page.evaluate(sendIt, { url, body: { fields: { name: "Shared", phone: "+1 617 555 0142" }, proof: prove(spare) }, times: 5 });
    const rows = (await submissions("open")).slice(0, -before);
    assert.deepEqual(rows.map(({ status, suspicions }) => `${status} ${suspicions}`).sort(), ["accepted ", ...Array(4).fill("flagged used_proof")]);
  });
  const anna = await openPage(browser);
  await signIn(anna.page, intake.origin, t, LOGIN);
  await visit(anna.page, `${intake.origin}/settings?section=forms&log=flagged&form=${forms.open}`);
  await eventually(() => anna.page.getByText(t("forms.suspicion_used_proof")).count(), 8);
  await anna.context.close();
});

test("a form that is for named sites is for no other, whichever way a page of it sends", async () => {
  const fields = { name: "Evil", phone: "+1 617 555 0142" };
  await intake.keepsNothing(() =>
    at(`${evil.origin}/?form=fenced`, async (page) => {
      await page.getByRole("status").getByText(FORBIDDEN).waitFor();
      assert.deepEqual(await page.evaluate(everyWay, { url: api("fenced"), fields }), REFUSED);
      for (const url of [api("fenced"), `${intake.origin}/f/fenced`, `${intake.origin}/f/trusting`])
        for (const [policy, origin] of [["origin", evil.origin], ["no-referrer", "null"]]) {
          await page.goto(evil.origin);
          const [response] = await Promise.all([page.waitForResponse(answersPost), page.waitForURL(url), page.evaluate(postForm, { url, fields, policy })]);
          assert.deepEqual([response.status(), (await response.request().allHeaders()).origin], [403, origin], url);
        }
    }),
  );
  assert.deepEqual(await submissions("fenced"), []);
  await at(`${shop.origin}/?form=fenced`, async (page) => {
    const { cors } = await sent(page, page, "Guest of the shop");
    assert.deepEqual(cors, [shop.origin, shop.origin, undefined]);
  });
  assert.deepEqual(await submissions("fenced"), [accepted("Guest of the shop")]);
});

test("a page in a sandbox has no origin: it is nobody's site", async () => {
  const sandbox = (address) => `${evil.origin}/?framed=${encodeURIComponent(address)}`;
  const inside = (page) => page.frameLocator("iframe");
  await at(sandbox("/?form=open"), async (page) => {
    const { cors } = await sent(page, inside(page), "Boxed Visitor");
    assert.deepEqual(cors, ["null", "*", undefined]);
    assert.deepEqual((await submissions("open"))[0], accepted("Boxed Visitor"));
  });
  const before = [await submissions("fenced"), await submissions("open")];
  await intake.keepsNothing(async () => {
    await at(sandbox("/?form=fenced"), async (page) => {
      await inside(page).getByRole("status").getByText(FORBIDDEN).waitFor();
      const frame = page.frames().find((each) => each.parentFrame());
      assert.deepEqual(await frame.evaluate(everyWay, { url: api("fenced"), fields: { name: "Evil", phone: "+1 617 555 0142" } }), REFUSED);
    });
    await at(sandbox(`${intake.origin}/f/open`), async (page) => {
      await fill(inside(page), "Boxed");
      const send = inside(page).getByRole("button", { name: t("public.form_send"), exact: true });
      const [response] = await Promise.all([page.waitForResponse(answersPost), send.click()]);
      assert.deepEqual([response.status(), (await response.request().allHeaders()).origin], [403, "null"]);
    });
  });
  assert.deepEqual([await submissions("fenced"), await submissions("open")], before);
});

test("no origin is taken for another, and none is repeated in an answer", async () => {
  const strange = ["null", "https://evil.example", "file://", "*", TEXTS.markup, TEXTS.formula, "x".repeat(8000), "\xff\xfe"];
  const alike = [`${shop.origin}.evil.example`, `${shop.origin}/`, `${shop.origin}@evil.example`, `${shop.origin}0`, shop.origin.slice(0, -1), shop.origin.toUpperCase(), shop.origin.replace("http:", "https:"), `https://evil.example, ${shop.origin}`, `${shop.origin} https://evil.example`];
  const origins = [...strange, ...alike];
  const ask = async (path, method, origin) => {
    const sends = method === "POST" && { "content-type": "application/json" };
    const answer = await fetch(intake.origin + path, { method, headers: { origin, ...sends }, body: sends ? JSON.stringify({ fields: visitor() }) : undefined });
    assert.equal(answer.headers.get("access-control-allow-credentials"), null);
    if (origin !== "*") assert.ok(![...answer.headers.values()].includes(origin), `${method} ${path} ${origin}`);
    return { status: answer.status, allowed: answer.headers.get("access-control-allow-origin"), text: await answer.text() };
  };
  await intake.keepsNothing(async () => {
    for (const origin of origins) {
      const told = await ask(DOORS.api.path("fenced"), "POST", origin);
      // That it is refused the page may read: the widget tells its visitor.
      assert.deepEqual([told.status, told.allowed, JSON.parse(told.text).detail], [403, "*", FORBIDDEN], origin);
      const defined = await ask("/api/v1/forms/fenced", "GET", origin);
      assert.deepEqual([defined.status, /token|fields/.test(defined.text)], [403, false], origin);
      assert.equal((await ask(DOORS.api.path("fenced"), "OPTIONS", origin)).status, 204, origin);
      assert.equal((await ask(DOORS.hosted.path("trusting"), "POST", origin)).status, 403, origin);
    }
  });
  for (const origin of origins) {
    const { status, allowed } = await ask(DOORS.api.path("trusting"), "POST", origin);
    assert.deepEqual([status, allowed], [201, "*"], origin);
  }
});

test("a widget that is given markup for a form says that there is none", () =>
  at(`${evil.origin}/?form=${encodeURIComponent(TEXTS.markup)}`, async (page) => {
    await page.getByRole("status").getByText(t("common.problem_not_found")).waitFor();
    const made = await page.locator("millrace-form").evaluate((host) => [host, host.shadowRoot].map((root) => root.querySelectorAll("[data-pwned], [onerror], [onload]").length));
    assert.deepEqual([made, await page.evaluate(() => window.__pwned ?? null)], [[0, 0], null]);
  }));
