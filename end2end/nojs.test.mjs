// Without JavaScript: the visitor's form, and what a seller does most. Nothing here runs a script.
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { launch, openPage, signIn } from "./lib/browser.mjs";
import { UNGUARDED, addUser, startServer } from "./lib/server.mjs";
import { story } from "./lib/steps.mjs";
import { seeds, words } from "./lib/words.mjs";

const LOGIN = { email: "anna@north-bridge.example", password: "seven mills upon one river" };
const AD = "?utm_source=yandex&utm_medium=cpc&utm_campaign=audit&utm_term=%D0%B0%D1%83%D0%B4%D0%B8%D1%82&yclid=42";

describe("without JavaScript", () => {
  let browser, server, visitor, staff;
  const step = story("nojs", () => staff);
  const t = words("en");
  const [clarify, prepare] = seeds.en.stages;

  before(async () => {
    browser = await launch();
    server = await startServer({ env: UNGUARDED });
    await addUser(server.data, { ...LOGIN, name: "Anna Bell", role: "admin" });
    visitor = await openPage(browser, { javaScriptEnabled: false, locale: "ru-RU" });
    staff = await openPage(browser, { javaScriptEnabled: false });
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });
  const button = (key, within = staff.page) => within.getByRole("button", { name: t(key), exact: true });

  step("a bad phone is named at its field, and nothing that was typed is lost", async () => {
    const { page } = visitor;
    await page.goto(`${server.origin}/f/call-back${AD}`);
    await page.getByLabel("Ваше имя").fill("Елена <b>Ветрова</b>");
    await page.getByLabel("Телефон").fill("abc");
    await page.getByLabel("О чём речь?").fill("Аудит\nна двух площадках");
    await page.getByRole("button", { name: words("ru")("public.form_send") }).click();
    const message = words("ru")("common.fault_not_a_phone");
    const phone = page.getByRole("textbox", { name: "Телефон", description: message });
    await phone.waitFor();
    assert.equal(await phone.getAttribute("aria-invalid"), "true");
    assert.equal(await phone.inputValue(), "abc");
    assert.equal(await page.getByLabel("Ваше имя").inputValue(), "Елена <b>Ветрова</b>");
    assert.equal(await page.getByLabel("Ваше имя").getAttribute("aria-invalid"), null);
    assert.equal(await page.getByLabel("О чём речь?").inputValue(), "Аудит\nна двух площадках");
  });

  step("the corrected request is kept, and the visitor is thanked", async () => {
    const { page } = visitor;
    await page.getByLabel("Телефон").fill("8 (921) 555-01-38");
    await page.getByRole("button", { name: words("ru")("public.form_send") }).click();
    await page.getByRole("status").getByText("Спасибо! Я скоро вам позвоню.").waitFor();
    // The first try was answered by 400, which the browser mentions.
    assert.deepEqual(visitor.faults.filter((fault) => !/status of 400/.test(fault)), []);
  });

  step("an unknown form is a page that says so", async () => {
    const answer = await visitor.page.goto(`${server.origin}/f/nothing`);
    assert.equal(answer.status(), 404);
    await visitor.page.getByRole("alert").getByText(words("ru")("public.not_found_title")).waitFor();
  });

  step("a wrong password is told at the door, and the right one opens the page that was asked for", async () => {
    const { page } = staff;
    await page.goto(`${server.origin}/leads`);
    await page.getByLabel(t("common.email"), { exact: true }).fill(LOGIN.email);
    await page.getByLabel(t("settings.password"), { exact: true }).fill("not the password");
    await button("common.sign_in").click();
    await page.getByText(t("common.fault_wrong_password")).first().waitFor();
    await signIn(page, server.origin, t, LOGIN);
    await page.getByRole("region", { name: t("today.first_calls") }).getByText("Елена <b>Ветрова</b>").waitFor();
  });

  step("inbox and record show the request with its origin", async () => {
    const { page } = staff;
    await page.goto(`${server.origin}/leads`);
    const row = page.getByRole("row").filter({ hasText: "Елена" });
    await row.getByText("Yandex Direct").waitFor();
    await row.getByText("аудит", { exact: true }).waitFor();
    await row.getByRole("link", { name: "Елена" }).click();
    const origin = page.getByRole("region", { name: t("leads.origin") });
    await origin.getByText("yclid 42").waitFor();
    await origin.getByText("127.0.0.1", { exact: true }).waitFor();
    await page.getByText("Аудит\nна двух площадках").first().waitFor();
  });

  step("a call is logged by the plain form", async () => {
    const { page } = staff;
    const form = page.getByRole("form", { name: t("timeline.add") });
    await form.getByLabel(t("timeline.outcome_reached")).check({ force: true });
    await form.getByLabel(t("timeline.text_call")).fill("Wants an offer by Friday");
    await button("timeline.log_call", form).click();
    const timeline = page.getByRole("list", { name: t("timeline.title"), exact: true });
    await timeline.getByText("Wants an offer by Friday").waitFor();
    assert.equal(await page.getByRole("list", { name: t("timeline.open_tasks") }).count(), 0);
  });

  step("the lead is converted by the plain form", async () => {
    const { page } = staff;
    await button("leads.convert").click();
    const form = page.getByRole("dialog", { name: t("leads.convert_title") });
    await form.getByLabel(t("leads.its_deal")).fill("Audit of two sites");
    await button("leads.convert", form).click();
    await page.getByRole("heading", { name: "Audit of two sites", level: 1 }).waitFor();
  });

  step("a stage is moved by the plain form, on the deal's page and on the board", async () => {
    const { page } = staff;
    const stage = () => page.getByRole("list", { name: t("deals.stage"), exact: true }).locator("[aria-current=step]");
    const steps = page.getByRole("list", { name: t("deals.stage"), exact: true });
    await steps.getByRole("button", { name: prepare }).click();
    await stage().getByText(prepare).waitFor();
    await page.goto(`${server.origin}/deals`);
    const card = page.getByRole("article", { name: "Audit of two sites" });
    await card.locator("summary").click();
    await card.getByLabel(t("deals.stage")).selectOption({ label: clarify });
    await button("deals.move_it", card).click();
    const column = page.getByRole("list", { name: t("deals.stages") }).getByRole("listitem", { name: clarify, exact: true });
    await column.getByRole("article", { name: "Audit of two sites" }).waitFor();
  });

  step("a forbidden move is refused with what is missing, also by the plain form", async () => {
    const { page } = staff;
    await page.getByRole("article", { name: "Audit of two sites" }).getByRole("link").first().click();
    await button("deals.close_won").click();
    const alert = page.getByRole("alert").filter({ hasText: t("common.refused") });
    for (const missing of ["offer_accepted", "acts_signed", "feedback_asked"]) await alert.getByText(t(`common.refusal_${missing}`)).waitFor();
    assert.deepEqual(staff.faults, []);
  });
});
