// Every page of the invented company, in both languages: nothing complains, nobody is kept out, nothing sticks out of a phone.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { accessible, alive, launch, openPage, signIn } from "./lib/browser.mjs";
import { publicPages, staffPages } from "./lib/pages.mjs";
import { startDemo } from "./lib/server.mjs";
import { words } from "./lib/words.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

for (const lang of ["en", "ru"])
  describe(`every page, ${lang}`, () => {
    const locale = { en: "en-US", ru: "ru-RU" }[lang];
    let demo, staff, pages;

    before(async () => {
      demo = await startDemo({ lang });
      staff = await openPage(browser, { locale });
      await signIn(staff.page, demo.origin, words(lang), demo.logins.admin);
      pages = { staff: await staffPages(staff.page, demo), guests: await publicPages(staff.page, demo) };
    });
    after(async () => {
      await staff?.context.close();
      await demo?.close();
    });

    /**
     * All that is wrong with a page, so that one run tells of every page. Axe looks at the wide layout in one language and at the
     * narrow one in the other: the markup is the same.
     */
    const faultsOf = async ({ page, faults }, [name, path], known = []) => {
      faults.length = 0;
      const wrong = [];
      const note = (what) => wrong.push(`${name} (${path}): ${what}`);
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.goto(demo.origin + path);
      if (pages.staff.some(([each]) => each === name)) await alive(page);
      const shows = await page.locator("main, .doc-single").first().waitFor().then(() => true, () => (note("shows nothing"), false));
      if (!shows) return wrong;
      const shown = await page.locator("html").getAttribute("lang");
      if (shown !== lang && !name.startsWith("landing")) note(`speaks ${shown}`);
      if ((await page.title()) === "") note("has no title");
      for (const width of [1440, 360]) {
        await page.setViewportSize({ width, height: 800 });
        // What moves to its place, as a toast or a folding panel does, may take a moment.
        const stuckOut = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        const fits = page.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth, undefined, { timeout: 5000 });
        const over = await fits.then(() => 0, stuckOut);
        if (over > 0) note(`sticks out by ${over} px at ${width} px`);
        if (width === (lang === "en" ? 1440 : 360)) await accessible(page).catch((error) => note(`at ${width} px ${error.actual?.join("; ") ?? error}`));
      }
      for (const fault of faults) if (!known.some((each) => each.test(fault))) note(fault);
      return wrong;
    };

    test("the application's pages", async () => {
      const wrong = [];
      const rest = [...pages.staff];
      const look = async (reader) => {
        for (let each; (each = rest.shift()); ) wrong.push(...(await faultsOf(reader, each, [/status of 404 .*00000000-0000/])));
      };
      const second = await openPage(browser, { locale, storageState: await staff.context.storageState() });
      await Promise.all([look(staff), look(second)]);
      await second.context.close();
      assert.deepEqual(wrong, []);
    });

    test("the clients' and visitors' pages", async () => {
      const guest = await openPage(browser, { locale });
      const wrong = [];
      // What is missing is answered by 404, which the browser mentions.
      for (const each of pages.guests) wrong.push(...(await faultsOf(guest, each, [/status of 404 .*(nothing\/here|\/o\/unknown)/])));
      await guest.context.close();
      assert.deepEqual(wrong, []);
      const found = pages.guests.map(([name]) => name);
      for (const name of ["client-offer", "client-offer-accepted", "client-rating"]) assert.ok(found.includes(name), `the demo has a page "${name}"`);
    });

    test("what a seller may not see is not there", async () => {
      const seller = await openPage(browser, { locale });
      await signIn(seller.page, demo.origin, words(lang), demo.logins.sales_rep);
      await seller.page.goto(`${demo.origin}/settings?section=users`);
      await seller.page.getByRole("heading", { name: words(lang)("settings.title"), level: 1 }).waitFor();
      assert.equal(await seller.page.getByText(demo.logins.admin.email).count(), 0);
      await seller.context.close();
    });
  });
