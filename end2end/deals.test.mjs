// Deals at scale: long columns, the calendar, saved views, and many deals changed at once with the way back.
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { accessible, eventually, launch, openPage, signIn, visit } from "./lib/browser.mjs";
import { UNGUARDED, startDemo } from "./lib/server.mjs";
import { story } from "./lib/steps.mjs";
import { words } from "./lib/words.mjs";

const MONTH = "2031-05";

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

for (const lang of ["en", "ru"]) describe(`deals at scale, ${lang}`, () => walk(lang));

function walk(lang) {
  const t = words(lang);
  const locale = { en: "en-US", ru: "ru-RU" }[lang];
  const june = { en: "June 2031", ru: "июнь 2031" }[lang];
  const step = story(`deals-${lang}`, () => staff);
  let demo, staff, page;

  before(async () => {
    demo = await startDemo({ lang, env: UNGUARDED });
    staff = await openPage(browser, { locale });
    page = staff.page;
    await signIn(page, demo.origin, t, demo.logins.admin);
    for (let number = 10; number < 30; number += 1) {
      const form = { title: `Serial ${number}`, amount: "", currency: "EUR", expected_close: number === 10 ? `${MONTH}-15` : "" };
      const made = await page.request.post(`${demo.origin}/fn/deals/create`, { form, maxRedirects: 0 });
      assert.ok(made.status() < 400, await made.text());
    }
  });
  after(async () => {
    await staff?.context.close();
    await demo?.close();
  });

  const go = (path) => visit(page, demo.origin + path);
  const button = (key, within = page) => within.getByRole("button", { name: t(key), exact: true });
  const choose = (title, within = page) => within.getByRole("checkbox", { name: t("access.choose", { name: title }) });
  const outcome = (within = page) => within.getByRole("status").filter({ has: within.locator("b") });
  const reason = async (within = page) => {
    await within.getByRole("combobox", { name: t("losses.reason") }).selectOption({ index: 1 });
    await within.getByRole("textbox", { name: t("losses.note") }).fill("The season is over");
  };

  step("a long column shows its most urgent cards, and more of them on demand", async () => {
    await go("/deals");
    const column = page.getByRole("list", { name: t("deals.stages") }).getByRole("listitem").first();
    const cards = column.getByRole("article");
    await cards.first().waitFor();
    const shown = await cards.count();
    const all = Number(await column.locator(".badge").textContent());
    assert.ok(shown >= 10 && all > shown, `${shown} of ${all} deals`);
    await column.locator(".cards > a").click();
    await eventually(() => cards.count(), Math.min(all, shown + 30));
    assert.match(page.url(), /more=/);
  });

  step("the calendar shows what closes when, month by month", async () => {
    await go(`/deals?view=calendar&month=${MONTH}`);
    const table = page.getByRole("table");
    await table.getByRole("link", { name: "Serial 10" }).waitFor();
    await accessible(page);
    await page.getByRole("link", { name: t("boards.next_month") }).click();
    await page.getByRole("heading", { name: june }).waitFor();
    await page.getByText(t("boards.nothing_in_month")).waitFor();
    // What has no day is not forgotten.
    await page.getByRole("link", { name: new RegExp(t("boards.undated_count", { n: "\\d+" })) }).click();
    await page.getByText(t("boards.undated"), { exact: true }).waitFor();
    await page.getByRole("link", { name: "Serial 11" }).waitFor();
    assert.equal(await page.getByRole("link", { name: "Serial 10" }).count(), 0);
  });

  step("chosen deals are lost at once, and one click takes it back", async () => {
    await go("/deals?view=list&q=Serial");
    for (const number of [11, 12, 13]) await choose(`Serial ${number}`).check();
    await page.getByText(t("boards.chosen", { n: 3 })).waitFor();
    await accessible(page);
    await button("boards.lose").click();
    await page.getByText(t("boards.reason_needed")).waitFor();
    assert.ok(await choose("Serial 12").isChecked(), "what was chosen stays chosen");
    await reason();
    await button("boards.lose").click();
    await outcome().getByText(t("boards.done", { n: 3 })).waitFor();
    await eventually(() => choose("Serial 12").count(), 0);
    await button("boards.undo").click();
    await outcome().getByText(t("boards.back", { n: 3 })).waitFor();
    await choose("Serial 12").waitFor();
    assert.equal(await button("boards.undo").count(), 0);
  });

  step("what a rule holds back is listed, with the link that helps", async () => {
    await page.getByRole("checkbox", { name: t("boards.choose_all") }).check();
    await page.getByText(t("boards.chosen", { n: 20 })).waitFor();
    await page.getByRole("checkbox", { name: t("boards.choose_all") }).uncheck();
    await choose("Serial 14").check();
    const stages = page.getByRole("combobox", { name: t("boards.to_stage") });
    const won = await stages.locator("option").evaluateAll((options) => options.length - 1);
    await stages.selectOption({ index: won });
    await button("deals.move_it").click();
    await outcome().getByText(t("boards.left", { n: 1 })).waitFor();
    await outcome().getByRole("link", { name: "Serial 14" }).waitFor();
    assert.ok((await outcome().getByRole("link").count()) > 1, "a way to what is missing");
  });

  step("what is shown is kept as a view, found again and taken away", async () => {
    await page.getByText(t("boards.views"), { exact: true }).first().click();
    await page.getByLabel(t("boards.view_name")).fill("All serials");
    await button("boards.save_view").click();
    const list = page.getByRole("list", { name: t("boards.views") });
    await list.getByRole("link", { name: "All serials" }).waitFor();
    await go("/deals");
    await page.getByText(t("boards.views"), { exact: true }).first().click();
    await list.getByRole("link", { name: "All serials" }).click();
    await choose("Serial 15").waitFor();
    assert.match(page.url(), /q=Serial/);
    await page.getByRole("button", { name: t("boards.remove_view", { name: "All serials" }) }).click();
    await eventually(() => list.getByRole("link", { name: "All serials" }).count(), 0);
    assert.deepEqual(staff.faults.filter((fault) => !/status of 4\d\d/.test(fault)), []);
  });

  step("all of it works without JavaScript", async () => {
    const plain = await openPage(browser, { locale, javaScriptEnabled: false });
    const { page } = plain;
    await signIn(page, demo.origin, t, demo.logins.admin);
    await page.goto(`${demo.origin}/deals?view=list&q=Serial`);
    await choose("Serial 16", page).check();
    await button("boards.lose", page).click();
    await page.getByText(t("boards.reason_needed")).waitFor();
    await page.goto(`${demo.origin}/deals?view=list&q=Serial`);
    await choose("Serial 16", page).check();
    await reason(page);
    await button("boards.lose", page).click();
    await outcome(page).getByText(t("boards.done", { n: 1 })).waitFor();
    await button("boards.undo", page).click();
    await outcome(page).getByText(t("boards.back", { n: 1 })).waitFor();
    await page.getByText(t("boards.views"), { exact: true }).first().click();
    await page.getByLabel(t("boards.view_name")).fill("Plain");
    await button("boards.save_view", page).click();
    await page.getByText(t("boards.views"), { exact: true }).first().click();
    await page.getByRole("link", { name: "Plain" }).click();
    await choose("Serial 16", page).waitFor();
    await page.goto(`${demo.origin}/deals`);
    await page.locator(".cards > a").first().click();
    await page.waitForURL(/more=/);
    await page.goto(`${demo.origin}/deals?view=calendar&month=${MONTH}`);
    await page.getByRole("link", { name: "Serial 10" }).waitFor();
    assert.deepEqual(plain.faults, []);
    await plain.context.close();
  });
}
