import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { AxeBuilder } from "@axe-core/playwright";
import { launch, openPage } from "./lib/browser.mjs";
import { accepted, defined, field, refused, seeded, startMillrace, startSite } from "./lib/widget-host.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const THANKS = "Thank you! I'll call you soon.";
const KEPT = "We keep your request and send it as soon as we get through.";
const PHONE = { field: "phone", code: "invalid", message: "This is not a phone number" };

let browser, millrace, site, visit;

before(async () => {
  browser = await launch();
  millrace = await startMillrace();
  site = await startSite(millrace);
});
after(async () => {
  await browser.close();
  await site.close();
  await millrace.close();
});
beforeEach(() => millrace.reset());
afterEach(async () => {
  await visit?.context.close();
  visit = undefined;
});

/** Opens the site as a new visitor. */
async function arrive(path = "/", { referer, prepare, ...options } = {}) {
  visit = await openPage(browser, options);
  await prepare?.(visit);
  await visit.page.goto(site.origin + path, { referer });
  return visit.page;
}
async function fill(page, name = "Ann Lee", phone = "+1 617 555 0100") {
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("Phone").fill(phone);
}
const send = (page) => page.getByRole("button", { name: "Call me back" }).click();
const status = (page) => page.getByRole("status");
const waiting = (page) => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("millrace.queue.")).length);
const verdicts = () => millrace.submissions.map((each) => each.verdict);
/** Tells the form that `parts` describe. */
const define = (parts) => (millrace.define = (asked) => ({ status: 200, body: defined(asked, parts) }));
/** What has the focus, inside the widget too. */
const focused = (page) => page.evaluate(() => {
  const inside = document.activeElement?.shadowRoot?.activeElement;
  return inside?.id || inside?.className || "nothing";
});
async function until(what, check) {
  for (let turn = 0; turn < 100; turn++) {
    if (await check()) return;
    await new Promise((next) => setTimeout(next, 50));
  }
  assert.fail(`waited in vain until ${what}`);
}
async function noViolations(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  assert.deepEqual(violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target).join(", ")}`), []);
}

describe("the script", () => {
  test("passes the type check", () => {
    const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
    execFileSync(process.execPath, [compiler, "--project", here("../widget")], { stdio: "pipe" });
  });

  test("stays within its budget, without comments and indentation", () => {
    const lines = readFileSync(here("../widget/widget.js"), "utf8").split("\n").map((line) => line.trim());
    const lean = lines.filter((line) => line && !line.startsWith("//") && !line.startsWith("/**")).join("\n");
    const bytes = brotliCompressSync(lean).length;
    assert.ok(bytes <= 6000, `${bytes} bytes`);
  });
});

describe("sending", () => {
  test("the visitor reads the thanks in the form's place, and nothing on the page moves", async () => {
    const page = await arrive();
    await fill(page);
    await page.getByLabel("What do you need?").fill("An audit\nsoon");
    const widget = page.locator("millrace-form");
    const before = await widget.boundingBox();
    await send(page);
    await status(page).getByText(THANKS).waitFor();
    assert.deepEqual(await widget.boundingBox(), before);
    assert.equal(await focused(page), "panel");
    assert.equal(await page.getByRole("button").count(), 0);
    assert.equal(await waiting(page), 0);
    assert.equal(millrace.submissions.length, 1);
    const [{ path, key, cookie, body }] = millrace.submissions;
    assert.equal(path, "/api/v1/forms/call-back/submissions");
    assert.match(key, /^\d+-\d+-\d+-\d+$/);
    assert.equal(cookie, undefined);
    assert.deepEqual(body, {
      fields: { name: "Ann Lee", phone: "+1 617 555 0100", message: "An audit\nsoon" },
      attribution: { landing_url: `${site.origin}/`, referrer: "", first_landing_url: `${site.origin}/`, first_referrer: "" },
      lang: "en",
      website: "",
    });
    assert.deepEqual(verdicts(), ["good"]);
    assert.deepEqual(await visit.context.cookies(), []);
    assert.deepEqual(visit.faults, [], "the strict policy of the site is respected");
    await noViolations(page);
  });

  test("works by keyboard alone", async () => {
    const page = await arrive();
    await page.getByLabel("Your name").focus();
    await page.keyboard.type("Ann");
    await page.keyboard.press("Tab");
    await page.keyboard.type("+16175550100");
    await page.keyboard.press("Enter");
    await status(page).getByText(THANKS).waitFor();
  });

  test("a second click while the first is under way does nothing", async () => {
    let release;
    millrace.answer = () => new Promise((done) => (release = () => done(accepted())));
    const page = await arrive();
    await fill(page);
    await send(page);
    await page.getByRole("button", { name: "Sending" }).click();
    await page.getByLabel("Phone").press("Enter");
    await until("the request has arrived", () => release);
    release();
    await status(page).getByText(THANKS).waitFor();
    assert.equal(millrace.submissions.length, 1);
  });

  test("speaks Russian where the page does, and says so to the server", async () => {
    millrace.answer = () => ({ status: 201, body: { id: "1", message: "Спасибо! Скоро позвоню." } });
    const page = await arrive("/ru");
    await page.getByLabel("Как вас зовут").fill("Елена");
    await page.getByLabel("Телефон").fill("+7 921 555-01-38");
    await page.getByRole("button", { name: "Жду звонка" }).click();
    await status(page).getByText("Спасибо! Скоро позвоню.").waitFor();
    assert.equal(millrace.submissions[0].body.lang, "ru");
  });

  test("two forms on one page keep to themselves", async () => {
    const page = await arrive("/two");
    const audit = page.locator("millrace-form[form=audit]");
    await audit.getByLabel("Как вас зовут").fill("Елена");
    await audit.getByLabel("Телефон").fill("+7 921 555-01-38");
    await audit.getByRole("button", { name: "Заказать аудит" }).click();
    await audit.getByText(THANKS).waitFor();
    assert.equal(millrace.submissions[0].path, "/api/v1/forms/audit/submissions");
    assert.ok(await page.getByRole("button", { name: "Call me back" }).isVisible());
  });

  test("the element may stand before its script, and the script may be there twice", async () => {
    for (const path of ["/late", "/twice"]) {
      const page = await arrive(path);
      await fill(page);
      await send(page);
      await status(page).getByText(THANKS).waitFor();
      assert.deepEqual(visit.faults, []);
      await visit.context.close();
    }
    assert.equal(millrace.submissions.length, 2);
  });

  test("works on a site without TLS, where there is no crypto.subtle", async () => {
    const prepare = ({ page }) => page.addInitScript(() => {
      delete Crypto.prototype.randomUUID;
      delete Crypto.prototype.subtle;
    });
    millrace.bits = 8;
    const page = await arrive("/", { prepare });
    await fill(page);
    await send(page);
    await status(page).getByText(THANKS).waitFor();
    assert.deepEqual(verdicts(), ["good"]);
  });

  test("works in a browser that knows no constructed style sheets", async () => {
    const prepare = ({ page }) => page.addInitScript(() => {
      delete window.CSSStyleSheet;
      delete AbortSignal.timeout;
    });
    const page = await arrive("/", { prepare });
    await fill(page);
    await send(page);
    await status(page).getByText(THANKS).waitFor();
  });
});

describe("refusal", () => {
  test("the server's messages stand under their fields, what was typed stays, and the corrected request is a new one", async () => {
    millrace.answer = () => refused(PHONE);
    const page = await arrive();
    await fill(page, "<b>Ann</b>", "12345");
    await send(page);
    const phone = page.getByLabel("Phone");
    await page.getByText(PHONE.message).waitFor();
    assert.equal(await phone.getAttribute("aria-invalid"), "true");
    assert.equal(await page.getByRole("textbox", { name: "Phone", description: PHONE.message }).count(), 1);
    assert.equal(await focused(page), "phone");
    assert.equal(await phone.inputValue(), "12345");
    assert.equal(await page.getByLabel("Your name").inputValue(), "<b>Ann</b>");
    assert.equal(await page.getByLabel("Your name").getAttribute("aria-invalid"), "false");
    assert.equal(await waiting(page), 0);
    await noViolations(page);
    millrace.answer = accepted;
    await phone.fill("+1 617 555 0100");
    assert.equal(await page.getByText(PHONE.message).count(), 0);
    await send(page);
    await status(page).getByText(THANKS).waitFor();
    assert.notEqual(millrace.submissions[0].key, millrace.submissions[1].key);
  });

  test("empty fields and a phone without digits are named without asking the server", async () => {
    const page = await arrive();
    await send(page);
    assert.equal(await page.getByText("Please fill in this field").count(), 2);
    assert.equal(await focused(page), "name");
    await fill(page, "Ann", "abc");
    await send(page);
    await page.getByText("Please enter the whole number").waitFor();
    assert.equal(await focused(page), "phone");
    assert.equal(millrace.submissions.length, 0);
  });

  test("a refusal that names no field of the form is shown as a whole", async () => {
    millrace.answer = () => ({ status: 404, body: { title: "Not found", status: 404, detail: "There is no such form." } });
    const page = await arrive();
    await fill(page);
    await send(page);
    await page.getByRole("alert").getByText("There is no such form.").waitFor();
    assert.equal(await page.getByLabel("Your name").inputValue(), "Ann Lee");
    assert.equal(await waiting(page), 0);
  });
});

describe("no connection", () => {
  test("the request is kept, the visitor is told, and it leaves with the same key when the connection is back", async () => {
    const page = await arrive();
    await fill(page);
    await visit.context.setOffline(true);
    await send(page);
    await status(page).getByText(KEPT).waitFor();
    assert.equal(await focused(page), "panel");
    assert.equal(await waiting(page), 1);
    const [key] = await page.evaluate(() => Object.keys(localStorage).filter((name) => name.startsWith("millrace.queue.")));
    await visit.context.setOffline(false);
    await status(page).getByText(THANKS).waitFor();
    assert.equal(key, `millrace.queue.${millrace.submissions[0].key}`);
    assert.equal(await waiting(page), 0);
  });

  for (const [name, answer] of [["429", { status: 429, body: {} }], ["503", { status: 503, body: {} }], ["a broken connection", null], ["a 200 that acknowledges nothing", { status: 200, body: {} }]])
    test(`${name}: tried again by itself, with the same key`, async () => {
      const prepare = ({ page }) => page.clock.install();
      const page = await arrive("/", { prepare });
      millrace.answer = () => answer;
      await fill(page);
      await send(page);
      await status(page).getByText(KEPT).waitFor();
      millrace.answer = accepted;
      await page.clock.runFor(11_000);
      await status(page).getByText(THANKS).waitFor();
      assert.ok(millrace.submissions.length >= 2, "Chromium itself may repeat a request whose connection broke");
      assert.equal(new Set(millrace.submissions.map((each) => each.key)).size, 1);
    });

  test("a request left behind is sent from the next page, even one without a form", async () => {
    millrace.answer = () => ({ status: 503, body: {} });
    const page = await arrive();
    await fill(page);
    await send(page);
    await status(page).getByText(KEPT).waitFor();
    millrace.answer = accepted;
    await page.goto(`${site.origin}/bare`);
    await until("nothing waits", async () => (await waiting(page)) === 0);
    const [first, second] = millrace.submissions;
    assert.deepEqual([first.key, first.body], [second.key, second.body]);
    assert.deepEqual(verdicts(), ["good", "good"], "each sending has a token of its own");
  });

  test("a page closed while sending loses nothing; the next one says what became of it and leaves the focus alone", async () => {
    millrace.answer = () => new Promise(() => {});
    const page = await arrive();
    await fill(page);
    await send(page);
    await until("the request has arrived", () => millrace.submissions.length);
    millrace.answer = accepted;
    await page.goto(`${site.origin}/next`);
    await status(page).getByText(THANKS).waitFor();
    assert.equal(await focused(page), "nothing");
    assert.equal(millrace.submissions[0].key, millrace.submissions[1].key);
  });

  test("what is refused later comes back into the form for correction", async () => {
    millrace.answer = () => ({ status: 503, body: {} });
    const page = await arrive();
    await fill(page, "Ann", "12345");
    await send(page);
    await status(page).getByText(KEPT).waitFor();
    millrace.answer = () => refused(PHONE);
    await page.goto(`${site.origin}/bare`);
    await until("it was refused", () => millrace.submissions.length === 2);
    assert.equal(await waiting(page), 1, "nobody could correct it there");
    await page.goto(site.origin);
    await page.getByText(PHONE.message).waitFor();
    assert.equal(await page.getByLabel("Your name").inputValue(), "Ann");
    assert.equal(await waiting(page), 0);
  });

  test("blocked storage does not stop the sending; the visitor is asked to keep the page open", async () => {
    const prepare = ({ page }) => page.addInitScript(() => Object.defineProperty(window, "localStorage", { get: () => { throw new DOMException("blocked", "SecurityError"); } }));
    const page = await arrive("/?utm_source=google", { prepare });
    millrace.answer = () => ({ status: 503, body: {} });
    await fill(page);
    await send(page);
    await status(page).getByText("Please keep this page open").waitFor();
    millrace.answer = accepted;
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await status(page).getByText(THANKS).waitFor();
    assert.equal(millrace.submissions[1].body.attribution.landing_url, `${site.origin}/?utm_source=google`);
    assert.deepEqual(visit.faults.filter((fault) => !fault.includes("503")), []);
  });

  test("spoilt storage is put right", async () => {
    const prepare = ({ page }) => page.addInitScript(() => {
      localStorage["millrace.touches"] = '{"first":1}';
      localStorage["millrace.queue.x"] = "not json";
      localStorage["millrace.queue.y"] = "null";
      localStorage["millrace.form.call-back.en"] = '{"fields":[null]}';
    });
    const page = await arrive("/", { prepare });
    await fill(page);
    await send(page);
    await status(page).getByText(THANKS).waitFor();
    assert.equal(millrace.submissions[0].body.attribution.first_landing_url, `${site.origin}/`);
    assert.deepEqual(visit.faults, []);
  });

  test("a request of more than thirty days ago is let go", async () => {
    const prepare = ({ page }) => page.addInitScript(() => {
      localStorage["millrace.queue.old"] = JSON.stringify({ key: "old", form: "call-back", body: "{}", at: Date.now() - 31 * 864e5 });
    });
    const page = await arrive("/bare", { prepare });
    await until("the storage is clean", async () => (await waiting(page)) === 0);
    assert.equal(millrace.submissions.length, 0);
  });
});

describe("touches", () => {
  const AD = "/?utm_source=google&utm_medium=cpc&utm_term=business+consultant&gclid=x";
  const attribution = async (page) => {
    await fill(page);
    await send(page);
    await status(page).getByText(THANKS).waitFor();
    return millrace.submissions.at(-1).body.attribution;
  };

  test("the ad click survives walking through the site", async () => {
    const page = await arrive(AD, { referer: "https://www.google.com/" });
    await page.getByRole("link", { name: "Next" }).click();
    await page.waitForURL("**/next");
    const landing = site.origin + AD;
    assert.deepEqual(await attribution(page), { landing_url: landing, referrer: "https://www.google.com/", first_landing_url: landing, first_referrer: "https://www.google.com/" });
  });

  test("a later arrival from outside is the last touch; the first stays, and a direct visit changes neither", async () => {
    const page = await arrive(AD, { referer: "https://www.google.com/" });
    await page.goto(`${site.origin}/article`, { referer: "https://yandex.ru/" });
    await page.goto(`${site.origin}/next?client_id=1`);
    assert.deepEqual(await attribution(page), { landing_url: `${site.origin}/article`, referrer: "https://yandex.ru/", first_landing_url: site.origin + AD, first_referrer: "https://www.google.com/" });
    await page.goto(`${site.origin}/promo?yclid=42#top`);
    assert.equal((await attribution(page)).landing_url, `${site.origin}/promo?yclid=42`);
  });

  test("a direct visit long after the ad is a touch of its own", async () => {
    const page = await arrive(AD);
    await page.evaluate(() => {
      const touches = JSON.parse(localStorage["millrace.touches"]);
      touches.last.at -= 91 * 864e5;
      localStorage["millrace.touches"] = JSON.stringify(touches);
    });
    await page.goto(`${site.origin}/direct`);
    const { landing_url, first_landing_url } = await attribution(page);
    assert.deepEqual([landing_url, first_landing_url], [`${site.origin}/direct`, site.origin + AD]);
  });
});

describe("the form as it was built", () => {
  const SIZES = ["Up to 10", "<b>More</b>"];
  const everything = () => ({
    title: "Ask <i>us</i>",
    note: "From 9 to 7",
    button: "Ask for an offer",
    fields: [
      field("name", "Your name", { required: true }),
      field("phone", "Phone", { required: true, max: 60 }),
      field("email", "E-mail", { max: 254 }),
      field("company", "Company"),
      field("choice", "How many are you?", { key: "size", required: true, options: SIZES }),
      field("message", "What is it about?", { max: 4000 }),
      field("checkbox", "Send me the news", { key: "news", max: 20 }),
      field("consent", "", { required: true, max: 20 }),
    ],
    consent: { version: 3, text: "I agree & so on" },
  });
  const ask = (page) => page.getByRole("button", { name: "Ask for an offer" }).click();

  test("every kind of field is there in its order, by name and role, and what was chosen arrives", async () => {
    define(everything());
    const page = await arrive();
    await page.getByRole("heading", { name: "Ask <i>us</i>" }).waitFor();
    await page.getByText("From 9 to 7").waitFor();
    const controls = page.getByRole("form").locator("input:not([name=website]), select, textarea");
    assert.deepEqual(
      await controls.evaluateAll((all) => all.map((each) => [each.id, each.type, each.autocomplete, each.required, each.maxLength ?? null])),
      [
        ["name", "text", "name", true, 200],
        ["phone", "tel", "tel", true, 60],
        ["email", "email", "email", false, 254],
        ["company", "text", "organization", false, 200],
        ["size", "select-one", "", true, null],
        ["message", "textarea", "", false, 4000],
        ["news", "checkbox", "off", false, 20],
        ["consent", "checkbox", "off", true, 20],
      ],
    );
    assert.equal(await page.getByRole("checkbox", { checked: true }).count(), 0, "nothing is ticked beforehand");
    await noViolations(page);
    await fill(page);
    await page.getByLabel("E-mail").fill("ann@example.com");
    await page.getByRole("combobox", { name: "How many are you?" }).selectOption(SIZES[1]);
    await page.getByRole("checkbox", { name: "I agree & so on" }).check();
    await ask(page);
    await status(page).getByText(THANKS).waitFor();
    const fields = { name: "Ann Lee", phone: "+1 617 555 0100", email: "ann@example.com", company: "", size: SIZES[1], message: "", consent: "3" };
    assert.deepEqual(millrace.submissions[0].body.fields, fields);
    assert.deepEqual(visit.faults, []);
  });

  test("what is missing is named at once, and the first of it gets the focus", async () => {
    define(everything());
    const page = await arrive();
    await fill(page);
    await ask(page);
    assert.equal(await page.getByText("Please fill in this field").count(), 1);
    assert.equal(await focused(page), "size");
    await page.getByRole("checkbox", { name: "I agree & so on", description: "Please tick this box" }).waitFor();
    assert.equal(millrace.submissions.length, 0);
    await noViolations(page);
    await page.getByRole("combobox", { name: "How many are you?" }).selectOption(SIZES[0]);
    await page.getByText("I agree & so on").click();
    await ask(page);
    await status(page).getByText(THANKS).waitFor();
  });

  test("the site's own title, note and button go before the form's", async () => {
    define({ ...everything(), button: "" });
    const page = await arrive("/two");
    await page.locator("millrace-form[form=audit]").getByRole("button", { name: "Заказать аудит" }).waitFor();
    await page.locator("millrace-form[form=call-back]").getByRole("button", { name: "Call me back" }).waitFor();
    assert.deepEqual(millrace.definitions.map(({ slug, lang }) => `${slug} ${lang}`).sort(), ["audit ru", "call-back en"]);
  });

  test("the next page shows the remembered form at once, with or without a connection", async () => {
    define(everything());
    const page = await arrive();
    await page.getByLabel("Company").waitFor();
    for (const silence of [() => new Promise(() => {}), () => null]) {
      millrace.define = silence;
      await page.goto(`${site.origin}/next`);
      await page.getByLabel("Company").waitFor();
    }
  });

  test("a form that has changed is drawn anew, but not under the hands of somebody who fills it in", async () => {
    define(everything());
    const page = await arrive();
    await page.getByLabel("Company").waitFor();
    const changed = { ...everything(), note: "From 8 to 8", consent: { version: 4, text: "I agree to more" } };
    let release;
    millrace.define = (asked) => new Promise((told) => (release = () => told({ status: 200, body: defined(asked, changed) })));
    await page.goto(`${site.origin}/next`);
    await fill(page);
    await page.getByLabel("How many are you?").selectOption(SIZES[0]);
    await page.getByLabel("I agree & so on").check();
    release();
    await until("the new one is remembered", () => page.evaluate(() => localStorage["millrace.form.call-back.en"].includes("From 8 to 8")));
    assert.ok(await page.getByText("From 9 to 7").isVisible());
    define(changed);
    millrace.answer = () => refused({ field: "consent", message: "Please agree" });
    await ask(page);
    await page.getByText("Please agree").waitFor();
    await page.getByText("From 8 to 8").waitFor();
    assert.equal(await focused(page), "consent");
    assert.equal(await page.getByLabel("I agree to more").isChecked(), false, "another text was not agreed to");
    assert.deepEqual([await page.getByLabel("Your name").inputValue(), await page.getByLabel("How many are you?").inputValue()], ["Ann Lee", SIZES[0]]);
    await page.goto(`${site.origin}/third`);
    await page.getByText("From 8 to 8").waitFor();
  });

  test("a form that is switched off says so", async () => {
    millrace.define = () => ({ status: 404, body: { title: "Not found", status: 404, detail: "There is no such form." } });
    const page = await arrive();
    await status(page).getByText("There is no such form.").waitFor();
    assert.equal(await page.getByRole("textbox").count(), 0);
  });

  test("after sending, the page goes where the server says, if that is a web address and the visitor waits", async () => {
    const sentTo = (redirect) => (millrace.answer = () => ({ status: 201, body: { ...accepted().body, redirect } }));
    for (const bad of ["javascript:document.title='hacked'", "data:text/html,hacked", "/next"]) {
      sentTo(bad);
      const page = await arrive();
      await fill(page);
      await send(page);
      await status(page).getByText(THANKS).waitFor();
      assert.deepEqual([page.url(), await page.title()], [`${site.origin}/`, "Site"]);
      await visit.context.close();
    }
    millrace.answer = () => ({ status: 503, body: {} });
    const page = await arrive();
    await fill(page);
    await send(page);
    await status(page).getByText(KEPT).waitFor();
    sentTo(`${site.origin}/thanks`);
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await status(page).getByText(THANKS).waitFor();
    assert.equal(page.url(), `${site.origin}/`, "whoever reads on is not torn away");
    await page.goto(`${site.origin}/again`);
    await fill(page);
    await send(page);
    await page.waitForURL("**/thanks");
  });
});

describe("no definition to be had", () => {
  test("name, phone and message are asked for, and the second try goes without proof", async () => {
    millrace.define = () => ({ status: 503, body: {} });
    const page = await arrive("/ru", { prepare: ({ page }) => page.clock.install() });
    await page.getByLabel("Как вас зовут").fill("Елена");
    await page.getByLabel("Телефон").fill("+7 921 555-01-38");
    await page.getByRole("button", { name: "Жду звонка" }).click();
    await status(page).getByText("Мы храним вашу заявку").waitFor();
    assert.equal(millrace.submissions.length, 0);
    await page.clock.runFor(11_000);
    await status(page).getByText(THANKS).waitFor();
    assert.deepEqual(verdicts(), ["no proof"]);
    assert.equal(await waiting(page), 0);
  });

  test("the real form takes its place when the connection is back", async () => {
    millrace.define = () => null;
    const page = await arrive();
    await page.getByLabel("What do you need?").waitFor();
    define({ note: "From 9 to 7" });
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await page.getByText("From 9 to 7").waitFor();
  });

  test("a server that asks for patience gets it", async () => {
    const page = await arrive("/", { prepare: ({ page }) => page.clock.install() });
    millrace.answer = () => ({ status: 429, headers: { "Retry-After": "60" }, body: {} });
    await fill(page);
    await send(page);
    await status(page).getByText(KEPT).waitFor();
    await page.clock.runFor(30_000);
    assert.equal(millrace.submissions.length, 1);
    millrace.answer = accepted;
    await page.clock.runFor(40_000);
    await status(page).getByText(THANKS).waitFor();
  });
});

describe("against bots", () => {
  test("the work is done while the visitor types, and the server finds it right", async () => {
    millrace.bits = 12;
    const page = await arrive();
    await fill(page);
    await send(page);
    await status(page).getByText(THANKS).waitFor();
    assert.deepEqual(verdicts(), ["good"]);
    assert.equal(millrace.definitions.length, 1);
  });

  test("a corrected request has a token of its own, which keeps the time of the opening", async () => {
    millrace.bits = 8;
    millrace.answer = () => refused(PHONE);
    const page = await arrive();
    await fill(page, "Ann", "12345");
    await send(page);
    await page.getByText(PHONE.message).waitFor();
    millrace.answer = accepted;
    await page.getByLabel("Phone").fill("+1 617 555 0100");
    await send(page);
    await status(page).getByText(THANKS).waitFor();
    assert.deepEqual(verdicts(), ["good", "good"]);
    assert.deepEqual(millrace.definitions.map(({ since }) => since), [undefined, millrace.submissions[0].proof.token]);
  });

  test("so has a second try of the same request", async () => {
    millrace.bits = 8;
    millrace.answer = () => ({ status: 503, body: {} });
    const page = await arrive();
    await fill(page);
    await send(page);
    await status(page).getByText(KEPT).waitFor();
    millrace.answer = accepted;
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await status(page).getByText(THANKS).waitFor();
    assert.deepEqual(verdicts(), ["good", "good"]);
    assert.equal(millrace.definitions[1].since, millrace.submissions[0].proof.token);
  });

  test("a token that is about to expire is replaced", async () => {
    const page = await arrive("/", { prepare: ({ page }) => page.clock.install() });
    await fill(page);
    await page.clock.fastForward("09:00");
    await send(page);
    await status(page).getByText(THANKS).waitFor();
    assert.equal(millrace.definitions.length, 2);
    assert.notEqual(millrace.submissions[0].proof.token, millrace.definitions[1].since);
    assert.deepEqual(verdicts(), ["good"]);
  });

  test("tokens of any length are worked on rightly", async () => {
    const lengths = [1, 30, ...Array.from({ length: 14 }, (_, at) => 45 + at), 63, 64, 110, 119, 120, 130];
    millrace.bits = 7;
    millrace.issue = ({ slug }) => "0123456789abcdef".repeat(9).slice(0, Number(slug.slice(1)));
    const page = await arrive(`/many?${lengths.map((length) => `form=n${length}`).join("&")}`);
    await page.getByLabel("Your name").last().waitFor();
    await page.evaluate(() => {
      for (const { shadowRoot } of document.querySelectorAll("millrace-form")) {
        shadowRoot.querySelector("#name").value = "Ann";
        shadowRoot.querySelector("#phone").value = "+1 617 555 0100";
        shadowRoot.querySelector("form").requestSubmit();
      }
    });
    await until("all have arrived", () => millrace.submissions.length === lengths.length);
    assert.deepEqual(millrace.submissions.filter(({ verdict }) => verdict !== "good").map(({ path, verdict }) => `${path} ${verdict}`), []);
  });

  test("the trap is nowhere for people, and what falls into it is told", async () => {
    const page = await arrive();
    const trap = page.locator("input[name=website]");
    await trap.waitFor({ state: "attached" });
    assert.deepEqual(await page.getByRole("textbox").evaluateAll((all) => all.map((each) => each.id)), ["name", "phone", "message"]);
    assert.deepEqual(await trap.evaluate((input) => [getComputedStyle(input).clipPath, input.autocomplete]), ["inset(50%)", "off"]);
    const stops = [];
    await page.getByLabel("Your name").focus();
    for (let stop; (stop = await focused(page)) !== "nothing" && stops.length < 9; await page.keyboard.press("Tab")) stops.push(stop);
    assert.deepEqual(stops.slice(0, 3), ["name", "phone", "message"]);
    assert.ok(!stops.includes("trap"), `${stops}`);
    await fill(page);
    await trap.evaluate((input) => (input.value = "https://spam.example"));
    await send(page);
    await status(page).getByText(THANKS).waitFor();
    assert.equal(millrace.submissions[0].body.website, "https://spam.example");
    assert.equal(millrace.submissions[0].body.fields.website, undefined);
  });
});

describe("behind a button", () => {
  const opener = (page) => page.getByRole("button", { name: "Talk to us" });
  const dialog = (page) => page.getByRole("dialog", { name: "Request a call" });

  test("it opens, is closed by Esc and by its button, and the focus comes back", async () => {
    const page = await arrive("/dialog");
    await opener(page).waitFor();
    assert.equal(await page.getByLabel("Your name").count(), 0);
    await opener(page).press("Enter");
    await dialog(page).waitFor();
    assert.equal(await focused(page), "name");
    await page.keyboard.type("Ann");
    await noViolations(page);
    await page.keyboard.press("Escape");
    await dialog(page).waitFor({ state: "hidden" });
    assert.equal(await focused(page), "opener");
    await opener(page).click();
    assert.equal(await page.getByLabel("Your name").inputValue(), "Ann", "what was typed is there");
    await page.getByRole("button", { name: "Close" }).click();
    await dialog(page).waitFor({ state: "hidden" });
    assert.equal(await focused(page), "opener");
    await opener(page).click();
    await fill(page);
    await send(page);
    await status(page).getByText(THANKS).waitFor();
    assert.equal(await focused(page), "panel");
    await noViolations(page);
    assert.deepEqual(visit.faults, []);
  });

  test("fits a phone in both themes", async () => {
    for (const theme of ["light", "dark"]) {
      const page = await arrive("/dialog", { width: 360, theme });
      await opener(page).click();
      await dialog(page).waitFor();
      await noViolations(page);
      const { x, width } = await dialog(page).boundingBox();
      assert.ok(x >= 0 && x + width <= 360, `${x} + ${width}`);
      await visit.context.close();
    }
  });

  test("what an earlier page left behind and the server refuses waits until somebody looks", async () => {
    millrace.answer = () => ({ status: 503, body: {} });
    const page = await arrive("/dialog");
    await opener(page).click();
    await fill(page, "Ann", "12345");
    await send(page);
    await status(page).getByText(KEPT).waitFor();
    millrace.answer = () => refused(PHONE);
    await page.reload();
    await until("it was refused", () => millrace.submissions.length === 2);
    assert.equal(await waiting(page), 1);
    await opener(page).click();
    await page.getByText(PHONE.message).waitFor();
    assert.equal(await page.getByLabel("Your name").inputValue(), "Ann");
    assert.equal(await waiting(page), 0);
  });
});

describe("nothing on the page moves", () => {
  /** Notes every shift of the layout that the browser sees. */
  const observe = ({ page }) =>
    page.addInitScript(() => {
      window.shifts = [];
      const note = (list) => window.shifts.push(...list.getEntries().map(({ value, sources }) => `${value} by ${sources.map(({ node }) => node?.nodeName)}`));
      new PerformanceObserver(note).observe({ type: "layout-shift", buffered: true });
    });
  /** Two frames later everything has been noted. */
  const shifts = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(window.shifts), 50)))));
  /** A gate that requests wait at. */
  const gate = () => {
    let open;
    const opened = new Promise((done) => (open = done));
    return { open, opened };
  };

  /** Opens a page while its script and then its form are held up; gives what the widget measured meanwhile. */
  async function arriveSlowly(path, options) {
    const [script, form] = [gate(), gate()];
    const define = millrace.define;
    millrace.define = async (asked) => (await form.opened, define(asked));
    visit = await openPage(browser, options);
    const { page } = visit;
    await observe(visit);
    await page.route("**/widget.js", async (route) => (await script.opened, route.continue()));
    await page.goto(site.origin + path, { waitUntil: "domcontentloaded" });
    const height = () => page.locator("millrace-form").first().evaluate((host) => host.offsetHeight);
    const heights = [await height()];
    script.open();
    await until("the script is there", () => millrace.definitions.length);
    heights.push(await height());
    form.open();
    await page.getByLabel("Your name").waitFor();
    heights.push(await height());
    return { page, heights };
  }

  test("while script and form are on their way, when it is sent, and on the next page", async () => {
    const { page, heights } = await arriveSlowly("/kept");
    assert.deepEqual(new Set(heights), new Set([448]), "28rem");
    await fill(page);
    await send(page);
    await status(page).getByText(THANKS).waitFor();
    assert.deepEqual(await shifts(page), []);
    await page.goto(`${site.origin}/kept`);
    await page.getByLabel("Your name").waitFor();
    assert.deepEqual(await shifts(page), []);
  });

  test("and where no place is kept, the browser notices", async () => {
    const { page } = await arriveSlowly("/unkept");
    assert.notDeepEqual(await shifts(page), []);
  });

  for (const width of [1440, 360])
    test(`on the demo site at ${width} px`, async () => {
      for (const path of ["/demo/landing", "/demo/landing/services"]) {
        millrace.reset();
        millrace.define = (asked) => ({ status: 200, body: seeded(asked) });
        const { page, heights } = await arriveSlowly(path, { width });
        assert.equal(new Set(heights).size, 1, `${path}: ${heights}`);
        const free = await page.locator("millrace-form").first().evaluate(({ shadowRoot }) => {
          const box = shadowRoot.querySelector(".box").getBoundingClientRect();
          return box.bottom - shadowRoot.querySelector("button").getBoundingClientRect().bottom;
        });
        assert.ok(free < 64, `${path}: ${free} px are left below the button`);
        assert.deepEqual(await shifts(page), [], path);
        await visit.context.close();
      }
    });
});

describe("the demo site", () => {
  beforeEach(() => (millrace.define = (asked) => ({ status: 200, body: seeded(asked) })));

  for (const width of [1440, 360])
    for (const theme of ["light", "dark"])
      test(`reads well at ${width} px, ${theme}`, async () => {
        for (const path of ["/demo/landing", "/demo/landing/services"]) {
          const page = await arrive(path, { width, theme });
          await page.getByLabel("Your name").waitFor();
          assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing sticks out sideways");
          await noViolations(page);
          assert.deepEqual(visit.faults, []);
          await visit.context.close();
        }
      });

  test("the button opens the same form in a dialog", async () => {
    const page = await arrive("/demo/landing");
    await page.getByRole("button", { name: "Talk to us" }).click();
    const dialog = page.getByRole("dialog", { name: "Ten minutes on the phone" });
    await dialog.getByLabel("Your name").fill("Ann");
    await dialog.getByLabel("Phone").fill("+1 617 555 0100");
    await dialog.getByRole("button", { name: "Call me back" }).click();
    await dialog.getByText(THANKS).waitFor();
    assert.deepEqual(visit.faults, []);
  });

  test("without scripts there is a link to the form, and the second page opens", async () => {
    const page = await arrive("/demo/landing", { javaScriptEnabled: false });
    assert.ok(await page.getByRole("link", { name: "Ask us to call you back" }).isVisible());
    await page.getByRole("link", { name: "All services and prices" }).click();
    await page.getByRole("heading", { name: "Services and prices" }).waitFor();
  });
});
