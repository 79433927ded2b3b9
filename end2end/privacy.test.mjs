// A person's data: agreed to, told, erased.
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { accessible, alive, launch, openPage, signIn, visit } from "./lib/browser.mjs";
import { UNGUARDED, addUser, millrace, startServer } from "./lib/server.mjs";
import { story } from "./lib/steps.mjs";
import { words } from "./lib/words.mjs";

const LOGIN = { email: "anna@north-bridge.example", password: "seven mills upon one river" };
const VISITOR = { name: "Irina Weber", phone: "+44 20 7183 8750", email: "irina.weber@client.example" };

describe("a person's data", () => {
  let browser, server, visitor, staff;
  const step = story("privacy", () => staff);
  const t = words("en");

  before(async () => {
    browser = await launch();
    server = await startServer({ env: UNGUARDED });
    await addUser(server.data, { ...LOGIN, name: "Anna Bell", role: "admin" });
    visitor = await openPage(browser, { javaScriptEnabled: false });
    staff = await openPage(browser);
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });
  const consents = () => staff.page.getByRole("region", { name: t("privacy.consents") });

  step("the form's consent is not ticked; the visitor ticks it", async () => {
    const { page } = visitor;
    await page.goto(`${server.origin}/f/call-back?lang=en`);
    const box = page.getByRole("checkbox");
    assert.equal(await box.isChecked(), false);
    await page.getByLabel("Your name").fill(VISITOR.name);
    await page.getByLabel("Phone").fill(VISITOR.phone);
    await page.getByLabel("E-mail").fill(VISITOR.email);
    await box.check();
    await page.getByRole("button", { name: t("public.form_send") }).click();
    await page.getByRole("status").waitFor();
  });

  step("the lead shows what was agreed to, and it can be withdrawn", async () => {
    const { page } = staff;
    await signIn(page, server.origin, t, LOGIN);
    await visit(page, `${server.origin}/leads`);
    await page.getByRole("link", { name: VISITOR.name }).click();
    await consents().getByText(t("privacy.valid"), { exact: true }).waitFor();
    await accessible(page);
    await consents().getByText(t("privacy.withdraw"), { exact: true }).click();
    await consents().getByLabel(t("privacy.why")).fill("Asked for it");
    await consents().getByRole("button", { name: t("privacy.withdraw_do"), exact: true }).click();
    await consents().getByText(t("privacy.withdrawn"), { exact: true }).waitFor();
  });

  step("everything about the person comes as a file", async () => {
    const { page } = staff;
    const coming = page.waitForEvent("download");
    await consents().getByRole("link", { name: t("privacy.export") }).click();
    const stream = await (await coming).createReadStream();
    let text = "";
    for await (const chunk of stream) text += chunk;
    const told = JSON.parse(text);
    assert.deepEqual(told.person.emails, [VISITOR.email]);
    assert.equal(told.consents.length, 1);
  });

  step("an erasure wants the name, and takes the person away", async () => {
    const { page } = staff;
    await page.reload();
    await alive(page);
    await consents().getByRole("button", { name: t("privacy.erase") }).click();
    const dialog = page.getByRole("dialog", { name: t("privacy.erase_title") });
    const name = dialog.getByLabel(t("privacy.confirm", { name: VISITOR.name }));
    await name.fill("Somebody else");
    await dialog.getByRole("button", { name: t("privacy.erase_do") }).click();
    await dialog.getByText(t("common.fault_unknown")).waitFor();
    await name.fill(VISITOR.name);
    await dialog.getByRole("button", { name: t("privacy.erase_do") }).click();
    await page.getByRole("heading", { name: "—", level: 1 }).waitFor();
    assert.equal((await page.content()).includes(VISITOR.email), false);
    const verified = await millrace(["audit", "verify", ...server.data.args]);
    assert.equal(verified.code, 0, verified.stderr);
    const exported = await millrace(["export", "leads", ...server.data.args]);
    assert.equal(exported.stdout.includes(VISITOR.email), false);
  });
});
