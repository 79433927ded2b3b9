// The funnel of the invented company: every figure opens as many records, the file and the command line say what the page says.
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { accessible, launch, listed, openPage, signIn, visit } from "./lib/browser.mjs";
import { millrace, startDemo } from "./lib/server.mjs";
import { story } from "./lib/steps.mjs";
import { invented, words } from "./lib/words.mjs";

for (const lang of ["en", "ru"])
  describe(`the funnel, ${lang}`, () => {
    const t = words(lang);
    const locale = { en: "en-US", ru: "ru-RU" }[lang];
    let browser, demo, plain, lively;
    let opened = () => plain;
    const step = story(`funnel-${lang}`, () => opened());

    before(async () => {
      browser = await launch();
      demo = await startDemo({ lang });
      plain = await openPage(browser, { locale, javaScriptEnabled: false });
      lively = await openPage(browser, { locale, width: 360, height: 780, theme: "dark" });
      for (const { page } of [plain, lively]) await signIn(page, demo.origin, t, demo.logins.admin);
    });
    after(async () => {
      await browser?.close();
      await demo?.close();
    });

    const figures = (page) => page.getByRole("table", { name: t("analytics.figures") });
    /** The rows of the figures: a step's name, how many reached it and where they are, how many were lost and where they are. */
    const rows = async (page) => {
      const read = [];
      for (const row of await figures(page).locator("tbody tr").all()) {
        const cells = (await row.getByRole("cell").allTextContents()).map((text) => text.trim());
        const links = await row.getByRole("link").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
        read.push({ name: cells[0], reached: Number(cells[1]), lost: Number(cells[4]), href: links[0], lostHref: links[1] });
      }
      return read;
    };

    step("every number of deals opens as many deals", async () => {
      const { page } = plain;
      await page.goto(`${demo.origin}/analytics/funnel`);
      const all = await rows(page);
      assert.deepEqual(all.map(({ name }) => name), [t("analytics.leads"), t("analytics.contacts"), ...invented[lang].stages, t("analytics.won")]);
      for (const row of all.slice(2)) {
        assert.equal(await listed(page, demo.origin + row.href), row.reached, `${row.name} at ${row.href}`);
        if (row.lost > 0) assert.equal(await listed(page, demo.origin + row.lostHref), row.lost, `lost: ${row.name} at ${row.lostHref}`);
      }
      const totals = page.getByRole("list", { name: t("analytics.totals") }).getByRole("link");
      for (const link of await totals.all()) {
        const count = Number(/\d+$/.exec(await link.textContent())[0]);
        assert.equal(await listed(page, demo.origin + await link.getAttribute("href")), count);
      }
    });

    step("it says why deals were lost, and each reason opens its deals", async () => {
      const { page } = plain;
      const losses = page.getByRole("table", { name: t("analytics.losses") }).locator("tbody tr");
      const lost = (await rows(page)).slice(2).reduce((sum, row) => sum + row.lost, 0);
      let sum = 0;
      for (const row of await losses.all()) {
        const link = row.getByRole("link");
        const count = Number(await link.textContent());
        assert.equal(await listed(page, demo.origin + await link.getAttribute("href")), count);
        sum += count;
      }
      assert.ok(lost > 0, "the invented company has lost deals");
      assert.equal(sum, lost);
    });

    step("the file has the figures of the page", async () => {
      const { page } = plain;
      const path = await page.getByRole("link", { name: "CSV" }).getAttribute("href");
      const response = await page.request.get(demo.origin + path);
      assert.match(response.headers()["content-disposition"], /attachment; filename="funnel\.csv"/);
      const text = await response.text();
      assert.equal(text.codePointAt(0), 0xfeff);
      const lines = text.slice(1).trim().split("\n").map((line) => line.split(","));
      assert.deepEqual(lines[0].slice(0, 3), [t("analytics.stage"), t("analytics.reason"), t("analytics.reached")]);
      const steps = lines.slice(1).filter((cells) => cells[2] !== "");
      assert.deepEqual(steps.map((cells) => [cells[0], Number(cells[2])]), (await rows(page)).map(({ name, reached }) => [name, reached]));
    });

    step("the command line says the same of the same days", async () => {
      const { page } = plain;
      const day = (back) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);
      const [from, to] = [day(60), day(5)];
      await page.goto(`${demo.origin}/analytics/funnel?from=${from}&until=${to}`);
      const { code, stdout, stderr } = await millrace(["report", "funnel", "--from", from, "--to", to, "--format", "json", ...demo.data.args]);
      assert.equal(code, 0, stderr);
      const told = JSON.parse(stdout);
      assert.deepEqual(Object.keys(told), ["currency", "stages", "won", "lost", "open"]);
      const stages = (await rows(page)).slice(2, -1).map(({ name, reached }) => [name, reached]);
      assert.deepEqual(told.stages.map(({ stage, entered }) => [stage, entered]), stages);
      const totals = await page.getByRole("list", { name: t("analytics.totals") }).getByRole("link").allTextContents();
      assert.deepEqual([told.won, told.lost, told.open].map(({ count }) => count), totals.map((text) => Number(/\d+$/.exec(text)[0])));
      for (const of of [told.won, told.lost, told.open, ...told.stages]) assert.ok(Number.isInteger(of.amount) && of.amount >= 0);

      assert.equal((await millrace(["report", "funnel", "--from", to, "--to", from, ...demo.data.args])).code, 2);
      assert.equal((await millrace(["report", "funnel", "--from", "yesterday", ...demo.data.args])).code, 2);
      const unknown = await millrace(["report", "funnel", "--pipeline", "Nothing", ...demo.data.args]);
      assert.equal(unknown.code, 2);
      assert.match(unknown.stderr, /Nothing/);
    });

    step("a plain form narrows it, and a period stands beside the one before", async () => {
      const { page } = plain;
      await page.goto(`${demo.origin}/analytics/funnel`);
      const [all] = (await rows(page)).slice(2);
      // Its label stands around it, options and all: it is found by its role.
      const owner = page.getByRole("combobox", { name: t("common.owner"), exact: true });
      const names = await owner.locator("option").allTextContents();
      assert.ok(names.length > 2, names.join());
      let sum = 0;
      for (const name of names.slice(1)) {
        await owner.selectOption({ label: name });
        await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: t("common.apply"), exact: true }).click()]);
        await owner.locator("option:checked", { hasText: name }).waitFor({ state: "attached" });
        if (await figures(page).count()) sum += (await rows(page))[2].reached;
      }
      assert.ok(sum <= all.reached && sum > 0, `${sum} of ${all.reached}`);

      const from = new Date(Date.now() - 30 * 86_400_000).toISOString().slice(0, 10);
      await page.goto(`${demo.origin}/analytics/funnel?from=${from}`);
      const before = await figures(page).locator("tbody tr").nth(2).getByRole("cell").last().textContent();
      assert.match(before, /^\d+/);
      await page.goto(`${demo.origin}/analytics/funnel?from=1999-01-01&until=1999-01-02`);
      await page.getByRole("heading", { name: t("analytics.empty_title") }).waitFor();
    });

    step("it fits a phone, and its picture leads on", async () => {
      opened = () => lively;
      const { page } = lively;
      await visit(page, `${demo.origin}/analytics/funnel`);
      await accessible(page);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
      assert.ok(wide, "nothing sticks out");
      const [, , first] = await rows(page);
      await page.getByRole("link", { name: `${first.name}: ${first.reached}` }).click();
      await page.getByRole("heading", { name: t("deals.title"), level: 1 }).waitFor();
      assert.equal(new URL(page.url()).searchParams.get("reached"), new URL(first.href, demo.origin).searchParams.get("reached"));
      assert.deepEqual(lively.faults, []);
    });
  });
