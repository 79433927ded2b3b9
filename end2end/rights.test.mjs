// Rights that a company edits: a cell of the matrix, a shared lead, two leads given away. With JavaScript and without.
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { accessible, alive, eventually, launch, openPage, signIn } from "./lib/browser.mjs";
import { addUser, freshData, serve } from "./lib/server.mjs";
import { story } from "./lib/steps.mjs";
import { words } from "./lib/words.mjs";

const PASSWORD = "seven mills upon one river";
const PEOPLE = [["Anna Bell", "admin"], ["Ben Reed", "sales_rep"], ["Cleo Marsh", "sales_rep"]];
const email = (name) => `${name.split(" ")[0].toLowerCase()}@north-bridge.example`;

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

for (const javaScriptEnabled of [true, false])
  describe(`rights, ${javaScriptEnabled ? "with" : "without"} JavaScript`, () => walk(javaScriptEnabled));

function walk(javaScriptEnabled) {
  const t = words("en");
  const step = story(`rights-${javaScriptEnabled}`, () => admin);
  const opened = {};
  let data, server, admin, lead;

  before(async () => {
    data = await freshData();
    // Before the server runs: whom another process adds, it sees after ten seconds only.
    for (const [name, role] of PEOPLE) await addUser(data, { name, email: email(name), password: PASSWORD, role });
    server = await serve(data);
    for (const [name] of PEOPLE) {
      opened[name] = await openPage(browser, { javaScriptEnabled, width: name === "Ben Reed" ? 360 : 1440 });
      await signIn(opened[name].page, server.origin, t, { email: email(name), password: PASSWORD });
    }
    admin = opened["Anna Bell"];
  });
  after(async () => {
    for (const { context } of Object.values(opened)) await context.close();
    await server?.stop();
    await data?.remove();
  });

  const go = async (page, path) => {
    const answer = await page.goto(server.origin + path);
    if (javaScriptEnabled && answer.ok()) await alive(page);
    return answer;
  };
  const button = (page, key) => page.getByRole("button", { name: t(key), exact: true });

  step("leads of the administrator's are there, and a rep does not know of them", async () => {
    for (const name of ["Dora Hill", "Emil Stone", "Fay Wood"]) {
      const made = await admin.page.request.post(`${server.origin}/fn/leads/create`, { form: { name, phone: "+49 30 5550138", email: "", company: "", message: "" }, maxRedirects: 0 });
      assert.ok(made.status() < 400, await made.text());
      if (name === "Dora Hill") lead = made.headers().location;
    }
    assert.match(lead, /^\/leads\//);
    assert.equal((await go(opened["Ben Reed"].page, lead)).status(), 404);
  });

  step("a lead is shared with a rep, who reads it and may not change it", async () => {
    const { page } = admin;
    await go(page, `${lead}?do=share`);
    await page.getByLabel(t("access.share_with")).selectOption({ label: "Ben Reed" });
    await page.getByLabel(t("access.share_for")).selectOption({ label: t("access.sharing_read") });
    await button(page, "access.share").click();
    await button(page, "access.unshare").or(page.getByRole("button", { name: t("access.unshare_from", { name: "Ben Reed" }) })).first().waitFor();
    if (javaScriptEnabled) await accessible(page);
    const rep = opened["Ben Reed"].page;
    assert.equal((await go(rep, lead)).status(), 200);
    assert.equal(await button(rep, "leads.convert").count(), 0);
    await go(rep, "/leads");
    await rep.getByRole("link", { name: "Dora Hill" }).waitFor();
    const wide = await rep.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 360, `${wide} px`);
  });

  step("taken back, it is gone", async () => {
    const { page } = admin;
    await go(page, `${lead}?do=share`);
    await page.getByRole("button", { name: t("access.unshare_from", { name: "Ben Reed" }) }).click();
    await page.getByText(t("access.sharing_nobody")).waitFor();
    assert.equal((await go(opened["Ben Reed"].page, lead)).status(), 404);
  });

  step("two chosen leads are given to a rep, with their tasks", async () => {
    const { page } = admin;
    await go(page, "/leads");
    for (const name of ["Emil Stone", "Fay Wood"]) await page.getByRole("checkbox", { name: t("access.choose", { name }) }).check();
    await page.getByLabel(t("access.give_to")).selectOption({ label: "Cleo Marsh" });
    await button(page, "access.give").click();
    await page.getByText(t("access.given", { n: 2 })).waitFor();
    const rep = opened["Cleo Marsh"].page;
    await go(rep, "/leads");
    await rep.getByRole("link", { name: "Emil Stone" }).waitFor();
    await rep.getByRole("link", { name: "Fay Wood" }).waitFor();
    assert.equal(await rep.getByRole("link", { name: "Dora Hill" }).count(), 0);
    assert.equal(await rep.getByRole("checkbox").count(), 0, "a rep gives nothing away");
  });

  step("a cell of the matrix is changed, marked, and holds from the next request on", async () => {
    const { page } = admin;
    await go(page, "/settings?section=rights&role=sales_rep");
    const cell = page.getByLabel(`${t("access.entity_lead")}: ${t("access.action_read")}`);
    await cell.selectOption({ label: t("access.reach_all") });
    await button(page, "common.save").click();
    await page.getByText(t("access.standard", { reach: t("access.reach_team") })).waitFor();
    if (javaScriptEnabled) await accessible(page);
    assert.equal((await go(opened["Ben Reed"].page, lead)).status(), 200);
  });

  step("what reaches further than seeing is refused at its cell", async () => {
    const { page } = admin;
    await go(page, "/settings?section=rights&role=sales_rep");
    const cell = page.getByLabel(`${t("access.entity_client")}: ${t("access.action_write")}`);
    await cell.selectOption({ label: t("access.reach_all") });
    await button(page, "common.save").click();
    await page.getByRole("alert").waitFor();
    await eventually(() => cell.getAttribute("aria-invalid"), "true");
  });

  step("a phone that is hidden from a role is shown to nobody of it", async () => {
    const { page } = admin;
    const rep = opened["Cleo Marsh"].page;
    await go(rep, "/leads");
    await rep.getByText("+49 30 5550138").or(rep.getByText("+49305550138")).first().waitFor();
    await go(page, "/settings?section=rights&role=sales_rep");
    await page.getByLabel(`${t("access.entity_lead")}: ${t("common.phone")}`).selectOption({ label: t("access.shown_hidden") });
    await button(page, "common.save").click();
    await page.getByText(t("access.standard", { reach: t("access.shown_full") })).waitFor();
    await go(rep, "/leads");
    await rep.getByRole("link", { name: "Emil Stone" }).click();
    await rep.getByText(t("access.hidden")).waitFor();
    assert.equal(await rep.getByRole("link", { name: t("leads.call"), exact: true }).count(), 0);
  });

  step("as delivered again", async () => {
    const { page } = admin;
    await go(page, "/settings?section=rights&role=sales_rep");
    await button(page, "access.reset").click();
    await eventually(() => page.getByText(t("access.standard", { reach: t("access.reach_team") })).count(), 0);
    assert.equal((await go(opened["Ben Reed"].page, lead)).status(), 404);
  });
}
