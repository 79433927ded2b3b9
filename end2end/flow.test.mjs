// The main path, as people walk it: an ad click becomes a deal that is won.
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { accessible as axe, eventually, launch, openPage, visit } from "./lib/browser.mjs";
import { startMail } from "./lib/mail.mjs";
import { textOf } from "./lib/pdf.mjs";
import { startServer } from "./lib/server.mjs";
import { story } from "./lib/steps.mjs";
import { seeds, words } from "./lib/words.mjs";

const AD = "?utm_source=google&utm_medium=cpc&utm_campaign=consulting&utm_term=business+consultant&gclid=x";
const PASSWORD = "every drop finds the wheel 26";

/** People and things by the language of the company. */
const cast = {
  en: {
    locale: "en-US", company: "North Bridge", owner: "Olga Severin", visitor: "Elena Brandt", phone: "+1 617 555-0142", account: "Brandt Logistics",
    deal: "Mail migration for Brandt", service: "Mailbox migration", offer: "Moving 120 mailboxes", said: "They move in June", comment: "Quick and tidy",
    price: "1234.50", net: "₽3,333.15", gross: "₽3,999.78", discount: "−₽370.35", other: "Paul Stone",
  },
  ru: {
    locale: "ru-RU", company: "Северный мост", owner: "Ольга Северцева", visitor: "Елена Ветрова", phone: "+7 921 555-01-38", account: "ООО «Ветер»",
    deal: "Перенос почты для «Ветра»", service: "Перенос почтовых ящиков", offer: "Переезд 120 ящиков", said: "Переезжают в июне", comment: "Быстро и аккуратно",
    price: "1234,50", net: "3\u00a0333,15\u00a0₽", gross: "3\u00a0999,78\u00a0₽", discount: "−370,35\u00a0₽", other: "Пётр Камнев",
  },
};

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

for (const database of ["sqlite", "postgres"])
  for (const lang of ["en", "ru"])
    describe(`from an ad click to a won deal, ${lang}, ${database}`, () => walk(lang, database));

function walk(lang, database) {
  const t = words(lang);
  const seed = seeds[lang];
  const who = cast[lang];
  const step = story(`flow-${lang}-${database}`, () => staff);
  const [clarify, prepare, negotiate, deliver, acts] = seed.stages;
  const client = "elena@brandt.example";
  let server, mail, staff, page, dealPath, offerPath, offerLink;

  before(async () => {
    mail = await startMail();
    server = await startServer({ database, args: mail.args });
    staff = await openPage(browser, { locale: who.locale });
    page = staff.page;
  });
  after(async () => {
    await staff?.context.close();
    await server?.close();
    await mail?.close();
  });

  const go = (path) => visit(page, server.origin + path);
  const rail = (key) => page.getByRole("navigation", { name: t("common.nav_main") }).getByRole("link", { name: t(`common.nav_${key}`) });
  const heading = (name, level = 1) => page.getByRole("heading", { name, level });
  const button = (key, within = page) => within.getByRole("button", { name: t(key), exact: true });
  const dialog = (key) => page.getByRole("dialog", { name: t(key) });
  const column = (name) => page.getByRole("list", { name: t("deals.stages") }).getByRole("listitem", { name, exact: true });
  const card = (name, within = page) => within.getByRole("article", { name });
  // The database changes no markup.
  const accessible = async (...where) => database === "sqlite" && axe(...where);
  /** Opens an address as somebody who has no account. */
  const outsider = async (address) => {
    const guest = await openPage(browser, { locale: who.locale });
    await guest.page.goto(address);
    return guest;
  };
  const download = async (address) => {
    const response = await page.request.get(new URL(address, server.origin).href);
    assert.equal(response.status(), 200, address);
    assert.equal(response.headers()["content-type"], "application/pdf");
    return textOf(await response.body());
  };

  step("the owner makes the account by the one-time link of the first start", async () => {
    assert.ok(server.setup, `a link was printed: ${server.log()}`);
    await page.goto(server.setup);
    await heading(t("settings.setup_title")).waitFor();
    await page.getByLabel(t("settings.setup_company"), { exact: true }).fill(who.company);
    await page.getByLabel(t("settings.your_name"), { exact: true }).fill(who.owner);
    await page.getByLabel(t("common.email"), { exact: true }).fill("olga@north-bridge.example");
    await page.getByLabel(t("settings.password"), { exact: true }).fill(PASSWORD);
    await page.getByLabel(t("settings.language"), { exact: true }).selectOption(lang);
    await button("settings.make_account").click();
    await heading(t("today.title")).waitFor();
    await page.getByText(t("today.empty_title")).waitFor();
    const again = await outsider(server.setup);
    await again.page.getByText(t("common.problem_expired")).waitFor();
    await again.context.close();
  });

  step("the inbox shows a visitor's request without a reload", async () => {
    await go("/leads");
    await page.getByText(t("leads.empty_title")).waitFor();
    const guest = await openPage(browser);
    const site = guest.page;
    await site.goto(`${server.origin}/demo/landing${AD}`, { referer: "https://www.google.com/" });
    await site.getByRole("link", { name: "All services and prices" }).click();
    await site.getByRole("heading", { name: "Services and prices" }).waitFor();
    await site.getByLabel("Your name").fill(who.visitor);
    await site.getByLabel("Phone").fill(who.phone);
    await site.getByRole("button", { name: "Ask for an offer" }).click();
    await site.getByText("Thank you! I'll call you soon.").waitFor();
    assert.deepEqual(guest.faults, []);
    await guest.context.close();

    const row = page.getByRole("row").filter({ hasText: who.visitor });
    await row.getByText("Google Ads").waitFor();
    await row.getByText("business consultant").waitFor();
    await row.getByText(new RegExp(t("common.when_left_min", { n: "\\d+" }))).waitFor();
    await page.getByText(t("leads.arrived")).waitFor();
    assert.equal(await page.evaluate(() => performance.getEntriesByType("navigation").length), 1);
  });

  step("the lead's page tells where it came from, and the call is due in one hour", async () => {
    await page.getByRole("link", { name: who.visitor }).click();
    await heading(who.visitor).waitFor();
    const origin = page.getByRole("region", { name: t("leads.origin") });
    const fact = (key) => origin.getByRole("row").filter({ has: page.getByRole("rowheader", { name: t(key), exact: true }) });
    await fact("common.channel").getByText("Google Ads").waitFor();
    await fact("leads.engine").getByText("Google", { exact: true }).waitFor();
    await fact("common.keyword").getByText("business consultant").waitFor();
    await fact("leads.campaign").getByText("consulting").waitFor();
    await fact("common.site").getByText("127.0.0.1").waitFor();
    await fact("leads.click_id").getByText("x").waitFor();
    const tasks = page.getByRole("list", { name: t("timeline.open_tasks") });
    await tasks.getByText(t("common.task_first_call", { name: who.visitor })).waitFor();
    await accessible(page);

    await rail("today").click();
    const waiting = page.getByRole("region", { name: t("today.first_calls") });
    const item = waiting.getByRole("listitem").filter({ hasText: who.visitor });
    const left = new RegExp(t("common.when_left_min", { n: "(60|59|58)" }));
    await item.getByText(left).waitFor();
    await item.getByRole("link", { name: t("today.call_name", { name: who.visitor }) }).waitFor();
  });

  step("the call is logged, and nobody waits for it any more", async () => {
    await page.getByRole("link", { name: new RegExp(`^${who.visitor}`) }).click();
    await heading(who.visitor).waitFor();
    const composer = page.getByRole("form", { name: t("timeline.add") });
    await composer.getByLabel(t("timeline.minutes")).fill("4");
    await composer.getByLabel(t("timeline.text_call")).fill(who.said);
    await button("timeline.log_call", composer).click();
    const timeline = page.getByRole("list", { name: t("timeline.title"), exact: true });
    const call = timeline.getByRole("listitem").filter({ hasText: t("timeline.call_minutes", { n: 4 }) });
    await call.getByText(who.said).waitFor();
    await page.getByText(t("common.task_first_call", { name: who.visitor }), { exact: true }).waitFor({ state: "detached" });
    await rail("today").click();
    await page.getByText(t("today.empty_title")).waitFor();
  });

  step("the lead is converted in one dialog to contact, account and deal", async () => {
    await rail("leads").click();
    await page.getByRole("link", { name: who.visitor }).click();
    await button("leads.convert").click();
    const form = dialog("leads.convert_title");
    await eventually(() => form.getByLabel(t("leads.its_contact")).inputValue(), who.visitor);
    await form.getByLabel(t("leads.its_account")).fill(who.account);
    await form.getByLabel(t("leads.its_deal")).fill(who.deal);
    await form.getByLabel(t("common.amount")).fill("2000");
    await button("leads.convert", form).click();
    await heading(who.deal).waitFor();
    dealPath = new URL(page.url()).pathname;
    assert.match(dealPath, /^\/deals\//);
    await page.getByRole("list", { name: t("deals.stage"), exact: true }).locator("[aria-current=step]").getByText(clarify).waitFor();
    await page.getByRole("link", { name: who.account }).waitFor();
    await page.getByRole("link", { name: who.visitor }).waitFor();
    await accessible(page);
  });

  step("on the board the deal is dragged by the mouse, then moved by the keyboard", async () => {
    await rail("deals").click();
    await card(who.deal, column(clarify)).waitFor();
    await drag(card(who.deal), column(prepare));
    await card(who.deal, column(prepare)).waitFor();
    await page.getByRole("status").getByText(t("deals.moved", { title: who.deal, stage: prepare })).waitFor();

    // The board reads itself anew after the move and may take the focus along: a person presses again.
    const lifted = page.getByRole("status").getByText(t("deals.lifted", { title: who.deal, stage: prepare }));
    for (let tries = 1; ; tries++) {
      await card(who.deal).focus();
      await page.keyboard.press("Enter");
      const seen = await lifted.waitFor({ timeout: 2000 }).then(() => true, () => false);
      if (seen) break;
      assert.ok(tries < 5, "the card cannot be picked up by the keyboard");
    }
    await page.keyboard.press("ArrowRight");
    await page.getByRole("status").getByText(t("deals.over", { title: who.deal, stage: negotiate })).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("status").getByText(t("deals.moved", { title: who.deal, stage: negotiate })).waitFor();
    await card(who.deal, column(negotiate)).waitFor();
    await go("/deals");
    await card(who.deal, column(negotiate)).waitFor();
  });

  step("a forbidden move is refused with every missing item, and the card goes back", async () => {
    await drag(card(who.deal), column(seed.won));
    const refusal = dialog("deals.refused_title");
    for (const missing of ["offer_accepted", "acts_signed", "feedback_asked"]) await refusal.getByText(t(`common.refusal_${missing}`)).waitFor();
    await card(who.deal, column(negotiate)).waitFor({ state: "attached" });
    assert.equal(await card(who.deal).count(), 1);
    await accessible(page);
    await refusal.getByRole("link", { name: t("deals.open_deal") }).click();
    await heading(who.deal).waitFor();
    const history = page.getByRole("list", { name: t("timeline.title"), exact: true });
    await history.getByText(t("timeline.stage_changed", { from: clarify, to: prepare })).waitFor();
    await history.getByText(t("timeline.stage_changed", { from: prepare, to: negotiate })).waitFor();
    await button("deals.new_act").click();
    await page.getByRole("alert").getByText(t("common.refusal_no_accepted_offer")).waitFor();
  });

  step("a service is put into the catalog", async () => {
    await rail("settings").click();
    await page.getByText(t("settings.catalog_empty"), { exact: true }).waitFor();
    await page.getByRole("link", { name: t("settings.add_service") }).click();
    const form = page.getByRole("region", { name: t("settings.add_service") });
    await form.getByLabel(t("settings.name_en")).fill(cast.en.service);
    await form.getByLabel(t("settings.name_ru")).fill(cast.ru.service);
    await form.getByLabel(t("settings.price")).fill(who.price);
    await form.getByLabel(t("settings.code")).fill("MIG-2");
    await form.getByLabel(t("settings.vat_percent")).fill("20");
    await button("common.save", form).click();
    await page.getByRole("table").getByRole("link", { name: who.service }).waitFor();
    await page.getByRole("status").getByText(t("common.saved")).waitFor();
  });

  step("the offer is built with live totals", async () => {
    await go(dealPath);
    await button("deals.new_offer").click();
    await page.getByLabel(t("offers.heading")).fill(who.offer);
    offerPath = new URL(page.url()).pathname;
    assert.match(offerPath, /^\/offers\//);
    await page.getByLabel(t("offers.service"), { exact: true }).fill(who.service);
    await button("offers.add_line").click();
    await page.getByLabel(t("offers.quantity")).fill("3");
    await page.getByLabel(t("offers.discount_percent")).fill("10");
    await page.getByLabel(t("offers.vat_percent")).fill("20");
    const sums = page.getByRole("main").locator("dl").filter({ hasText: t("offers.list_sum") }).first();
    for (const sum of [who.discount, who.net, who.gross]) await sums.getByText(sum, { exact: true }).waitFor();
    await button("common.save").click();
    await page.getByRole("status").getByText(t("common.saved")).first().waitFor();
    await accessible(page);
    await go(offerPath);
    assert.equal(await page.getByLabel(t("offers.quantity")).inputValue(), "3");
    await sums.getByText(who.gross, { exact: true }).waitFor();
  });

  step("the offer goes out through the mail server", async () => {
    await button("offers.send").click();
    const form = dialog("offers.send_title");
    await form.getByLabel(t("common.email")).fill(client);
    await form.getByLabel(t("common.message")).fill(who.said);
    await button("offers.send_title", form).click();
    await page.getByText(t("offers.mail_delivered", { when: "" }).trim()).waitFor();
    const letter = await mail.next(client);
    assert.match(letter.headers.from, /crm@north-bridge\.example/);
    assert.ok(letter.subject.includes(who.offer) || letter.text.includes(who.offer), letter.subject);
    assert.ok(letter.text.includes(who.said), letter.text);
    offerLink = /http\S+\/o\/[\w-]+/.exec(letter.text)?.[0];
    assert.ok(offerLink?.startsWith(server.origin), letter.text);
    const paper = await download(`${offerPath}/pdf`);
    assert.ok(paper.includes(who.offer) && paper.includes(who.service), paper);
  });

  step("the client reads the offer, takes the PDF along and accepts", async () => {
    const guest = await outsider(offerLink);
    const site = guest.page;
    await site.getByRole("heading", { name: who.offer, level: 1 }).waitFor();
    await site.getByText(who.gross, { exact: true }).first().waitFor();
    const href = await site.getByRole("link", { name: "PDF" }).getAttribute("href");
    const paper = await download(href);
    assert.ok(paper.includes(who.offer) && paper.includes(who.account) && paper.includes(who.company), paper);
    await accessible(site, "the client's offer");
    await site.getByRole("button", { name: t("public.accept") }).click();
    await site.getByRole("status").getByRole("heading", { name: t("public.accepted"), exact: true }).waitFor();
    assert.deepEqual(guest.faults, []);
    await guest.context.close();
    // The seller's page is still open and learns of it by itself.
    await page.getByText(t("offers.accepted_by", { name: who.visitor, when: "" }).trim()).waitFor();
  });

  step("the service is delivered, the act is made and signed", async () => {
    await go(dealPath);
    for (const stage of [deliver, acts]) {
      const steps = page.getByRole("list", { name: t("deals.stage"), exact: true });
      await steps.getByRole("button", { name: stage }).click();
      await steps.locator("[aria-current=step]").getByText(stage).waitFor();
    }
    await button("deals.new_act").click();
    await heading(new RegExp(t("deals.act_name", { number: "" }).trim())).waitFor();
    const paper = await download(`${new URL(page.url()).pathname}/pdf`);
    assert.ok(paper.includes(who.service) && paper.includes(who.account), paper);
    await page.getByLabel(t("deals.signed_by")).fill(who.visitor);
    await button("deals.mark_signed").click();
    await page.getByText(t("deals.signed_on", { name: who.visitor, day: "" }).trim()).waitFor();
    await accessible(page);
  });

  step("won is still refused: the client was not asked", async () => {
    await go(dealPath);
    await button("deals.close_won").click();
    const refusal = page.getByRole("alert").filter({ hasText: t("common.refused") });
    await refusal.getByText(t("common.refusal_feedback_asked")).waitFor();
    for (const met of ["offer_accepted", "acts_signed"]) assert.equal(await refusal.getByText(t(`common.refusal_${met}`)).count(), 0);
  });

  step("the client is asked for feedback and rates 9 with a comment", async () => {
    const feedback = page.getByRole("region", { name: t("deals.feedback") });
    await feedback.getByLabel(t("common.email")).fill(client);
    await button("deals.ask", feedback).click();
    const letter = await mail.next(client);
    const link = /http\S+\/s\/[\w-]+/.exec(letter.text)?.[0];
    assert.ok(link, letter.text);
    const guest = await outsider(link);
    const site = guest.page;
    await site.getByRole("heading", { name: t("public.survey_title") }).waitFor();
    await accessible(site, "the client's rating");
    await site.getByRole("radio", { name: "9", exact: true }).check({ force: true });
    await site.getByLabel(t("public.comment")).fill(who.comment);
    await site.getByRole("button", { name: t("public.survey_send") }).click();
    await site.getByText(t("public.survey_thanks")).waitFor();
    assert.deepEqual(guest.faults, []);
    await guest.context.close();
    await feedback.getByText(who.comment).waitFor();
    await feedback.getByText("9", { exact: true }).waitFor();
  });

  step("now the deal is won", async () => {
    await button("deals.close_won").click();
    await page.getByRole("banner").getByText(t("deals.status_won"), { exact: true }).waitFor();
    await page.getByRole("list", { name: t("timeline.title"), exact: true }).getByText(t("timeline.won")).waitFor();
    await rail("deals").click();
    await card(who.deal, column(seed.won)).waitFor();
  });

  step("another one is lost, and a reason is asked for", async () => {
    await rail("leads").click();
    await button("leads.add").click();
    const lead = dialog("leads.add");
    await lead.getByLabel(t("common.name")).fill(who.other);
    await lead.getByLabel(t("common.phone")).fill(who.phone.replace(/..$/, "77"));
    await button("leads.add_save", lead).click();
    await heading(who.other).waitFor();
    await button("leads.convert").click();
    const convert = dialog("leads.convert_title");
    await convert.getByLabel(t("common.amount")).fill("700");
    await button("leads.convert", convert).click();
    await page.getByRole("list", { name: t("deals.stage"), exact: true }).waitFor();
    await button("deals.close_lost").click();
    const why = dialog("deals.why_lost");
    await why.getByLabel(t("losses.reason")).selectOption({ label: seed.tooDear });
    await why.getByLabel(t("losses.note")).fill(who.said);
    await button("deals.lose", why).click();
    await page.getByRole("banner").getByText(t("deals.status_lost"), { exact: true }).waitFor();
    await page.getByRole("main").getByText(new RegExp(seed.tooDear)).first().waitFor();
  });

  step("the funnel counts both in picture and table, and its bars open the records", async () => {
    await rail("funnel").click();
    const picture = page.getByRole("img", { name: t("analytics.funnel") });
    const described = await picture.locator("desc").textContent();
    for (const figure of [`${t("analytics.leads")}: 2`, `${t("analytics.contacts")}: 2`, `${clarify}: 2`, `${acts}: 1`, `${t("analytics.won")}: 1`])
      assert.ok(described.includes(figure), `${figure} in ${described}`);
    const table = page.getByRole("table", { name: t("analytics.figures") });
    const cells = async (name) => {
      const row = table.getByRole("row").filter({ has: page.getByRole("cell", { name, exact: true }) });
      return (await row.getByRole("cell").allTextContents()).map((text) => text.trim());
    };
    const lost = lang === "ru" ? "700\u00a0₽" : "₽700";
    const both = lang === "ru" ? "4\u00a0699,78\u00a0₽" : "₽4,699.78";
    const share = (whole) => (lang === "ru" ? `${whole}\u00a0%` : `${whole}%`);
    assert.deepEqual((await cells(clarify)).slice(0, 6), [clarify, "2", share(100), both, "1", lost]);
    assert.deepEqual((await cells(prepare)).slice(0, 6), [prepare, "1", share(50), who.gross, "0", "—"]);
    assert.deepEqual((await cells(t("analytics.won"))).slice(0, 4), [t("analytics.won"), "1", share(100), who.gross]);
    await accessible(page);

    await page.getByRole("link", { name: `${t("analytics.leads")}: 2` }).click();
    await heading(t("leads.title")).waitFor();
    for (const name of [who.visitor, who.other]) await page.getByRole("row").filter({ hasText: name }).waitFor();
    await page.goBack();
    await page.getByRole("link", { name: t("analytics.lost_of", { name: clarify, n: 1 }) }).click();
    await page.getByRole("row").filter({ hasText: who.other }).waitFor();
    assert.equal(await page.getByRole("row").filter({ hasText: who.deal }).count(), 0);
    await page.goBack();
    await table.getByRole("row").filter({ has: page.getByRole("cell", { name: t("analytics.won"), exact: true }) }).getByRole("link", { name: "1" }).click();
    await page.getByRole("row").filter({ hasText: who.deal }).waitFor();
  });

  step("after signing out every page leads to the door", async () => {
    await page.getByRole("link", { name: t("common.profile") }).click();
    await button("common.sign_out").click();
    await heading(t("settings.sign_in_title")).waitFor();
    for (const path of ["/", "/leads", dealPath, offerPath, "/analytics/funnel", "/settings"]) {
      await page.goto(server.origin + path);
      await heading(t("settings.sign_in_title")).waitFor();
      assert.equal(new URL(page.url()).searchParams.get("next"), path);
    }
    assert.equal((await page.request.get(`${server.origin}${offerPath}/pdf`, { maxRedirects: 0 })).status(), 303);
  });

  step("nothing went wrong unnoticed on the way", () => {
    // What the server refuses by a rule, the browser's console mentions by itself.
    assert.deepEqual(staff.faults.filter((fault) => !/status of 422/.test(fault)), []);
  });

  /** Takes a card by the mouse, carries it over a column and lets it go there. */
  async function drag(what, where) {
    await where.scrollIntoViewIfNeeded();
    const from = await what.locator(".account").boundingBox();
    const to = await where.getByRole("heading").first().boundingBox();
    await page.mouse.move(from.x + 4, from.y + 4);
    await page.mouse.down();
    await page.mouse.move(from.x + 20, from.y + 12, { steps: 3 });
    await page.mouse.move(to.x + 30, to.y + 60, { steps: 8 });
    await page.mouse.up();
  }
}
