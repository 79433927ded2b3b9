// The pipe of the invented company: every leak opens as many deals, a rep sees their own, and the command line says what the page says.
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { accessible, launch, listed, openPage, signIn, visit } from "./lib/browser.mjs";
import { millrace, startDemo } from "./lib/server.mjs";
import { story } from "./lib/steps.mjs";
import { invented, words } from "./lib/words.mjs";

const KINDS = [
  "late_first_response",
  "skipped_stage",
  "missing_required_step",
  "late_required_step",
  "backward_move",
  "idle_beyond_limit",
  "no_next_step",
  "waiver",
  "lost_without_talking",
];

for (const lang of ["en", "ru"])
  describe(`the pipe, ${lang}`, () => {
    const t = words(lang);
    const locale = { en: "en-US", ru: "ru-RU" }[lang];
    let browser, demo, plain, lively, seller;
    let opened = () => plain;
    const step = story(`pipe-${lang}`, () => opened());

    before(async () => {
      browser = await launch();
      demo = await startDemo({ lang });
      plain = await openPage(browser, { locale, javaScriptEnabled: false });
      lively = await openPage(browser, { locale, theme: "dark" });
      seller = await openPage(browser, { locale, width: 360, height: 780 });
      for (const { page } of [plain, lively]) await signIn(page, demo.origin, t, demo.logins.admin);
      await signIn(seller.page, demo.origin, t, demo.logins.sales_rep);
    });
    after(async () => {
      await browser?.close();
      await demo?.close();
    });

    const table = (page, key) => page.getByRole("table", { name: t(key), exact: true });
    /** The rows of a table: their names, and under the name of each column the number and where it leads. */
    const rows = async (page, key) => {
      const heads = await table(page, key).getByRole("columnheader").allTextContents();
      const read = [];
      for (const row of await table(page, key).locator("tbody tr").all()) {
        const cells = {};
        for (const [at, cell] of (await row.getByRole("cell").all()).entries()) {
          const href = await cell.getByRole("link").evaluateAll(([link]) => link?.getAttribute("href"));
          cells[heads[at + 1]] = { text: (await cell.textContent()).trim(), href };
        }
        read.push({ name: await row.getByRole("rowheader").textContent(), cells });
      }
      return read;
    };
    /** Its label stands around it, options and all: it is found by its role. */
    const manager = (page) => page.getByRole("combobox", { name: t("pipe.person"), exact: true });
    const kinds = () => Object.fromEntries(KINDS.map((kind) => [t(`pipe.${kind}`), kind]));

    step("the page says how much ran straight, and where most of the rest went", async () => {
      const { page } = plain;
      await page.goto(`${demo.origin}/analytics/pipe`);
      await page.getByRole("heading", { name: t("pipe.title"), level: 1 }).waitFor();
      const told = await page.locator("#pipe-title").textContent();
      assert.match(told, /^\d+/);
      const heads = await table(page, "pipe.figures").getByRole("rowheader").allTextContents();
      assert.deepEqual(heads, [t("pipe.first_contact"), ...invented[lang].stages, t("pipe.won")]);
      assert.equal(await page.getByRole("img", { name: t("pipe.picture"), exact: true }).count(), 1);
    });

    step("the invented company is as large as promised, and leaks in every way", async () => {
      const { page } = plain;
      await page.goto(`${demo.origin}/analytics/pipe?from=`);
      const [contact, ...stages] = await rows(page, "pipe.figures");
      const number = ({ cells }, key) => Number(cells[t(key)].text);
      assert.equal(number(contact, "pipe.entered"), 60);
      assert.equal(number(stages[0], "pipe.entered"), 40);
      for (const stage of stages.slice(0, -1)) assert.ok(number(stage, "pipe.col_here") > 0, stage.name);
      const [{ cells }] = (await rows(page, "pipe.by_manager")).slice(-1);
      for (const kind of KINDS) assert.ok(Number(cells[t(`pipe.${kind}`)]?.text) > 0, kind);
      await page.goto(`${demo.origin}/analytics/pipe`);
    });

    step("the file has the figures of the page", async () => {
      const { page } = plain;
      const path = await page.getByRole("link", { name: t("pipe.export"), exact: true }).getAttribute("href");
      const response = await page.request.get(demo.origin + path);
      assert.match(response.headers()["content-disposition"], /attachment; filename="pipe\.csv"/);
      const text = await response.text();
      assert.equal(text.codePointAt(0), 0xfeff);
      const lines = text.slice(1).trim().split("\n").map((line) => line.split(","));
      assert.deepEqual(lines[0].slice(0, 4), ["manager", "file_leak", "place", "deals"].map((key) => t(`pipe.${key}`)));
      const counted = {};
      for (const [name, kind, place, deals] of lines.slice(1)) if (kind && !place) counted[`${name}: ${kind}`] = Number(deals);
      const shown = {};
      for (const { name, cells } of await rows(page, "pipe.by_manager"))
        for (const [column, { text }] of Object.entries(cells)) if (kinds()[column] && text !== "0") shown[`${name}: ${column}`] = Number(text);
      assert.deepEqual(counted, shown);
    });

    step("every leak opens its deals, by manager and by stage", async () => {
      const { page } = plain;
      for (const key of ["pipe.by_manager", "pipe.by_stage"]) {
        const read = await rows(page, key);
        assert.ok(read.length > 1, key);
        let opened = 0;
        for (const { name, cells } of read)
          for (const [column, { text, href }] of Object.entries(cells)) {
            if (!kinds()[column]) continue;
            if (!href) assert.equal(text, "0", `${name}, ${column}`);
            else assert.equal(await listed(page, demo.origin + href), Number(text), `${name}, ${column} at ${href}`), (opened += 1);
          }
        assert.ok(opened > 3, `${key}: the invented company leaks`);
      }
    });

    step("every figure opens its records", async () => {
      const { page } = plain;
      for (const { name, cells } of await rows(page, "pipe.figures"))
        for (const [column, { text, href }] of Object.entries(cells))
          if (href?.startsWith("/deals")) assert.equal(await listed(page, demo.origin + href), Number(text), `${name}, ${column} at ${href}`);
    });

    step("the command line says the same of the same days", async () => {
      const { page } = plain;
      const from = await page.getByLabel(t("pipe.from"), { exact: true }).inputValue();
      const { code, stdout, stderr } = await millrace(["report", "pipe", "--from", from, "--format", "json", ...demo.data.args]);
      assert.equal(code, 0, stderr);
      const told = JSON.parse(stdout);
      for (const { leak, count, deals } of told) {
        assert.ok(KINDS.includes(leak));
        assert.ok(count > 0 && deals.length === count && deals.every(Number.isInteger));
      }
      const counted = {};
      for (const { name, cells } of await rows(page, "pipe.by_manager"))
        for (const [column, { text }] of Object.entries(cells)) {
          const kind = kinds()[column];
          if (kind && text !== "0" && name !== t("pipe.all")) counted[`${name}: ${kind}`] = Number(text);
        }
      assert.deepEqual(Object.fromEntries(told.map(({ manager, leak, count }) => [`${manager ?? t("pipe.nobody")}: ${leak}`, count])), counted);
    });

    step("a plain form narrows it to one manager", async () => {
      const { page } = plain;
      const [first] = await rows(page, "pipe.by_manager");
      await manager(page).selectOption({ label: first.name });
      await page.getByRole("button", { name: t("common.apply") }).click();
      await page.waitForURL(/owner=[0-9a-f-]{36}/);
      assert.deepEqual((await rows(page, "pipe.by_manager")).map(({ name }) => name), [first.name, t("pipe.all")]);
      await page.goto(`${demo.origin}/analytics/pipe?from=1990-01-01&until=1990-12-31`);
      await page.getByRole("heading", { name: t("pipe.empty_title") }).waitFor();
    });

    step("a drop of the picture opens its deals", async () => {
      opened = () => lively;
      const { page, faults } = lively;
      await visit(page, `${demo.origin}/analytics/pipe`);
      await accessible(page);
      const drop = page.locator(".pipe-drawing.wide-only .hits").getByRole("link").last();
      const count = Number(/(\d+)$/.exec(await drop.getAttribute("aria-label"))[1]);
      await drop.focus();
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: t("deals.title"), level: 1 }).waitFor();
      await page.getByText(t("pipe.narrowed_at", { kind: "", stage: "" }).split(":")[0]).first().waitFor();
      assert.equal(await listed(page, demo.origin + new URL(page.url()).pathname + new URL(page.url()).search), count);
      assert.deepEqual(faults, []);
    });

    step("a rep sees their own deals alone, upright on a phone", async () => {
      opened = () => seller;
      const { page, faults } = seller;
      await visit(page, `${demo.origin}/analytics/pipe`);
      await page.getByRole("img", { name: t("pipe.picture_upright"), exact: true }).waitFor();
      assert.equal(await page.getByText(t("pipe.own")).count(), 1);
      assert.equal(await manager(page).count(), 0);
      assert.equal((await rows(page, "pipe.by_manager")).length, 2);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= 360, `${wide} px`);
      await accessible(page);
      assert.deepEqual(faults, []);
    });
  });
