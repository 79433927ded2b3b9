// A deal's record and the leads before it: two versions side by side, people, legal entities, stages so far, why something was lost,
// what comes next. Each with and without scripts.
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { accessible, eventually, launch, openPage, signIn, visit } from "./lib/browser.mjs";
import { UNGUARDED, addUser, startServer } from "./lib/server.mjs";
import { story } from "./lib/steps.mjs";
import { seeds, words } from "./lib/words.mjs";

const LOGIN = { email: "anna@north-bridge.example", password: "seven mills upon one river" };
const MATE = { email: "boris@north-bridge.example", password: "nine herons over the weir" };
const HOSTILE = `<img src=x onerror="window.hacked=1">`;
const INN = "7707083893";

describe("a deal's record", () => {
  let browser, server, plain, lively, deal, lead, account;
  let opened = () => plain;
  const step = story("record", () => opened());
  const t = words("en");

  before(async () => {
    browser = await launch();
    server = await startServer({ env: UNGUARDED });
    await addUser(server.data, { ...LOGIN, name: "Anna Bell", role: "admin" });
    await addUser(server.data, { ...MATE, name: "Boris Weir", role: "head-of-sales" });
    plain = await openPage(browser, { javaScriptEnabled: false });
    lively = await openPage(browser);
    await signIn(plain.page, server.origin, t, LOGIN);
    await signIn(lively.page, server.origin, t, MATE);
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  const button = (page, key, values) => page.getByRole("button", { name: t(key, values), exact: true });
  const field = (page, key) => page.getByRole("textbox", { name: new RegExp(`^${t(key)}`) });
  const facts = (page) => page.getByRole("region", { name: t("deals.facts"), exact: true });
  const people = (page) => page.getByRole("region", { name: t("record.people"), exact: true });
  const clash = (page) => page.getByRole("alert", { name: t("record.clash_title") });
  const version = (page, key, whose) => clash(page).getByRole("group", { name: t(key), exact: true }).getByRole("radio", { name: new RegExp(`^${t(`record.${whose}`)}`) });
  const enter = async (page, name, phone, company) => {
    await page.goto(`${server.origin}/leads?do=add`);
    const dialog = page.getByRole("dialog", { name: t("leads.add"), exact: true });
    await dialog.getByLabel(t("common.phone"), { exact: true }).fill(phone);
    await dialog.getByLabel(t("common.name"), { exact: true }).fill(name);
    await dialog.getByText(t("leads.add_more")).click();
    await dialog.getByLabel(t("common.company"), { exact: true }).fill(company);
    await button(dialog, "leads.add_save").click();
    await page.getByRole("heading", { name, level: 1 }).waitFor();
    lead = new URL(page.url()).pathname;
  };

  step("a lead is disqualified with a note where the reason wants one, and taken up again", async () => {
    const { page } = plain;
    await page.goto(`${server.origin}/settings?section=losses`);
    await page.getByRole("link", { name: "Other", exact: true }).click();
    await page.getByLabel(t("losses.asks_note")).check();
    await button(page, "common.save").click();
    await page.getByRole("row").filter({ hasText: "Other" }).getByText(t("losses.note_required")).waitFor();

    await enter(page, "Elena Brandt", "+44 20 7946 0958", "Brandt Yard");
    await button(page, "leads.disqualify").click();
    const dialog = page.getByRole("dialog", { name: t("leads.disqualify_title") });
    await dialog.getByLabel(t("losses.reason")).selectOption({ label: t("losses.with_note", { name: "Other" }) });
    await button(dialog, "leads.disqualify_do").click();
    await page.getByText(t("losses.note_needed")).waitFor();
    await dialog.getByLabel(t("losses.reason")).selectOption({ label: t("losses.with_note", { name: "Other" }) });
    await dialog.getByRole("textbox", { name: new RegExp(t("losses.note")) }).fill(`Too early ${HOSTILE}`);
    await button(dialog, "leads.disqualify_do").click();
    await page.getByText(`Too early ${HOSTILE}`).first().waitFor();

    await page.goto(`${server.origin}/leads?view=board`);
    const column = (status) => page.getByRole("listitem", { name: t(`leads.status_${status}`), exact: true });
    await column("disqualified").getByRole("link", { name: "Elena Brandt" }).click();
    await button(page, "leads.reopen").click();
    const again = page.getByRole("dialog", { name: t("leads.reopen_title") });
    await again.getByLabel(t("leads.reopen_note")).fill("They called");
    await button(again, "leads.reopen").click();
    // Both facts are told, and the call is due once more.
    await page.getByText(new RegExp(t("leads.disqualified_on", { day: ".*", reason: "Other" }))).waitFor();
    await page.getByText(new RegExp(t("leads.reopened_on", { day: ".*" }))).waitFor();
    await page.getByRole("list", { name: t("timeline.open_tasks") }).getByText(t("common.task_first_call", { name: "Elena Brandt" })).waitFor();
  });

  step("a logged call asks for the next step, also without scripts", async () => {
    const { page } = plain;
    const composer = page.getByRole("form", { name: t("timeline.add") });
    await composer.getByLabel(t("timeline.text_call")).fill("Wants an offer");
    await button(composer, "timeline.log_call").click();
    const next = page.getByRole("region", { name: t("timeline.what_next"), exact: true });
    await next.getByLabel(t("timeline.what_to_do")).fill("Send the offer");
    await button(next, "timeline.plan_it").click();
    await page.getByRole("list", { name: t("timeline.open_tasks") }).getByText("Send the offer").waitFor();
    assert.equal(await next.count(), 0);
    await page.goto(`${server.origin}/leads?status=all`);
    await page.getByRole("row").filter({ hasText: "Elena" }).getByText(t("leads.answered", { time: t("leads.minutes", { n: 0 }) })).waitFor();

    await page.goto(server.origin + lead);
    await button(page, "leads.convert").click();
    const dialog = page.getByRole("dialog", { name: t("leads.convert_title") });
    await dialog.getByLabel(t("leads.its_deal")).fill("Audit of the yard");
    await button(dialog, "leads.convert").click();
    await page.getByRole("heading", { name: "Audit of the yard", level: 1 }).waitFor();
    deal = server.origin + new URL(page.url()).pathname;
    account = await facts(page).getByRole("link", { name: "Brandt Yard" }).getAttribute("href");
  });

  step("a wrong chance is named at its field, and what was typed is still there", async () => {
    const { page } = plain;
    await field(facts(page), "deals.name").fill(`Audit ${HOSTILE}`);
    await facts(page).getByLabel(t("record.probability")).fill("140");
    await button(facts(page), "common.save").click();
    await facts(page).getByText(t("common.fault_out_of_range")).waitFor();
    assert.equal(await field(facts(page), "deals.name").inputValue(), `Audit ${HOSTILE}`);
    await facts(page).getByLabel(t("record.probability")).fill("45");
    await button(facts(page), "common.save").click();
    await page.getByRole("heading", { name: `Audit ${HOSTILE}`, level: 1 }).waitFor();
    assert.equal(await facts(page).getByLabel(t("record.probability")).inputValue(), "45");
  });

  step("without scripts a stale save shows both versions, and either is taken per field", async () => {
    const { page } = plain;
    await page.goto(deal);
    await visit(lively.page, deal);
    await field(facts(lively.page), "deals.name").fill("Audit of two yards");
    await facts(lively.page).getByLabel(t("common.amount")).fill("2000");
    await button(facts(lively.page), "common.save").click();
    await facts(lively.page).getByText(t("common.saved")).waitFor();

    await field(facts(page), "deals.name").fill("Audit of the port");
    await facts(page).getByLabel(t("record.probability")).fill("60");
    await button(facts(page), "common.save").click();
    await clash(page).waitFor();
    assert.ok(await version(page, "deals.name", "mine").isChecked());
    assert.ok(await version(page, "common.amount", "theirs").isChecked(), "what was not typed is theirs");
    assert.ok(await version(page, "record.probability", "mine").isChecked());
    await version(page, "deals.name", "theirs").check({ force: true });
    await button(clash(page), "record.clash_take").click();
    await page.getByRole("heading", { name: "Audit of two yards", level: 1 }).waitFor();
    assert.equal(await facts(page).getByLabel(t("common.amount")).inputValue(), "2000");
    assert.equal(await facts(page).getByLabel(t("record.probability")).inputValue(), "60");
  });

  step("with scripts it does so in place, and a second clash shows the newest", async () => {
    opened = () => lively;
    const { page } = lively;
    await visit(page, deal);
    await field(facts(page), "deals.name").fill("Audit of the port");
    const save = async (title) => {
      await plain.page.goto(deal);
      await field(facts(plain.page), "deals.name").fill(title);
      await button(facts(plain.page), "common.save").click();
      await plain.page.getByRole("heading", { name: title, level: 1 }).waitFor();
    };
    await save("Audit of a mill");
    await page.getByRole("heading", { name: "Audit of a mill", level: 1 }).waitFor();
    assert.equal(await field(facts(page), "deals.name").inputValue(), "Audit of the port", "what is being typed stays");
    await button(facts(page), "common.save").click();
    await clash(page).getByText("Audit of a mill").waitFor();
    await accessible(page);
    await save("Audit of a dam");
    await clash(page).getByText("Audit of a dam").waitFor();
    await version(page, "deals.name", "mine").check({ force: true });
    await button(clash(page), "record.clash_take").click();
    await page.getByRole("heading", { name: "Audit of the port", level: 1 }).waitFor();
    await clash(page).waitFor({ state: "detached" });
  });

  step("a mistyped tax number is found, and the true one pays", async () => {
    opened = () => plain;
    const { page } = plain;
    await page.goto(`${server.origin}${account}?entity=new`);
    const form = page.getByRole("region", { name: t("record.legal_add"), exact: true });
    await field(form, "record.legal_name").fill(`Brandt GmbH ${HOSTILE}`);
    await field(form, "record.country").fill("RU");
    await field(form, "record.tax_id").fill(`${INN.slice(0, -1)}4`);
    await button(form, "common.save").click();
    await form.getByText(t("common.fault_mistyped")).waitFor();
    assert.equal(await field(form, "record.legal_name").inputValue(), `Brandt GmbH ${HOSTILE}`);
    await field(form, "record.tax_id").fill(INN);
    await button(form, "common.save").click();
    await page.getByRole("region", { name: t("record.legal"), exact: true }).getByText(INN).waitFor();

    await page.goto(deal);
    await people(page).getByLabel(t("record.payer")).selectOption({ label: `Brandt GmbH ${HOSTILE} (${INN})` });
    await button(people(page), "record.save_parties").click();
    await page.goto(deal);
    assert.notEqual(await people(page).getByLabel(t("record.payer")).inputValue(), "");
    assert.equal(await people(page).getByLabel(t("record.consignee")).inputValue(), "");
  });

  step("colleagues take part, and people of the client have roles", async () => {
    const { page } = plain;
    await page.goto(deal);
    await people(page).getByText(t("record.add_colleague")).click();
    await people(page).getByLabel(t("record.colleague"), { exact: true }).selectOption({ label: "Boris Weir" });
    await people(page).getByLabel(t("record.part"), { exact: true }).selectOption({ label: t("record.part_presale") });
    await button(people(page), "common.add").click();
    const taking = page.getByRole("list", { name: t("record.participants") });
    await taking.getByText(t("record.part_presale")).waitFor();

    await enter(page, "Karl Brandt", "+44 20 7946 0959", "");
    await button(page, "leads.convert").click();
    await button(page.getByRole("dialog", { name: t("leads.convert_title") }), "leads.convert").click();
    await page.getByRole("heading", { name: "Karl Brandt", level: 1 }).waitFor();

    await page.goto(deal);
    await button(people(page), "record.choose_client").click();
    const dialog = page.getByRole("dialog", { name: t("record.client_title") });
    await dialog.getByLabel(t("record.find_client")).fill("karl");
    await button(dialog, "common.search").click();
    await dialog.getByLabel(t("record.role_of", { name: "Karl Brandt" })).selectOption({ label: t("record.role_decider") });
    await dialog.getByRole("button", { name: t("record.add_person", { name: "Karl Brandt" }) }).click();
    const theirs = page.getByRole("list", { name: t("record.contacts") });
    await theirs.getByText(t("record.role_decider")).waitFor();
    await theirs.getByRole("button", { name: t("record.remove", { name: "Karl Brandt" }) }).click();
    await theirs.getByText(t("record.role_decider")).waitFor({ state: "detached" });
  });

  step("the stages so far tell how long it was where", async () => {
    const { page } = plain;
    const [clarify, prepare] = seeds.en.stages;
    await page.getByRole("list", { name: t("deals.stage"), exact: true }).getByRole("button", { name: prepare }).click();
    await page.getByText(t("record.history", { n: 2 })).click();
    const rows = page.getByRole("table", { name: t("record.history_title") }).getByRole("row");
    await rows.filter({ hasText: clarify }).getByText(t("record.minutes", { n: 0 })).waitFor();
    await rows.filter({ hasText: prepare }).getByText(/Anna Bell · process version 1/).waitFor();
  });

  step("on a phone, in the dark, nothing is cut off and nobody kept out", async () => {
    const narrow = await openPage(browser, { width: 360, height: 780, theme: "dark" });
    opened = () => narrow;
    const { page } = narrow;
    await signIn(page, server.origin, t, LOGIN);
    await visit(page, deal);
    await eventually(() => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), true);
    await accessible(page);
    await visit(page, `${server.origin}/leads?view=board`);
    await accessible(page);
    const tabs = page.getByRole("navigation", { name: t("common.status"), exact: true });
    await page.getByRole("link", { name: t("leads.list"), exact: true }).click();
    await tabs.waitFor();
    await page.getByRole("search").waitFor();
    await page.getByRole("link", { name: t("leads.board"), exact: true }).click();
    await tabs.waitFor({ state: "detached" });
    await page.getByRole("search").waitFor();
    await visit(page, `${server.origin}/settings?section=losses`);
    await accessible(page);
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    for (const { faults } of [plain, lively, narrow]) assert.deepEqual(faults.filter((fault) => !/status of (400|409|422)/.test(fault)), []);
  });

  step("losing asks for the note in place, before anything is sent", async () => {
    opened = () => lively;
    const { page } = lively;
    await visit(page, deal);
    await button(page, "deals.close_lost").click();
    const why = page.getByRole("dialog", { name: t("deals.why_lost") });
    await why.getByLabel(t("losses.reason")).selectOption({ label: t("losses.with_note", { name: "Other" }) });
    const note = why.getByRole("textbox", { name: new RegExp(t("losses.note")) });
    await eventually(() => note.evaluate((element) => element.required), true);
    await note.fill("They moved away");
    await button(why, "deals.lose").click();
    await page.getByRole("banner").getByText(t("deals.status_lost"), { exact: true }).waitFor();
    await page.getByText("They moved away").first().waitFor();
  });
});
