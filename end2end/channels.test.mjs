// Rules of channels: written, ordered, tried and removed by plain forms; lists narrowed to what leads came by.
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { accessible, alive, eventually, launch, openPage, signIn } from "./lib/browser.mjs";
import { UNGUARDED, addUser, startServer } from "./lib/server.mjs";
import { story } from "./lib/steps.mjs";
import { words } from "./lib/words.mjs";

const LOGIN = { email: "anna@north-bridge.example", password: "seven mills upon one river" };
const AD = "?utm_source=yandex&utm_medium=cpc&utm_campaign=Autumn&utm_term=%D0%B0%D1%83%D0%B4%D0%B8%D1%82&yclid=42";
const HOSTILE = `"><img src=x onerror="window.hacked=1"></title>`;

describe("rules of channels", () => {
  let browser, server, plain, lively;
  let opened = () => plain;
  const step = story("channels", () => opened());
  const t = words("en");
  const section = "/settings?section=channels";

  before(async () => {
    browser = await launch();
    server = await startServer({ env: UNGUARDED });
    await addUser(server.data, { ...LOGIN, name: "Anna Bell", role: "admin" });
    plain = await openPage(browser, { javaScriptEnabled: false });
    lively = await openPage(browser, { width: 360, height: 780, theme: "dark" });
    await signIn(plain.page, server.origin, t, LOGIN);
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  const rows = (page) => page.locator(".channel-rules tbody tr");
  const first = (page) => rows(page).first();
  const condition = (page, n, part) => page.getByLabel(`${t("channels.condition_n", { n })}: ${t(`channels.${part}`)}`, { exact: true });
  const channel = (page) => page.getByLabel(t("common.channel"), { exact: true });
  const button = (page, key) => page.getByRole("button", { name: t(key), exact: true });
  const ask = async (page, n, what, how, value) => {
    await condition(page, n, "what").selectOption(what);
    await condition(page, n, "how").selectOption(how);
    await condition(page, n, "value").fill(value);
  };

  step("what is wrong with a rule is told, and what was typed is still there", async () => {
    const { page } = plain;
    await page.goto(server.origin + section);
    await rows(page).last().getByText(t("channels.always")).waitFor();
    await page.getByRole("link", { name: t("channels.add") }).click();
    await ask(page, 2, "kind", "is", "sauna");
    await channel(page).fill(`Sauna ${HOSTILE}`);
    await button(page, "common.save").click();
    await page.getByText(t("common.fault_unknown")).first().waitFor();
    assert.equal(await condition(page, 1, "value").inputValue(), "");
    assert.equal(await condition(page, 2, "value").inputValue(), "sauna");
    assert.equal(await condition(page, 2, "value").getAttribute("aria-invalid"), "true");
    assert.equal(await channel(page).inputValue(), `Sauna ${HOSTILE}`);
  });

  step("a rule is written, and asked before the others", async () => {
    const { page } = plain;
    await ask(page, 1, "utm_campaign", "starts_with", "autumn");
    await ask(page, 2, "kind", "is", "search engine");
    await channel(page).fill("Autumn {source}");
    await button(page, "common.save").click();
    await first(page).getByText("Autumn {source}").waitFor();
    await first(page).getByText("utm_campaign starts with “autumn” and source is: search engine").waitFor();
  });

  step("an address is tried, and the rule that decides is marked", async () => {
    const { page } = plain;
    await page.getByLabel(t("channels.landing")).fill(`https://north-bridge.example/${AD}`);
    await button(page, "channels.try_do").click();
    const outcome = page.getByRole("region", { name: t("channels.try_title") }).getByRole("status");
    for (const told of ["Autumn Yandex", "аудит", "yclid 42", "north-bridge.example"]) await outcome.getByText(told, { exact: true }).waitFor();
    await first(page).getByText(t("channels.decides")).waitFor();
  });

  step("rules change places by plain forms", async () => {
    const { page } = plain;
    await page.goto(server.origin + section);
    await page.getByRole("button", { name: t("channels.later", { channel: "Autumn {source}" }) }).click();
    await first(page).getByText("{ads}").waitFor();
    await page.getByRole("button", { name: t("channels.sooner", { channel: "Autumn {source}" }) }).click();
    await first(page).getByText("Autumn {source}").waitFor();
  });

  step("a lead comes through the new channel, and lists are narrowed to it", async () => {
    const { page } = plain;
    await page.goto(`${server.origin}/f/call-back${AD}`);
    await page.getByLabel("Your name").fill("Vera Lindt");
    await page.getByLabel("Phone").fill("+44 20 7946 0958");
    await page.getByRole("button", { name: t("public.form_send") }).click();
    await page.getByRole("status").waitFor();
    await page.goto(`${server.origin}/leads`);
    await page.getByRole("row").filter({ hasText: "Vera Lindt" }).getByText("Autumn Yandex").waitFor();
    for (const [query, found] of [["campaign=Autumn", 1], ["keyword=%D0%B0%D1%83%D0%B4%D0%B8%D1%82", 1], ["channel=Autumn+Yandex", 1], ["campaign=spring", 0]]) {
      await page.goto(`${server.origin}/leads?${query}`);
      assert.equal(await page.getByRole("row").filter({ hasText: "Vera Lindt" }).count(), found, query);
    }
    assert.equal(await page.getByLabel(t("leads.campaign"), { exact: true }).inputValue(), "spring");
  });

  step("what can be narrowed to is offered while somebody types", async () => {
    opened = () => lively;
    const { page } = lively;
    await signIn(page, server.origin, t, LOGIN);
    await page.goto(`${server.origin}/leads`);
    await alive(page);
    await page.getByText(t("channels.filter"), { exact: true }).click();
    const campaign = page.getByLabel(t("leads.campaign"), { exact: true });
    await campaign.focus();
    await page.locator("#origins-campaign option[value=Autumn]").waitFor({ state: "attached" });
    await campaign.fill("Autumn");
    await campaign.press("Enter");
    await page.waitForURL(/campaign=Autumn/);
    await page.getByRole("link", { name: "Vera Lindt" }).waitFor();
    await accessible(page);
  });

  step("the focus goes with a rule that is moved, on a phone as well", async () => {
    const { page } = lively;
    await page.goto(server.origin + section);
    await alive(page);
    const later = page.getByRole("button", { name: t("channels.later", { channel: "Autumn {source}" }) });
    await later.focus();
    const id = await later.getAttribute("id");
    for (const place of [2, 3]) {
      await page.keyboard.press("Enter");
      await eventually(() => rows(page).nth(place - 1).getByText("Autumn {source}").count(), 1);
      await eventually(() => page.evaluate(() => document.activeElement.id), id);
    }
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 360, `${width}`);
    await accessible(page);
    await page.goto(`${server.origin}${section}&rule=new`);
    await alive(page);
    await accessible(page);
  });

  step("a rule goes only when somebody means it", async () => {
    opened = () => plain;
    const { page } = plain;
    await page.goto(server.origin + section);
    await rows(page).nth(2).getByRole("link").click();
    await page.getByRole("link", { name: t("channels.remove") }).click();
    await page.getByRole("heading", { name: t("channels.remove_title", { channel: "Autumn {source}" }) }).waitFor();
    await page.getByRole("link", { name: t("channels.keep"), exact: true }).click();
    await channel(page).waitFor();
    await page.getByRole("link", { name: t("channels.remove") }).click();
    await button(page, "channels.remove_do").click();
    await rows(page).last().waitFor();
    assert.equal(await page.getByText("Autumn {source}").count(), 0);
    await page.getByRole("link", { name: t("channels.reset") }).click();
    await button(page, "channels.reset_do").click();
    await first(page).getByText("{ads}").waitFor();
    assert.deepEqual([plain.faults, lively.faults], [[], []]);
  });
});
