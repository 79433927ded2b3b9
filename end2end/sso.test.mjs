// Single sign-on with a real OpenID provider: down, unknown people, an unconfirmed address, and the way in.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe } from "node:test";
import { launch, openPage } from "./lib/browser.mjs";
import { startIdentity } from "./lib/identity.mjs";
import { addUser, freshData, serve } from "./lib/server.mjs";
import { story } from "./lib/steps.mjs";
import { words } from "./lib/words.mjs";

const ANNA = { email: "anna@north-bridge.example", password: "seven mills upon one river" };
const NAME = "North ID";
const ACCOUNTS = {
  anna: { email: "Anna@North-Bridge.example", email_verified: true },
  boris: { email: "boris@north-bridge.example", email_verified: false },
  stranger: { email: "stranger@elsewhere.example", email_verified: true },
};

describe("single sign-on", () => {
  let browser, identity, data, server, opened;
  const step = story("sso", () => opened);
  const t = words("en");

  before(async () => {
    browser = await launch();
    identity = await startIdentity();
    data = await freshData();
    const secret = join(data.folder, "sso-secret");
    await writeFile(secret, `${identity.client.client_secret}\n`, { mode: 0o600 });
    for (const [email, name] of [[ANNA.email, "Anna Bell"], [ACCOUNTS.boris.email, "Boris Kim"]]) {
      await addUser(data, { name, email, password: ANNA.password, role: "admin" });
    }
    const sso = ["--sso-issuer", identity.issuer, "--sso-client-id", identity.client.client_id, "--sso-client-secret-file", secret, "--sso-label", NAME];
    server = await serve(data, { args: sso });
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    await identity?.close();
    await data?.remove();
  });

  /** A browser of its own; nothing of it leaves this machine. */
  const arrive = async (options) => {
    await opened?.context.close();
    opened = await openPage(browser, options);
    await opened.context.route((url) => url.hostname !== "127.0.0.1", (route) => route.abort());
    return opened.page;
  };
  const button = (page) => page.getByRole("link", { name: t("second.sso_button", { name: NAME }) });
  const toProvider = async (page, account) => {
    await button(page).click();
    await page.getByPlaceholder("Enter any login").fill(account);
    await page.getByPlaceholder("and password").fill("whatever");
    await page.getByRole("button", { name: "Sign-in" }).click();
    await page.getByRole("button", { name: "Continue" }).click();
  };

  step("the button is there when the page has come alive, and in the other language", async () => {
    const page = await arrive();
    await page.goto(`${server.origin}/login?lang=ru`);
    await page.getByRole("link", { name: words("ru")("second.sso_button", { name: NAME }) }).waitFor();
    await page.goto(`${server.origin}/login?lang=en`);
    await page.waitForLoadState("networkidle");
    await button(page).waitFor();
    assert.deepEqual(opened.faults, []);
  });

  step("a provider that is down is told, and the password still works", async () => {
    // Nothing answers there yet: the connection is taken and closed.
    const page = await arrive();
    await page.goto(`${server.origin}/login?sso=unavailable`);
    await page.getByRole("alert").getByText(t("second.sso_unavailable", { name: NAME })).waitFor();
    await page.getByLabel(t("settings.password"), { exact: true }).waitFor();
  });

  step("who was confirmed by the provider comes in, to the page that was asked for", async () => {
    await identity.serve(`${server.origin}/login/sso/callback`, ACCOUNTS);
    const page = await arrive();
    await page.goto(`${server.origin}/leads`);
    await toProvider(page, "anna");
    await page.waitForURL(`${server.origin}/leads`);
    await page.goto(`${server.origin}/profile`);
    await page.getByRole("heading", { name: "Anna Bell", level: 1 }).waitFor();
    await page.getByText(t("second.outcome_sso")).first().waitFor();
  });

  step("it works without JavaScript too", async () => {
    const page = await arrive({ javaScriptEnabled: false });
    await page.goto(`${server.origin}/login`);
    await toProvider(page, "anna");
    await page.getByRole("heading", { name: t("today.title"), level: 1 }).waitFor();
  });

  step("whom nobody knows here is told so, and does not come in", async () => {
    for (const [account, why] of [["stranger", t("second.sso_unknown")], ["boris", t("second.sso_unverified", { name: NAME })]]) {
      const page = await arrive();
      await page.goto(`${server.origin}/login`);
      await toProvider(page, account);
      await page.getByRole("alert").getByText(why).waitFor();
      const profile = await page.request.get(`${server.origin}/profile`, { maxRedirects: 0 });
      assert.equal(profile.status(), 303);
    }
  });

  step("the provider’s no is told", async () => {
    const page = await arrive();
    await page.goto(`${server.origin}/login`);
    await button(page).click();
    await page.getByRole("link", { name: "Cancel" }).click();
    await page.getByRole("alert").getByText(t("second.sso_denied", { name: NAME })).waitFor();
  });

  step("a way back that began elsewhere is refused", async () => {
    const page = await arrive();
    await page.goto(`${server.origin}/login/sso/callback?code=x&state=y`);
    await page.getByRole("alert").getByText(t("second.sso_expired")).waitFor();
  });
});
