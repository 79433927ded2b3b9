// Getting in by the links that are mailed, and markup and scripts that strangers bring along.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { accessible, launch, openPage, signIn, visit } from "./lib/browser.mjs";
import { startMail } from "./lib/mail.mjs";
import { publicPages } from "./lib/pages.mjs";
import { UNGUARDED, startDemo } from "./lib/server.mjs";
import { words } from "./lib/words.mjs";

const PASSWORD = "every drop finds the wheel 26";
const CHANGED = "slow stones grind the finest 27";

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

for (const lang of ["en", "ru"])
  describe(`accounts, ${lang}`, () => {
    const t = words(lang);
    const locale = { en: "en-US", ru: "ru-RU" }[lang];
    const email = "nora@north-bridge.example";
    const name = { en: "Nora Field", ru: "Нора Полева" }[lang];
    let demo, mail, admin;

    before(async () => {
      mail = await startMail();
      demo = await startDemo({ lang, args: mail.args, env: UNGUARDED });
      admin = await openPage(browser, { locale });
      await signIn(admin.page, demo.origin, t, demo.logins.admin);
    });
    after(async () => {
      await admin?.context.close();
      await demo?.close();
      await mail?.close();
    });

    const link = (letter) => /http\S+\/(?:join|reset)\/\S+/.exec(letter.text)[0];
    const guest = () => openPage(browser, { locale });
    const button = (page, key) => page.getByRole("button", { name: t(key), exact: true });

    test("an invitation is mailed, opened and used once", async () => {
      const { page } = admin;
      await visit(page, `${demo.origin}/settings?section=users`);
      await page.getByRole("link", { name: t("settings.add_user") }).click();
      const form = page.getByRole("region", { name: t("settings.add_user") });
      await form.getByLabel(t("common.name"), { exact: true }).fill(name);
      await form.getByLabel(t("common.email")).fill(email);
      await button(form, "people.invite").click();
      await page.getByRole("status").getByText(t("people.mail_on_its_way")).waitFor();
      const address = link(await mail.next(email));

      const nora = await guest();
      await nora.page.goto(address);
      await nora.page.getByRole("heading", { name: t("people.join_title") }).waitFor();
      await accessible(nora.page);
      // Too short a password: told at its field, and what was typed stays.
      await nora.page.getByLabel(t("settings.password"), { exact: true }).fill("short");
      await button(nora.page, "people.join_do").click();
      await nora.page.locator("[aria-invalid=true]").first().waitFor();
      assert.equal(await nora.page.getByLabel(t("settings.your_name")).inputValue(), name);
      await nora.page.getByLabel(t("settings.password"), { exact: true }).fill(PASSWORD);
      await button(nora.page, "people.join_do").click();
      await nora.page.getByRole("heading", { name: t("today.title"), level: 1 }).waitFor();

      const late = await guest();
      await late.page.goto(address);
      await late.page.getByRole("main").waitFor();
      assert.equal(await late.page.getByLabel(t("settings.password"), { exact: true }).count(), 0);
      await late.context.close();
      // The browser mentions the password that was refused.
      assert.deepEqual(nora.faults.filter((each) => !/status of 400 .*join.begin/.test(each)), []);
      await nora.context.close();
    });

    test("a forgotten password is chosen anew by mail, and open sessions end", async () => {
      const before = await guest();
      await signIn(before.page, demo.origin, t, { email, password: PASSWORD });
      const nora = await guest();
      await nora.page.goto(`${demo.origin}/login`);
      await nora.page.getByRole("link", { name: t("people.forgotten") }).click();
      await nora.page.getByLabel(t("common.email")).fill(email);
      await button(nora.page, "people.reset_send").click();
      await nora.page.getByText(t("people.reset_sent_title")).waitFor();
      const address = link(await mail.next(email));
      await nora.page.goto(address);
      await accessible(nora.page);
      await nora.page.getByLabel(t("settings.password_new"), { exact: true }).fill(CHANGED);
      await button(nora.page, "people.reset_save").click();
      await nora.page.getByText(t("people.reset_done")).waitFor();
      await before.page.goto(`${demo.origin}/profile`);
      await before.page.getByLabel(t("settings.password"), { exact: true }).waitFor();
      assert.match(before.page.url(), /\/login/);
      await signIn(nora.page, demo.origin, t, { email, password: CHANGED });
      // The link is used up, and an unknown address gets the same answer as a known one.
      const late = await guest();
      await late.page.goto(address);
      assert.equal(await late.page.getByLabel(t("settings.password_new"), { exact: true }).count(), 0);
      await late.page.goto(`${demo.origin}/reset`);
      await late.page.getByLabel(t("common.email")).fill("nobody@north-bridge.example");
      await button(late.page, "people.reset_send").click();
      await late.page.getByText(t("people.reset_sent_title")).waitFor();
      for (const each of [before, nora, late]) await each.context.close();
    });

    test("markup in a lead is text, and runs nowhere", async () => {
      const evil = `</textarea><img src=x onerror="window.hacked=1"><script>window.hacked=1</script>`;
      const sent = await fetch(`${demo.origin}/api/v1/forms/call-back/submissions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ fields: { name: evil, phone: "+7 921 555-88-01", message: evil }, attribution: { landing_url: `https://s.example/?utm_source=${encodeURIComponent(evil)}` } }),
      });
      assert.equal(sent.status, 201);
      const { page, faults } = admin;
      faults.length = 0;
      await visit(page, `${demo.origin}/leads`);
      await page.getByRole("link", { name: evil }).click();
      await page.getByRole("heading", { level: 1, name: evil }).waitFor();
      for (const path of [page.url(), `${page.url()}?do=convert`, `${demo.origin}/`]) {
        await visit(page, path);
        assert.equal(await page.evaluate(() => window.hacked), undefined, path);
        assert.equal(await page.locator("img[src=x]").count(), 0, path);
      }
      assert.deepEqual(faults, []);
    });

    test("a script that got into a page does not run", async () => {
      const { page, context } = admin;
      const [, offer] = (await publicPages(page, demo)).find(([name]) => name.startsWith("client-offer"));
      const paths = [offer, "/f/call-back", "/leads", "/reset"];
      const inject = `<script>window.hacked=1</script><img src="/nothing.png" onerror="window.hacked=1"><a id="hack" href="javascript:window.hacked=1">x</a><script src="https://evil.example/x.js"></script>`;
      const visitor = await openPage(browser, { locale, storageState: await context.storageState() });
      await visitor.page.route((url) => url.origin === demo.origin && paths.includes(url.pathname), async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: (await response.text()).replace(/<body[^>]*>/, (tag) => tag + inject) });
      });
      for (const path of paths) {
        visitor.faults.length = 0;
        await visitor.page.goto(demo.origin + path);
        await visitor.page.locator("#hack").waitFor();
        await visitor.page.locator("#hack").click({ force: true, noWaitAfter: true });
        assert.equal(await visitor.page.evaluate(() => window.hacked), undefined, path);
        assert.ok(visitor.faults.some((each) => /CSP|Content Security Policy/i.test(each)), `${path}: nobody noticed`);
      }
      await visitor.context.close();
    });
  });
