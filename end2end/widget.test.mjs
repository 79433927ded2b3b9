import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { AxeBuilder } from "@axe-core/playwright";
import { launch, openPage } from "./lib/browser.mjs";
import { accepted, refused, startMillrace, startSite } from "./lib/widget-host.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const THANKS = "Thank you! I'll call you soon.";
const KEPT = "We have kept your request and will send it when the connection is back.";
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
beforeEach(() => {
  millrace.submissions.length = 0;
  millrace.answer = accepted;
});
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
    assert.ok(bytes <= 4096, `${bytes} bytes`);
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
    assert.match(key, /^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    assert.equal(cookie, undefined);
    assert.deepEqual(body, {
      fields: { name: "Ann Lee", phone: "+1 617 555 0100", message: "An audit\nsoon" },
      attribution: { landing_url: `${site.origin}/`, referrer: "", first_landing_url: `${site.origin}/`, first_referrer: "" },
      lang: "en",
    });
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

  test("works on a site without TLS, where crypto.randomUUID is missing", async () => {
    const prepare = ({ page }) => page.addInitScript(() => delete Crypto.prototype.randomUUID);
    const page = await arrive("/", { prepare });
    await fill(page);
    await send(page);
    await status(page).getByText(THANKS).waitFor();
    assert.match(millrace.submissions[0].key, /^\d+-\d+-\d+-\d+$/);
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
    assert.deepEqual(millrace.submissions[0], millrace.submissions[1]);
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

describe("the demo site", () => {
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

  for (const width of [1440, 360])
    test(`keeps the form's place while the script is on its way, at ${width} px`, async () => {
      for (const path of ["/demo/landing", "/demo/landing/services"]) {
        let release;
        const held = new Promise((done) => (release = done));
        visit = await openPage(browser, { width });
        const { page } = visit;
        await page.route("**/widget.js", async (route) => (await held, route.continue()));
        await page.goto(site.origin + path, { waitUntil: "commit" });
        const height = () => page.locator("millrace-form").evaluate((form) => form.offsetHeight);
        const reserved = await height();
        release();
        await page.getByLabel("Your name").waitFor();
        assert.ok(Math.abs(reserved - (await height())) <= 1, `${path}: ${reserved} px kept for ${await height()} px`);
        await visit.context.close();
      }
    });

  test("without scripts there is a link to the form, and the second page opens", async () => {
    const page = await arrive("/demo/landing", { javaScriptEnabled: false });
    assert.ok(await page.getByRole("link", { name: "Ask us to call you back" }).isVisible());
    await page.getByRole("link", { name: "All services and prices" }).click();
    await page.getByRole("heading", { name: "Services and prices" }).waitFor();
  });
});
