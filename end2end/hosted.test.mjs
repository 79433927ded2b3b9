// The form on a page of its own, as visitors without JavaScript and in frames on other sites use it.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { accessible, launch, openPage } from "./lib/browser.mjs";
import { addUser, freshData, serve } from "./lib/server.mjs";
import { words } from "./lib/words.mjs";

const MARTA = { email: "marta@north-bridge.example", password: "seven mills upon one river" };
const HOSTILE = `"><img src=x onerror="window.hacked=1"></textarea><script>window.hacked=1</script>`;
const t = words("en");
/** A bit more than people need at least to fill a form in. */
const typing = () => new Promise((done) => setTimeout(done, 2200));

let browser, data, server, cookie, allowed, foreign;

/** A site that shows what its address names in a frame. */
async function site(host) {
  const page = ({ url }, response) => {
    const framed = new URL(url, "http://site").searchParams.get("framed");
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    response.end(`<!doctype html><html lang="en"><title>Site</title><h1>Site</h1>${framed ? `<iframe title="Form" src="${framed}"></iframe>` : ""}`);
  };
  const listening = createServer(page);
  await new Promise((ready) => listening.listen(0, host, ready));
  return { origin: `http://${host}:${listening.address().port}`, close: () => (listening.close(), listening.closeAllConnections()) };
}

/** What the marketer does; the answer. */
async function call(name, body, type) {
  const headers = { cookie, "content-type": type, origin: server.origin, accept: "application/json" };
  const answer = await fetch(`${server.origin}/fn/${name}`, { method: "POST", headers, body, redirect: "manual" });
  assert.ok(answer.status < 400, `${name}: ${answer.status} ${await answer.clone().text()}`);
  return answer;
}

/** Builds a form; `parts` are what its builder's inputs are called. */
async function build({ fields, ...parts }) {
  const standard = { id: "", version: "", thanks: "Thank you, we call.", call_back_minutes: "60", duplicate_minutes: "0", owner: "turn", guarded: "on", active: "on" };
  const typed = new URLSearchParams(Object.entries({ ...standard, ...parts }).map(([key, value]) => [`draft[${key}]`, value]));
  for (const [at, field] of fields.entries()) for (const [key, value] of Object.entries(field)) typed.append(`draft[fields][${at}][${key}]`, value);
  typed.append("step", "save");
  await call("forms/save", `${typed}`, "application/x-www-form-urlencoded");
}

/** The newest lines of the log. */
async function log() {
  const answer = await call("forms/log", JSON.stringify({ filter: {} }), "application/json");
  const { page } = await answer.json();
  return page.rows.map(({ status, suspicions, fields, lead }) => ({ status, suspicions, lead: !!lead, fields: Object.fromEntries(fields) }));
}

const NAME = { kind: "name", key: "name", label: "Your name", required: "on" };
const PHONE = { kind: "phone", key: "phone", label: "Phone", required: "on" };

before(async () => {
  browser = await launch();
  data = await freshData();
  await addUser(data, { ...MARTA, name: "Marta Lind", role: "marketer" });
  server = await serve(data);
  [allowed, foreign] = await Promise.all([site("localhost"), site("127.0.0.1")]);
  const body = new URLSearchParams({ ...MARTA, next: "" });
  const answer = await fetch(`${server.origin}/fn/session/begin`, { method: "POST", body, headers: { origin: server.origin }, redirect: "manual" });
  cookie = answer.headers.get("set-cookie")?.split(";")[0];
  assert.match(cookie ?? "", /^millrace=./);
  await build({
    slug: "everything",
    name: "Everything",
    title: "A figure <i>in one call</i>",
    note: "From 9 to 7\non weekdays",
    button: "Ask for an offer",
    fields: [
      NAME,
      PHONE,
      { kind: "email", key: "email", label: "E-mail" },
      { kind: "company", key: "company", label: "Company" },
      { kind: "choice", key: "size", label: "How many are you?", required: "on", options: "Up to 10\n<b>More</b>" },
      { kind: "message", key: "message", label: "What is it about?" },
      { kind: "checkbox", key: "news", label: "Send me the news" },
      { kind: "consent", key: "consent", required: "on" },
      { kind: "hidden", key: "campaign", label: "Campaign", value: "spring" },
    ],
  });
  await build({ slug: "framed", name: "Framed", origins: allowed.origin, fields: [NAME, PHONE] });
  await build({ slug: "open", name: "Open", fields: [NAME, PHONE] });
});
after(async () => {
  await browser?.close();
  allowed?.close();
  foreign?.close();
  await server?.stop();
  await data?.remove();
});

/** Opens an address as a visitor; `use` gets the page. */
async function visit(address, use, options) {
  const visitor = await openPage(browser, options);
  try {
    await visitor.page.goto(address);
    await use(visitor.page, visitor);
  } finally {
    await visitor.context.close();
  }
}
const send = (page, name = t("public.form_send")) => page.getByRole("button", { name, exact: true }).click();
async function fill(page, name) {
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("Phone").fill("+1 617 555-0142");
}
const NO_SCRIPTS = { javaScriptEnabled: false };

describe("the hosted form, without JavaScript", () => {
  const agree = (page) => page.getByRole("checkbox", { name: /^I agree/ });

  test("every kind of field is asked for; what is wrong is named, and nothing that was typed or chosen is lost", async () => {
    await visit(`${server.origin}/f/everything`, async (page) => {
      await page.getByRole("heading", { name: "A figure <i>in one call</i>", level: 1 }).waitFor();
      await page.getByText("From 9 to 7").waitFor();
      for (const name of [/^I agree/, "Send me the news"]) assert.equal(await page.getByRole("checkbox", { name }).isChecked(), false, "nothing is ticked beforehand");
      await page.getByLabel("Your name").fill(HOSTILE);
      await page.getByLabel("Phone").fill("abc");
      await page.getByLabel("E-mail").fill("ann@example.com");
      await page.getByLabel("How many are you?").selectOption("<b>More</b>");
      await page.getByLabel("What is it about?").fill(`${HOSTILE}\nsoon`);
      await page.getByLabel("Send me the news").check();
      await agree(page).check();
      await typing();
      await send(page, "Ask for an offer");
      await page.getByRole("textbox", { name: "Phone", description: t("common.fault_not_a_phone") }).waitFor();
      assert.equal(await page.getByLabel("Phone").inputValue(), "abc");
      assert.equal(await page.getByLabel("Your name").inputValue(), HOSTILE);
      assert.equal(await page.getByLabel("E-mail").inputValue(), "ann@example.com");
      assert.equal(await page.getByLabel("How many are you?").inputValue(), "<b>More</b>");
      assert.equal(await page.getByLabel("What is it about?").inputValue(), `${HOSTILE}\nsoon`);
      assert.ok(await page.getByLabel("Send me the news").isChecked());
      assert.ok(await agree(page).isChecked());
      assert.equal(await page.locator("img, script").count(), 0);

      // Corrected at once: what counts is when the visitor first saw the form.
      await page.getByLabel("Phone").fill("+1 617 555-0142");
      await send(page, "Ask for an offer");
      await page.getByRole("status").getByText("Thank you, we call.").waitFor();
    }, NO_SCRIPTS);
    const [accepted, refused] = await log();
    assert.deepEqual([accepted.status, accepted.suspicions, accepted.lead], ["accepted", [], true]);
    assert.deepEqual([refused.status, refused.lead], ["refused", false]);
    const { name, size, news, stamp, website, campaign } = accepted.fields;
    assert.deepEqual({ name, size, news, stamp, website, campaign }, { name: HOSTILE, size: "<b>More</b>", news: "on", stamp: undefined, website: undefined, campaign: undefined });
  });

  test("the browser itself names what is missing", async () => {
    await visit(`${server.origin}/f/everything`, async (page) => {
      const needed = await page.locator("form :is(input, select, textarea)[required]").evaluateAll((all) => all.map((each) => each.name));
      assert.deepEqual(needed, ["name", "phone", "size", "consent"]);
    });
  });

  test("who falls into the trap reads the thanks as well, and waits in the log", async () => {
    await visit(`${server.origin}/f/open`, async (page) => {
      await fill(page, "Honey Bear");
      await page.locator("input[name=website]").fill("https://pills.example");
      await typing();
      await send(page);
      await page.getByRole("status").getByText("Thank you, we call.").waitFor();
    }, NO_SCRIPTS);
    const [{ status, suspicions, lead, fields }] = await log();
    assert.deepEqual([status, suspicions, lead, fields.name], ["flagged", ["honeypot"], false, "Honey Bear"]);
  });

  test("so does whoever forges the time of the opening or leaves it out", async () => {
    for (const stamp of ["", "1.1.AAAA.BBBB", undefined]) {
      const typed = { name: "Forger", phone: "+1 617 555-0142", website: "", ...(stamp === undefined ? {} : { stamp }) };
      const answer = await fetch(`${server.origin}/f/open`, { method: "POST", body: new URLSearchParams(typed), headers: { origin: server.origin } });
      assert.equal(answer.status, 200);
      assert.match(await answer.text(), /Thank you, we call\./);
      assert.equal((await log())[0].status, "flagged", `${stamp}`);
    }
  });
});

test("people never meet the trap: not by Tab, not by ear, not by eye", async () => {
  await visit(`${server.origin}/f/open`, async (page) => {
    const stops = [];
    for (let turn = 0; turn < 8; turn++) {
      await page.keyboard.press("Tab");
      stops.push(await page.evaluate(() => document.activeElement.getAttribute("name") ?? document.activeElement.nodeName));
    }
    assert.ok(stops.includes("phone") && !stops.includes("website"), `${stops}`);
    assert.deepEqual(await page.getByRole("textbox").evaluateAll((all) => all.map((each) => each.name)), ["name", "phone"]);
    assert.equal(await page.locator(".mr-trap").evaluate((trap) => getComputedStyle(trap).clipPath), "inset(50%)");
    await accessible(page);
  });
  await visit(`${server.origin}/f/everything`, async (page) => {
    await accessible(page);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing sticks out sideways");
  }, { width: 360, theme: "dark" });
});

describe("in a frame", () => {
  const framed = (page) => page.frameLocator("iframe");
  const works = (on, slug, options) =>
    visit(`${on.origin}/?framed=${server.origin}/f/${slug}`, async (page, { faults }) => {
      await fill(framed(page), "Framed Visitor");
      await typing();
      await send(framed(page));
      await framed(page).getByRole("status").getByText("Thank you, we call.").waitFor();
      assert.deepEqual(faults, []);
    }, options);

  test("on a site that the form names it works, with and without JavaScript", async () => {
    await works(allowed, "framed");
    await works(allowed, "framed", NO_SCRIPTS);
    const [one, other] = await log();
    assert.deepEqual([one.status, other.status, one.fields.name], ["accepted", "accepted", "Framed Visitor"]);
  });

  test("on any site, where the form names none", () => works(foreign, "open"));

  test("on another site it is refused", async () => {
    await visit(`${foreign.origin}/?framed=${server.origin}/f/framed`, async (page, { faults }) => {
      await page.locator("iframe").waitFor();
      for (let turn = 0; turn < 100 && !faults.some((fault) => /frame-ancestors/.test(fault)); turn++) await page.waitForTimeout(50);
      assert.match(faults.join("\n"), /frame-ancestors/);
      assert.equal(await framed(page).getByLabel("Your name").count(), 0);
    });
  });

  test("nothing else of the application is ever framed", async () => {
    for (const path of ["/login", "/", "/f/nothing", "/o/unknown"]) {
      const { headers } = await fetch(server.origin + path, { redirect: "manual" });
      assert.equal(headers.get("x-frame-options"), "DENY", path);
      assert.match(headers.get("content-security-policy"), /frame-ancestors 'none'/, path);
    }
  });
});
