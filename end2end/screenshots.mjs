// Writes every page, light and dark, wide and narrow, to screenshots/: `npm run screenshots`, with MILLRACE_BIN naming the binary.
// A language (`npm run screenshots -- ru`) and a part of the pages' names (`-- en deal`) may follow.
import { mkdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { alive, launch, openPage, signIn } from "./lib/browser.mjs";
import { publicPages, staffPages } from "./lib/pages.mjs";
import { startDemo } from "./lib/server.mjs";
import { words } from "./lib/words.mjs";

const [lang = "en", part = ""] = process.argv.slice(2);
const folder = fileURLToPath(new URL(`screenshots/${lang}/`, import.meta.url));
const locale = lang === "ru" ? "ru-RU" : "en-US";

const demo = await startDemo({ lang });
const browser = await launch();
try {
  if (!part) await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  let count = 0;
  for (const theme of ["light", "dark"])
    for (const width of [1440, 360]) {
      const look = { theme, width, height: width === 360 ? 760 : 900, locale };
      const [staff, guest] = [await openPage(browser, look), await openPage(browser, look)];
      await signIn(staff.page, demo.origin, words(lang), demo.logins.admin);
      const sets = [[staff.page, await staffPages(staff.page, demo)], [guest.page, await publicPages(staff.page, demo)]];
      for (const [page, pages] of sets)
        for (const [name, path] of pages.filter(([name]) => name.includes(part))) {
          await page.goto(demo.origin + path);
          if (page === staff.page) await alive(page);
          await page.screenshot({ path: `${folder}${name}-${theme}-${width}.png`, fullPage: true, animations: "disabled" });
          count++;
        }
      await staff.context.close();
      await guest.context.close();
    }
  console.log(`${count} screenshots in ${folder}`);
} finally {
  await browser.close();
  await demo.close();
}
