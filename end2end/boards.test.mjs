// Boards by hand: many deals chosen on theirs, leads dragged over theirs; the columns of the table; who pays on paper.
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { accessible, eventually, launch, openPage, signIn, visit } from "./lib/browser.mjs";
import { textOf } from "./lib/pdf.mjs";
import { UNGUARDED, millrace, startServer } from "./lib/server.mjs";
import { story } from "./lib/steps.mjs";
import { seeds, words } from "./lib/words.mjs";

const LOGIN = { email: "anna@north-bridge.example", password: "seven mills upon one river" };
const INN = "7707083893";

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

for (const lang of ["en", "ru"]) describe(`boards by hand, ${lang}`, () => walk(lang));

function walk(lang) {
  const t = words(lang);
  const locale = { en: "en-US", ru: "ru-RU" }[lang];
  const [clarify, prepare] = seeds[lang].stages;
  let server, staff, plain, narrow, page;
  let opened = () => staff;
  const step = story(`boards-${lang}`, () => opened());

  before(async () => {
    server = await startServer({ env: UNGUARDED });
    const args = ["user", "add", "--email", LOGIN.email, "--name", "Anna Bell", "--role", "admin", "--lang", lang, "--password-stdin", ...server.data.args];
    const added = await millrace(args, { input: `${LOGIN.password}\n` });
    assert.equal(added.code, 0, added.stderr);
    staff = await openPage(browser, { locale });
    page = staff.page;
    await signIn(page, server.origin, t, LOGIN);
    for (let number = 1; number <= 5; number += 1) await call("deals/create", { title: `Serial ${number}`, amount: "", currency: "EUR", expected_close: "" });
    for (const [at, name] of ["Karin Alder", "Lena Birch", "Mona Cedar"].entries())
      await call("leads/create", { name, phone: `+44 20 7946 095${at}`, email: "", company: `${name} Ltd`, message: "" });
  });
  after(async () => {
    for (const each of [staff, plain, narrow]) await each?.context.close();
    await server?.close();
  });

  const call = async (name, form) => {
    const answer = await page.request.post(`${server.origin}/fn/${name}`, { form, maxRedirects: 0 });
    assert.ok(answer.status() < 400, await answer.text());
  };
  const go = (path) => visit(page, server.origin + path);
  const button = (key, within = page) => within.getByRole("button", { name: t(key), exact: true });
  const dialog = (key, values) => page.getByRole("dialog", { name: t(key, values) });
  const stage = (name, within = page) => within.getByRole("list", { name: t("deals.stages") }).getByRole("listitem", { name, exact: true });
  const status = (code, within = page) => within.getByRole("list", { name: t("leads.statuses") }).getByRole("listitem", { name: t(`leads.status_${code}`), exact: true });
  const card = (name, within = page) => within.getByRole("article", { name });
  const choose = (title, within = page) => within.getByRole("checkbox", { name: t("access.choose", { name: title }) });
  const outcome = (within = page) => within.getByRole("status").filter({ has: within.locator("b") });
  const said = (key, values) => page.getByRole("status").filter({ hasText: t(key, values) });
  const fits = (page) => eventually(() => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), true);

  step("deals are chosen on the board, a range at once, and moved together", async () => {
    await go("/deals");
    assert.equal(await page.getByRole("checkbox").count(), 0, "no boxes until they are asked for");
    await page.getByRole("link", { name: t("boards.select"), exact: true }).click();
    const cards = stage(clarify).getByRole("article");
    await choose("Serial 1").waitFor();
    const titles = await cards.getByRole("heading").allTextContents();
    assert.equal(titles.length, 5);
    await choose(titles[0]).check();
    await choose(titles[2]).click({ modifiers: ["Shift"] });
    await page.getByText(t("boards.chosen", { n: 3 })).waitFor();
    assert.ok(await choose(titles[1]).isChecked(), "the one between is chosen as well");
    await accessible(page);
    await page.getByRole("combobox", { name: t("boards.to_stage") }).selectOption({ label: prepare });
    await button("deals.move_it").click();
    await outcome().getByText(t("boards.done", { n: 3 })).waitFor();
    for (const title of titles.slice(0, 3)) await card(title, stage(prepare)).waitFor();
    assert.equal(await cards.count(), 2);
  });

  step("one click takes it back, and losing asks why", async () => {
    await button("boards.undo").click();
    await outcome().getByText(t("boards.back", { n: 3 })).waitFor();
    await eventually(() => stage(clarify).getByRole("article").count(), 5);
    await choose("Serial 4").check();
    await button("boards.lose").click();
    await page.getByText(t("boards.reason_needed")).waitFor();
    assert.ok(await choose("Serial 4").isChecked(), "what was chosen stays chosen");
    // A card with a box is still dragged, and its box does not drag it.
    await drag(page, card("Serial 5"), stage(prepare));
    await card("Serial 5", stage(prepare)).waitFor();
    await page.getByRole("link", { name: t("boards.select_end"), exact: true }).click();
    await eventually(() => page.getByRole("checkbox").count(), 0);
    assert.ok(!page.url().includes("select="));
  });

  step("all of it works without JavaScript", async () => {
    plain = await openPage(browser, { locale, javaScriptEnabled: false });
    opened = () => plain;
    const { page } = plain;
    await signIn(page, server.origin, t, LOGIN);
    await page.goto(`${server.origin}/deals`);
    await page.getByRole("link", { name: t("boards.select"), exact: true }).click();
    await choose("Serial 1", page).check();
    await choose("Serial 2", page).check();
    await page.getByRole("combobox", { name: t("losses.reason") }).selectOption({ label: seeds[lang].tooDear });
    await button("boards.lose", page).click();
    await outcome(page).getByText(t("boards.done", { n: 2 })).waitFor();
    assert.match(page.url(), /select=1/, "the boxes are still there");
    await card("Serial 1", stage(seeds[lang].lost, page)).waitFor();
    await button("boards.undo", page).click();
    await outcome(page).getByText(t("boards.back", { n: 2 })).waitFor();
    await card("Serial 1", stage(clarify, page)).waitFor();

    await page.goto(`${server.origin}/deals?view=list&q=Serial`);
    await page.getByText(t("boards.columns"), { exact: true }).click();
    await page.getByRole("checkbox", { name: t("common.channel"), exact: true }).uncheck();
    await page.getByRole("checkbox", { name: t("boards.number"), exact: true }).check();
    await button("boards.show_columns", page).click();
    await page.getByRole("columnheader", { name: t("boards.number"), exact: true }).waitFor();
    assert.equal(await page.getByRole("columnheader", { name: t("common.channel"), exact: true }).count(), 0);
    assert.match(page.url(), /q=Serial/, "the filter stays");
    assert.deepEqual(plain.faults, []);
  });

  step("the table's columns are chosen in place and kept with a view", async () => {
    opened = () => staff;
    const header = (name) => page.getByRole("columnheader", { name, exact: true });
    await go("/deals?view=list");
    await header(t("common.channel")).waitFor();
    await page.getByText(t("boards.columns"), { exact: true }).click();
    for (const key of ["common.channel", "common.owner", "common.created"]) await page.getByRole("checkbox", { name: t(key), exact: true }).uncheck();
    await page.getByRole("checkbox", { name: t("boards.closed"), exact: true }).check();
    await accessible(page);
    await button("boards.show_columns").click();
    await header(t("boards.closed")).waitFor();
    await eventually(() => header(t("common.owner")).count(), 0);
    assert.equal(await page.evaluate(() => performance.getEntriesByType("navigation").length), 1, "without a reload");

    await page.getByText(t("boards.views"), { exact: true }).first().click();
    await page.getByLabel(t("boards.view_name")).fill("Slim");
    await button("boards.save_view").click();
    const views = page.getByRole("list", { name: t("boards.views") });
    await views.getByRole("link", { name: "Slim" }).waitFor();
    await go("/deals?view=list");
    await header(t("common.owner")).waitFor();
    await page.getByText(t("boards.views"), { exact: true }).first().click();
    await views.getByRole("link", { name: "Slim" }).click();
    await header(t("boards.closed")).waitFor();
    await eventually(() => header(t("common.owner")).count(), 0);
    assert.ok(!(await page.getByRole("checkbox", { name: t("common.owner"), exact: true, includeHidden: true }).isChecked()), "the menu knows it");
  });

  step("a lead dragged into work asks for the call, and is there once it is logged", async () => {
    await go("/leads?view=board");
    await drag(page, card("Karin Alder", status("new")), status("working"));
    const log = dialog("leads.answer_title", { name: "Karin Alder" });
    await log.getByLabel(t("timeline.text_call")).fill("Wants an offer");
    await accessible(page);
    assert.equal(await card("Karin Alder", status("new")).count(), 1, "nothing has moved yet");
    await button("timeline.log_call", log).click();
    await card("Karin Alder", status("working")).waitFor();
    await said("leads.moved", { title: "Karin Alder", stage: t("leads.status_working") }).waitFor();
    // Nobody can be unanswered.
    await drag(page, card("Karin Alder"), status("new"));
    await said("leads.answered_already").waitFor();
    await card("Karin Alder", status("working")).waitFor();
  });

  step("by the keyboard one is disqualified with its reason, and taken up again", async () => {
    const lifted = said("deals.lifted", { title: "Lena Birch", stage: t("leads.status_new") });
    for (let tries = 1; ; tries++) {
      await card("Lena Birch").focus();
      await page.keyboard.press("Enter");
      if (await lifted.waitFor({ timeout: 2000 }).then(() => true, () => false)) break;
      assert.ok(tries < 5, "the card cannot be picked up by the keyboard");
    }
    for (const code of ["working", "converted", "disqualified"]) {
      await page.keyboard.press("ArrowRight");
      await said("deals.over", { title: "Lena Birch", stage: t(`leads.status_${code}`) }).waitFor();
    }
    await page.keyboard.press("Enter");
    const why = dialog("leads.disqualify_title");
    await why.getByLabel(t("losses.reason")).selectOption({ label: seeds[lang].tooDear });
    await button("leads.disqualify_do", why).click();
    await card("Lena Birch", status("disqualified")).waitFor();
    await drag(page, card("Lena Birch"), status("new"));
    const again = dialog("leads.reopen_title");
    await again.getByLabel(t("leads.reopen_note")).fill("They called");
    await button("leads.reopen", again).click();
    await card("Lena Birch", status("new")).waitFor();
    await accessible(page);
  });

  step("by a finger on a phone it goes over the names of the columns", async () => {
    narrow = await openPage(browser, { locale, width: 360, height: 780, theme: "dark", hasTouch: true });
    opened = () => narrow;
    const { page } = narrow;
    await signIn(page, server.origin, t, LOGIN);
    await visit(page, `${server.origin}/leads?view=board`);
    const finger = (what, at) => card("Lena Birch", page).evaluate((element, [type, x, y]) => {
      const event = { pointerType: "touch", pointerId: 7, isPrimary: true, button: 0, clientX: x, clientY: y, bubbles: true, cancelable: true };
      element.dispatchEvent(new PointerEvent(type, event));
    }, [what, at.x, at.y]);
    const middle = async (what) => {
      await what.scrollIntoViewIfNeeded();
      const { x, y, width, height } = await what.boundingBox();
      return { x: x + width / 2, y: y + height / 2 };
    };
    const from = await middle(card("Lena Birch", page).locator(".account"));
    const label = page.getByRole("radiogroup", { name: t("common.status") }).locator("label").filter({ hasText: t("leads.status_disqualified") });
    await finger("pointerdown", from);
    await card("Lena Birch", page).and(page.locator(".lifted")).waitFor();
    const over = await middle(label);
    await finger("pointermove", over);
    await page.locator("label.target").waitFor();
    await finger("pointerup", over);
    const why = page.getByRole("dialog", { name: t("leads.disqualify_title") });
    await why.getByLabel(t("losses.reason")).waitFor();
    await page.keyboard.press("Escape");
    await eventually(() => why.count(), 0);
    await fits(page);
    await visit(page, `${server.origin}/deals?select=1`);
    await choose("Serial 1", page).check();
    await fits(page);
    await accessible(page);
    await visit(page, `${server.origin}/deals?view=list`);
    await page.getByText(t("boards.columns"), { exact: true }).click();
    await page.getByRole("checkbox", { name: t("boards.number"), exact: true }).waitFor();
    await fits(page);
    assert.deepEqual(narrow.faults, []);
  });

  step("the card's menu converts, with and without scripts", async () => {
    opened = () => plain;
    await plain.page.goto(`${server.origin}/leads?view=board`);
    const menu = (within) => card("Mona Cedar", within).getByLabel(t("deals.move_to", { title: "Mona Cedar" }));
    await menu(plain.page).click();
    await button("leads.convert", card("Mona Cedar", plain.page)).click();
    await plain.page.getByRole("dialog", { name: t("leads.convert_title") }).waitFor();
    assert.match(plain.page.url(), /do=convert/);

    opened = () => staff;
    await go("/leads?view=board");
    await menu(page).click();
    await button("leads.convert", card("Mona Cedar")).click();
    const form = dialog("leads.convert_title");
    await eventually(() => form.getByLabel(t("leads.its_contact")).inputValue(), "Mona Cedar");
    await form.getByLabel(t("leads.its_deal")).fill("Audit of the yard");
    await button("leads.convert", form).click();
    await page.getByRole("heading", { name: "Audit of the yard", level: 1 }).waitFor();
  });

  step("the offer's paper names who pays, with all that is known of them", async () => {
    const deal = new URL(page.url()).pathname;
    const account = await page.getByRole("link", { name: "Mona Cedar Ltd" }).first().getAttribute("href");
    await go(`${account}?entity=new`);
    const form = page.getByRole("region", { name: t("record.legal_add"), exact: true });
    const fill = (key, text) => form.getByRole("textbox", { name: new RegExp(`^${t(key)}`) }).fill(text);
    await fill("record.legal_name", "Cedar Finance");
    await fill("record.country", "RU");
    await fill("record.tax_id", INN);
    await fill("record.address", "Murmansk, Port passage 1");
    await fill("record.bank", "40702810900000000001");
    await button("common.save", form).click();
    await page.getByRole("region", { name: t("record.legal"), exact: true }).getByText(INN).waitFor();
    await go(deal);
    const people = page.getByRole("region", { name: t("record.people"), exact: true });
    await people.getByLabel(t("record.payer")).selectOption({ label: `Cedar Finance (${INN})` });
    await people.getByLabel(t("record.consignee")).selectOption({ label: `Cedar Finance (${INN})` });
    await Promise.all([page.waitForResponse(/\/fn\/deals\/parties/), button("record.save_parties", people).click()]);
    await button("deals.new_offer").click();
    await page.getByLabel(t("offers.heading")).waitFor();
    const answer = await page.request.get(`${server.origin}${new URL(page.url()).pathname}/pdf`);
    const paper = await textOf(await answer.body());
    for (const part of ["Cedar Finance", INN, "Murmansk, Port passage 1", "40702810900000000001"]) assert.ok(paper.includes(part), `${part} in ${paper}`);
    assert.deepEqual(staff.faults.filter((fault) => !/status of 4\d\d/.test(fault)), []);
  });

  /** Takes a card by the mouse, carries it over a column and lets it go there. */
  async function drag(page, what, where) {
    await where.scrollIntoViewIfNeeded();
    const from = await what.getByRole("heading").boundingBox();
    const to = await where.getByRole("heading").first().boundingBox();
    // Beside the title, which is a link and may be dragged as well as pressed.
    await page.mouse.move(from.x + from.width - 30, from.y + from.height + 4);
    await page.mouse.down();
    await page.mouse.move(from.x + from.width - 20, from.y + from.height + 14, { steps: 3 });
    await page.mouse.move(to.x + 30, to.y + 60, { steps: 8 });
    await page.mouse.up();
  }
}
