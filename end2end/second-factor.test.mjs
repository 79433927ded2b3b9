// The second factor as a person meets it: setting it up, signing in with it, losing the phone.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe } from "node:test";
import { accessible as axe, launch, openPage, signIn } from "./lib/browser.mjs";
import { addUser, startServer } from "./lib/server.mjs";
import { story } from "./lib/steps.mjs";
import { words } from "./lib/words.mjs";

const LOGIN = { email: "anna@north-bridge.example", password: "seven mills upon one river" };
const STEP = 30_000;

/** RFC 6238 with SHA-1 and six digits, as authenticators compute it. */
function codeOf(secret, step) {
  const bits = [...secret.replace(/\s/g, "")].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hash = createHmac("sha1", key).update(counter).digest();
  const at = hash[19] & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

assert.equal(codeOf("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 1), "287082", "the example of RFC 6238");

for (const javaScriptEnabled of [true, false]) {
  describe(`second factor, ${javaScriptEnabled ? "with" : "without"} JavaScript`, () => {
    let browser, server, opened;
    let secret, recovery, taken;
    const step = story(`second-factor-${javaScriptEnabled ? "js" : "nojs"}`, () => opened);
    const t = words("en");

    before(async () => {
      browser = await launch();
      server = await startServer();
      await addUser(server.data, { ...LOGIN, name: "Anna Bell", role: "admin" });
      opened = await openPage(browser, { javaScriptEnabled, width: 360, height: 780, theme: "dark" });
    });
    after(async () => {
      await browser?.close();
      await server?.close();
    });

    const button = (key) => opened.page.getByRole("button", { name: t(key), exact: true });
    const field = (key) => opened.page.getByLabel(t(key), { exact: true });
    /** A code that was not taken yet: the present one, or the one after it, which a clock that is ahead would show. */
    const fresh = () => {
      taken = Math.max(Math.floor(Date.now() / STEP), (taken ?? 0) + 1);
      return codeOf(secret, taken);
    };
    const signOut = async () => {
      await opened.page.goto(`${server.origin}/profile`);
      await button("common.sign_out").click();
      await button("common.sign_in").waitFor();
    };
    const password = async () => {
      const { page } = opened;
      await page.goto(`${server.origin}/leads`);
      await field("common.email").fill(LOGIN.email);
      await field("settings.password").fill(LOGIN.password);
      await button("common.sign_in").click();
      await page.getByRole("heading", { name: t("second.step_title") }).waitFor();
    };
    // Axe waits for timers, which do not run where scripts are off.
    const accessible = async (page) => javaScriptEnabled && axe(page);
    const narrow = async () => {
      const wide = await opened.page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= 360, `${wide} px`);
    };

    step("it is set up from the profile, with the key and the password", async () => {
      const { page } = opened;
      await signIn(page, server.origin, t, LOGIN);
      await page.goto(`${server.origin}/profile`);
      await page.getByRole("link", { name: t("second.manage"), exact: true }).click();
      await button("second.begin").click();
      await page.getByRole("img", { name: t("second.qr") }).waitFor();
      await accessible(page);
      await narrow();
      secret = await page.locator("code").first().textContent();
      assert.match(secret, /^([A-Z2-7]{4} ?){8}$/);
      await field("settings.password").fill(LOGIN.password);
      await field("second.code").fill(codeOf(secret, Math.floor(Date.now() / STEP) + 100));
      await button("second.confirm").click();
      await page.getByText(t("second.wrong_code")).waitFor();
      await field("settings.password").fill(LOGIN.password);
      await field("second.code").fill(fresh());
      await button("second.confirm").click();
      await page.getByRole("heading", { name: t("second.codes_title") }).waitFor();
      recovery = await page.getByRole("list", { name: t("second.codes_title") }).getByRole("listitem").allTextContents();
      assert.equal(new Set(recovery).size, 10);
      await accessible(page);
      await narrow();
    });

    step("signing in asks for a code, and leads on to the page that was asked for", async () => {
      const { page } = opened;
      await signOut();
      await password();
      await accessible(page);
      await narrow();
      assert.equal(await page.locator("script").count(), 0);
      const before = (await opened.context.cookies()).map((cookie) => cookie.name);
      assert.ok(before.includes("millrace-half") && !before.includes("millrace"), `${before}`);
      await field("second.code").fill(fresh());
      await button("second.go_on").click();
      await page.waitForURL(`${server.origin}/leads`);
      const names = (await opened.context.cookies()).map((cookie) => cookie.name);
      assert.ok(names.includes("millrace") && !names.includes("millrace-half"), `${names}`);
    });

    step("a code that was used is refused", async () => {
      const { page } = opened;
      await signOut();
      await password();
      await field("second.code").fill(codeOf(secret, taken));
      await button("second.go_on").click();
      await page.getByText(t("second.wrong_code")).waitFor();
    });

    step("a recovery code signs in once", async () => {
      const { page } = opened;
      await field("second.code").fill(recovery[0].toUpperCase());
      await button("second.go_on").click();
      await page.waitForURL(`${server.origin}/leads`);
      await signOut();
      await password();
      await field("second.code").fill(recovery[0]);
      await button("second.go_on").click();
      await page.getByText(t("second.wrong_code")).waitFor();
      await field("second.code").fill(recovery[1]);
      await button("second.go_on").click();
      await page.waitForURL(`${server.origin}/leads`);
    });

    step("the history tells of it, and it is turned off with password and code", async () => {
      const { page } = opened;
      await page.goto(`${server.origin}/profile`);
      await page.getByText(t("second.outcome_recovery")).first().waitFor();
      await page.getByText(t("second.outcome_wrong_code")).first().waitFor();
      await page.goto(`${server.origin}/profile/second-factor`);
      await page.getByText(t("second.codes_left", { left: 8 })).waitFor();
      await field("settings.password").fill(LOGIN.password);
      await field("second.code").fill(recovery[2]);
      await button("second.turn_off").click();
      await button("second.begin").waitFor();
      await signOut();
      await signIn(page, server.origin, t, LOGIN);
      // Refused codes were answered by 400, which the browser mentions.
      assert.deepEqual(opened.faults.filter((fault) => !/status of 400/.test(fault)), []);
    });
  });
}
