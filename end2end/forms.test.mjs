// Lead forms: built by keyboard, sent by visitors, decided about in the log; and the lead of a phone call in three fields.
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { accessible, alive, eventually, launch, openPage, signIn } from "./lib/browser.mjs";
import { addUser, freshData, millrace, serve } from "./lib/server.mjs";
import { story } from "./lib/steps.mjs";
import { words } from "./lib/words.mjs";

const PASSWORD = "seven mills upon one river";
const MARTA = { email: "marta@north-bridge.example", password: PASSWORD };
const BORIS = { email: "boris@north-bridge.example", password: PASSWORD };
const HOSTILE = `"><img src=x onerror="window.hacked=1"></textarea><script>window.hacked=1</script>\u202e=1+1`;

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** A company with a marketer who speaks `lang`, and a seller. They are added before the server runs: it sees others after ten seconds. */
async function company(lang) {
  const data = await freshData();
  for (const [name, login, role] of [["Марта Линд", MARTA, "marketer"], ["Борис Репин", BORIS, "sales_rep"]]) {
    const args = ["user", "add", "--email", login.email, "--name", name, "--role", role, "--lang", lang, "--password-stdin", ...data.args];
    const added = await millrace(args, { input: `${login.password}\n` });
    assert.equal(added.code, 0, added.stderr);
  }
  await addUser(data, { name: "Анна Белова", email: "anna@north-bridge.example", password: PASSWORD, role: "admin" });
  return { data, server: await serve(data) };
}

const unharmed = async (page) => assert.equal(await page.evaluate(() => window.hacked), undefined);

describe("a form built by keyboard, in Russian", () => {
  const t = words("ru");
  const step = story("forms-keyboard", () => marta);
  let data, server, marta, page;

  before(async () => {
    ({ data, server } = await company("ru"));
    marta = await openPage(browser, { locale: "ru-RU" });
    page = marta.page;
    await signIn(page, server.origin, t, MARTA);
  });
  after(async () => {
    await marta?.context.close();
    await server?.stop();
    await data?.remove();
  });

  const go = async (path) => (await page.goto(server.origin + path), alive(page));
  const label = (name, lang) => page.getByLabel(`${name}, ${t(`forms.${lang}`)}`, { exact: true });
  const focused = () => page.evaluate(() => document.activeElement.id);
  const key = (...keys) => keys.reduce((before, each) => before.then(() => page.keyboard.press(each)), Promise.resolve());
  const type = (text) => page.keyboard.type(text);
  /** Sends the hosted form as a visitor without JavaScript, `wait` milliseconds after opening it. */
  const visit = async (slug, wait, fill) => {
    const visitor = await openPage(browser, { locale: "ru-RU", javaScriptEnabled: false });
    await visitor.page.goto(`${server.origin}/f/${slug}`);
    await fill(visitor.page);
    await new Promise((next) => setTimeout(next, wait));
    await visitor.page.locator("form button[type=submit]").click();
    await visitor.page.getByRole("status").getByText("Спасибо").waitFor();
    await visitor.context.close();
  };
  const submission = (text) => page.getByRole("row").filter({ hasText: text });

  step("a marketer reaches forms and channels, and nothing else of the settings", async () => {
    await go("/settings");
    const sections = page.getByRole("navigation", { name: t("settings.sections") });
    for (const there of ["forms.title", "channels.title"]) await sections.getByRole("link", { name: t(there), exact: true }).waitFor();
    for (const gone of ["settings.users", "settings.company", "settings.audit"]) assert.equal(await sections.getByRole("link", { name: t(gone), exact: true }).count(), 0);
    await sections.getByRole("link", { name: t("forms.title"), exact: true }).click();
    await page.getByRole("link", { name: "Обратный звонок" }).waitFor();
    await accessible(page);
  });

  step("name and address are typed, and the preview follows", async () => {
    await page.getByRole("link", { name: t("forms.add") }).focus();
    await key("Enter");
    await label(t("common.name"), "english").focus();
    await key("Tab");
    await type("Аудит <b>склада</b>");
    await key("Tab");
    await type("audit");
    const preview = page.locator('.preview-of[lang="ru"]');
    await preview.getByText("Аудит <b>склада</b>").waitFor();
    assert.equal(await page.locator('.preview-of[lang="en"]').isVisible(), false);
  });

  step("a choice is added, described, made necessary and moved up", async () => {
    await page.getByLabel(t("forms.add_kind")).focus();
    const chosen = () => page.getByLabel(t("forms.add_kind")).inputValue();
    for (let tries = 0; (await chosen()) !== "choice" && tries < 9; tries++) await key("ArrowDown");
    await key("Tab", "Enter");
    await eventually(async () => /^field-\d+-label$/.test(await focused()), true);
    await key("Tab");
    await type("Какой склад?");
    await key("Tab");
    await type("North | Север\nЮг");
    await key("Tab");
    assert.match(await focused(), /-key$/);
    await key("Tab", "Space");
    const group = page.getByRole("group", { name: `4. ${t("forms.kind_choice")}` });
    assert.ok(await group.getByLabel(t("forms.required")).isChecked());
    await key("Tab");
    const up = () => page.evaluate(() => document.activeElement.getAttribute("aria-label"));
    assert.equal(await up(), t("forms.up"));
    await key("Enter");
    await page.getByRole("group", { name: `3. ${t("forms.kind_choice")}` }).waitFor();
    await page.getByText(t("forms.moved", { n: 3, of: 4 })).waitFor();
    await eventually(up, t("forms.up"), "the focus stays on the button");
    const preview = page.locator('.preview-of[lang="ru"]');
    await preview.getByText("Какой склад?").waitFor();
    assert.deepEqual(await preview.locator("option").allTextContents(), ["", "Север", "Юг"]);
  });

  step("a wrong address is told where it is, and nothing that was typed is lost", async () => {
    await page.getByLabel(t("forms.redirect")).focus();
    await type("http://example.com");
    await key("Enter");
    const redirect = page.getByLabel(t("forms.redirect"));
    await eventually(() => redirect.getAttribute("aria-invalid"), "true");
    await page.getByText(t("forms.fault_address")).waitFor();
    await eventually(focused, "form-redirect");
    assert.equal(await label(t("common.name"), "russian").inputValue(), "Аудит <b>склада</b>");
    await accessible(page);
    await redirect.fill("");
  });

  step("Enter saves it; code and address are shown to take away", async () => {
    await page.getByLabel(t("forms.slug")).focus();
    await key("Enter");
    await page.waitForURL(/form=[0-9a-f-]{36}/);
    await eventually(focused, "form-save");
    const snippet = page.getByLabel(t("forms.snippet"));
    assert.match(await snippet.inputValue(), /<millrace-form form="audit"><\/millrace-form>/);
    await page.getByRole("button", { name: t("forms.copy"), exact: true }).click();
    await eventually(() => snippet.evaluate((field) => field.value.slice(field.selectionStart, field.selectionEnd) === field.value), true);
  });

  step("somebody who types slowly becomes a lead, a quick one waits in the log", async () => {
    const fill = (name, phone) => async (visitor) => {
      await visitor.getByLabel("Имя").fill(name);
      await visitor.getByLabel("Телефон").fill(phone);
      await visitor.getByLabel("Какой склад?").selectOption("Север");
    };
    await visit("audit", 2200, fill("Елена Тихая", "+7 921 555-01-38"));
    await visit("audit", 0, fill("Быстрая Белка", "+7 921 555-01-39"));
    await go("/settings?section=forms&log=1");
    await submission("Елена Тихая").getByText(t("forms.status_accepted"), { exact: true }).waitFor();
    const waits = submission("Быстрая Белка");
    await waits.getByText(t("forms.status_flagged"), { exact: true }).waitFor();
    await waits.getByText(t("forms.suspicion_too_fast")).waitFor();
    await accessible(page);
    await go("/settings?section=forms");
    await submission("audit").getByRole("link", { name: t("forms.waiting_n", { n: 1 }) }).click();
    await submission("Быстрая Белка").waitFor();
    assert.equal(await submission("Елена Тихая").count(), 0);
  });

  step("what waits is made a lead with one press, and its answers stand on the timeline", async () => {
    await submission("Быстрая Белка").getByRole("button", { name: t("forms.release") }).focus();
    await key("Enter");
    await page.getByRole("link", { name: t("forms.made") }).click();
    await page.getByRole("heading", { name: "Быстрая Белка", level: 1 }).waitFor();
    await page.getByText("Какой склад?: Север").first().waitFor();
    await go("/settings?section=forms&log=released");
    await submission("Быстрая Белка").getByText("Марта Линд").waitFor();
  });

  step("what a bot sends is text, wherever it is shown", async () => {
    const fields = { name: HOSTILE, phone: "+7 921 555-01-40", message: HOSTILE, [HOSTILE.slice(0, 60)]: HOSTILE.repeat(20) };
    const sent = await page.request.post(`${server.origin}/api/v1/forms/call-back/submissions`, { data: { fields, website: "https://pills.example" } });
    assert.equal(sent.status(), 201, await sent.text());
    await go("/settings?section=forms&log=flagged");
    const row = submission("onerror");
    await row.getByText(t("forms.suspicion_honeypot")).waitFor();
    assert.equal(await row.locator("img").count(), 0);
    await page.setViewportSize({ width: 360, height: 800 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 360, `${wide} px`);
    await page.setViewportSize({ width: 1440, height: 900 });
    await row.getByRole("button", { name: t("forms.release") }).click();
    await page.getByRole("link", { name: t("forms.made") }).click();
    await page.getByRole("heading", { level: 1 }).filter({ hasText: "onerror" }).waitFor();
    await unharmed(page);
  });

  step("what a marketer types is text as well: in the builder, in its preview and on the hosted page", async () => {
    await go("/settings?section=forms&form=new");
    await label(t("common.name"), "russian").fill(HOSTILE);
    await page.getByLabel(t("forms.slug")).fill("hostile");
    await label(t("forms.note"), "russian").fill(HOSTILE);
    await label(t("forms.label"), "russian").first().fill(HOSTILE);
    await page.getByRole("button", { name: t("common.save"), exact: true }).click();
    await page.waitForURL(/form=[0-9a-f-]{36}/);
    await page.reload();
    await alive(page);
    assert.equal(await label(t("forms.note"), "russian").inputValue(), HOSTILE);
    assert.equal(await page.locator(".preview-of img, .form-builder script").count(), 0);
    await unharmed(page);
    const visitor = await openPage(browser, { locale: "ru-RU" });
    await visitor.page.goto(`${server.origin}/f/hostile`);
    await visitor.page.getByRole("heading", { level: 1 }).filter({ hasText: "onerror" }).waitFor();
    assert.equal(await visitor.page.locator("img, script").count(), 0);
    await unharmed(visitor.page);
    await visitor.context.close();
    assert.deepEqual(marta.faults.filter((fault) => !/status of 400/.test(fault)), []);
  });
});

describe("forms without JavaScript", () => {
  const t = words("en");
  const step = story("forms-nojs", () => marta);
  let data, server, marta, page;

  before(async () => {
    ({ data, server } = await company("en"));
    marta = await openPage(browser, { javaScriptEnabled: false });
    page = marta.page;
    await signIn(page, server.origin, t, MARTA);
  });
  after(async () => {
    await marta?.context.close();
    await server?.stop();
    await data?.remove();
  });

  const button = (key, within = page) => within.getByRole("button", { name: t(key), exact: true });
  const group = (n, kind) => page.getByRole("group", { name: `${n}. ${t(`forms.kind_${kind}`)}` });
  const label = (name, lang = "english", within = page) => within.getByLabel(`${name}, ${t(`forms.${lang}`)}`, { exact: true });

  step("fields are added and moved by the form's own buttons, and nothing is saved meanwhile", async () => {
    await page.goto(`${server.origin}/settings?section=forms&form=new`);
    await label(t("common.name")).fill("Audit & <more>");
    await page.getByLabel(t("forms.slug")).fill("audit");
    await page.getByLabel(t("forms.add_kind")).selectOption({ label: t("forms.kind_email") });
    await button("forms.add_field").click();
    await page.getByText(t("forms.unsaved")).waitFor();
    await group(4, "email").waitFor();
    await page.getByRole("listitem").filter({ has: group(4, "email") }).getByRole("button", { name: t("forms.up") }).click();
    await group(3, "email").waitFor();
    assert.equal(await label(t("common.name")).inputValue(), "Audit & <more>");
    const list = await page.request.get(`${server.origin}/f/audit`);
    assert.equal(list.status(), 404, "visitors see nothing of it");
  });

  step("a fault comes back with all that was typed", async () => {
    await page.getByLabel(t("forms.slug")).fill("Audit it!");
    await button("common.save").click();
    await page.getByText(t("forms.fault_slug")).waitFor();
    assert.equal(await page.getByLabel(t("forms.slug")).inputValue(), "Audit it!");
    assert.equal(await label(t("common.name")).inputValue(), "Audit & <more>");
    await group(3, "email").waitFor();
  });

  step("corrected, it is saved and stands on its own page", async () => {
    await page.getByLabel(t("forms.slug")).fill("audit");
    await button("common.save").click();
    await page.getByLabel(t("forms.snippet")).waitFor();
    assert.equal((await page.request.get(`${server.origin}/f/audit`)).status(), 200);
  });

  step("what looks like a bot's is discarded by a plain form", async () => {
    const fields = { name: "Bot", phone: "+1 617 555-0142" };
    const sent = await page.request.post(`${server.origin}/api/v1/forms/audit/submissions`, { data: { fields, website: "x" } });
    assert.equal(sent.status(), 201, await sent.text());
    await page.goto(`${server.origin}/settings?section=forms&log=flagged`);
    await button("forms.discard").click();
    await page.getByText(t("forms.none_flagged"), { exact: true }).waitFor();
    await page.goto(`${server.origin}/settings?section=forms&log=discarded`);
    await page.getByRole("row").filter({ hasText: "Bot" }).getByText(t("forms.status_discarded"), { exact: true }).waitFor();
  });
});

for (const javaScriptEnabled of [true, false])
  describe(`a call in three fields, ${javaScriptEnabled ? "with" : "without"} JavaScript`, () => {
    const t = words("en");
    const step = story(`capture-${javaScriptEnabled}`, () => boris);
    let data, server, boris, page;

    before(async () => {
      ({ data, server } = await company("en"));
      boris = await openPage(browser, { javaScriptEnabled, width: javaScriptEnabled ? 1440 : 360 });
      page = boris.page;
      await signIn(page, server.origin, t, BORIS);
    });
    after(async () => {
      await boris?.context.close();
      await server?.stop();
      await data?.remove();
    });

    const dialog = () => page.getByRole("dialog", { name: t("leads.add") });
    const open = async () => {
      await page.goto(`${server.origin}/leads`);
      if (javaScriptEnabled) await alive(page);
      await page.getByRole("button", { name: t("leads.add"), exact: true }).click();
      await dialog().waitFor();
      await eventually(() => page.locator("#f-phone").evaluate((field) => field === document.activeElement), true);
    };
    const heading = (name) => page.getByRole("heading", { name, level: 1 }).waitFor();

    step("phone, name, what it is about, Enter", async () => {
      await open();
      await page.keyboard.type("+1 617 555-0142");
      await page.keyboard.press("Tab");
      await page.keyboard.type("Elena Brandt");
      await page.keyboard.press("Tab");
      await page.keyboard.type("Moves in June");
      await page.keyboard.press("Enter");
      await heading("Elena Brandt");
      await page.getByText("Moves in June").first().waitFor();
    });

    step("whoever is known by the number is shown, and Enter opens their card", async () => {
      await open();
      await page.keyboard.type("+1 (617) 555 0142");
      if (!javaScriptEnabled) {
        await page.getByLabel(t("common.name")).fill("Somebody");
        await page.locator("#f-phone").press("Enter");
      }
      await dialog().getByText(t("leads.known")).waitFor();
      await dialog().getByRole("link", { name: "Elena Brandt" }).waitFor();
      if (javaScriptEnabled) await accessible(page);
      else assert.equal(await page.getByLabel(t("common.name")).inputValue(), "Somebody");
      await page.locator("#f-phone").press("Enter");
      await heading("Elena Brandt");
    });

    step("a new lead of the same number can be made all the same", async () => {
      await open();
      await page.keyboard.type("+16175550142");
      await page.getByLabel(t("common.name")).fill("Paul Stone");
      if (!javaScriptEnabled) await page.locator("#f-phone").press("Enter");
      await dialog().getByRole("button", { name: t("leads.known_anyway") }).click();
      await heading("Paul Stone");
    });

    step("a number that is none is told at its field, and nothing is lost", async () => {
      await open();
      await page.keyboard.type("abc");
      await page.getByLabel(t("common.name")).fill("Nobody");
      await page.locator("#f-phone").press("Enter");
      await page.getByText(t("common.fault_not_a_phone")).waitFor();
      assert.equal(await page.locator("#f-phone").inputValue(), "abc");
      assert.equal(await page.getByLabel(t("common.name")).inputValue(), "Nobody");
    });
  });
