// The company's process: edited by its head, followed on a deal's page and on the board; with JavaScript and without it.
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { accessible, alive, eventually, launch, openPage, signIn } from "./lib/browser.mjs";
import { freshData, millrace, serve } from "./lib/server.mjs";
import { story } from "./lib/steps.mjs";
import { seeds, words } from "./lib/words.mjs";

const PASSWORD = "seven mills upon one river";
const ANNA = { email: "anna@north-bridge.example", password: PASSWORD };
const BORIS = { email: "boris@north-bridge.example", password: PASSWORD };
const NAMES = {
  en: { pipeline: "Services", stage: "Measure <on> site", other: "Замер", item: "Measured & twice", deal: "Wi-Fi for two floors" },
  ru: { pipeline: "Услуги", stage: "Замер <на> объекте", other: "Measure", item: "Измерено & дважды", deal: "Вайфай на двух этажах" },
};

for (const [lang, javaScriptEnabled] of [["en", true], ["ru", false]])
  describe(`a process in ${lang}, ${javaScriptEnabled ? "with" : "without"} JavaScript`, () => {
    const t = words(lang);
    const name = NAMES[lang];
    const [first, , , , last] = seeds[lang].stages;
    const step = story(`process-${lang}`, () => anna);
    let browser, data, server, anna, page, pipeline, deal;

    before(async () => {
      browser = await launch();
      data = await freshData();
      for (const [who, login, role] of [["Анна Белова", ANNA, "admin"], ["Борис Репин", BORIS, "head_of_sales"]]) {
        const args = ["user", "add", "--email", login.email, "--name", who, "--role", role, "--lang", lang, "--password-stdin", ...data.args];
        const added = await millrace(args, { input: `${login.password}\n` });
        assert.equal(added.code, 0, added.stderr);
      }
      server = await serve(data);
      anna = await openPage(browser, { javaScriptEnabled, locale: lang });
      page = anna.page;
      await signIn(page, server.origin, t, ANNA);
    });
    after(async () => {
      await browser?.close();
      await server?.stop();
      await data?.remove();
    });

    const go = async (path, where = page) => {
      await where.goto(server.origin + path);
      if (javaScriptEnabled) await alive(where);
    };
    const button = (label, within = page) => within.getByRole("button", { name: label, exact: true });
    const stage = (n, called, where = page) => where.getByRole("group", { name: `${n}. ${called}`, exact: true });
    const label = (text, language, within) => within.getByLabel(`${text}, ${t(`forms.${language}`)}`, { exact: true });
    const mine = lang === "en" ? "english" : "russian";
    const theirs = lang === "en" ? "russian" : "english";
    const version = (n, where = page) => where.getByText(t("process.version_n", { n }), { exact: true });
    const unfold = async (n, called, where = page) => {
      if (!(await stage(n, called, where).isVisible())) await where.locator("summary").filter({ hasText: `${n}. ${called}` }).click();
    };
    const saves = async (n, where = page) => {
      await button(t("common.save"), where).click();
      await version(n, where).waitFor();
    };

    step("the settings lead to the pipelines, and these to their stages", async () => {
      await go("/settings");
      await page.getByRole("navigation", { name: t("settings.sections") }).getByRole("link", { name: t("process.title"), exact: true }).click();
      await page.getByRole("heading", { name: t("process.title"), level: 1 }).waitFor();
      await page.getByRole("link", { name: name.pipeline, exact: true }).click();
      await page.getByRole("heading", { name: name.pipeline, level: 1 }).waitFor();
      pipeline = new URL(page.url()).pathname;
      await version(1).waitFor();
      if (javaScriptEnabled) await alive(page);
      if (javaScriptEnabled) await accessible(page);
    });

    step("a stage is added and described", async () => {
      await button(t("process.add_stage")).click();
      const added = stage(6, t("process.new_stage"));
      await added.waitFor();
      if (javaScriptEnabled) await eventually(() => page.evaluate(() => document.activeElement.id), "stages-5-name");
      await label(t("common.name"), mine, added).fill(name.stage);
      await label(t("common.name"), theirs, added).fill(name.other);
      await added.getByLabel(t("process.limit")).fill("7");
      await label(t("process.script"), mine, added).fill("<b>Where</b> is\nthe floor plan?");
    });

    step("it is moved up, and nothing that was typed is lost", async () => {
      await button(t("process.up", { name: `6. ${t("process.new_stage")}` })).click();
      const moved = stage(5, name.stage);
      await moved.waitFor();
      assert.equal(await label(t("common.name"), theirs, moved).inputValue(), name.other);
      assert.equal(await label(t("process.script"), mine, moved).inputValue(), "<b>Where</b> is\nthe floor plan?");
      await page.locator("summary").filter({ hasText: `6. ${last}` }).waitFor();
      if (!javaScriptEnabled) await page.getByText(t("process.unsaved")).waitFor();
    });

    step("it gets an item to tick off, and asks for it and for an amount before a deal goes on", async () => {
      const here = stage(5, name.stage);
      await button(t("process.add_item"), here).click();
      await label(t("process.row_n", { name: t("process.item"), n: 1 }), mine, here).fill(name.item);
      const leave = here.getByRole("group", { name: t("process.leave"), exact: true });
      const ask = async (what) => {
        await leave.getByLabel(t("process.wish")).selectOption({ label: what });
        await button(t("process.ask"), leave).click();
        await leave.getByRole("listitem").filter({ hasText: what }).waitFor();
      };
      await ask(t("process.need_field", { field: t("common.amount") }));
      await ask(t("process.need_ticked", { text: name.item }));
      await ask(t("process.need_meeting"));
      await button(t("process.remove", { name: t("process.need_meeting") }), leave).click();
      await eventually(() => leave.getByRole("listitem").count(), 2);
      await button(t("process.add_task"), here).click();
      await label(t("process.row_n", { name: t("process.task"), n: 1 }), mine, here).fill("Ask for keys");
    });

    step("a wrong number is told where it is, with all that was typed", async () => {
      const here = stage(5, name.stage);
      await here.getByLabel(t("process.probability")).fill("350");
      await button(t("common.save")).click();
      const alert = page.getByRole("alert").filter({ hasText: t("process.fault_probability") });
      await alert.getByRole("link", { name: `5. ${name.stage}: ${t("process.probability")}` }).waitFor();
      const field = stage(5, name.stage).getByLabel(t("process.probability"));
      assert.equal(await field.getAttribute("aria-invalid"), "true");
      assert.equal(await field.inputValue(), "350");
      assert.equal(await label(t("process.row_n", { name: t("process.item"), n: 1 }), mine, here).inputValue(), name.item);
      if (javaScriptEnabled) await accessible(page);
      await field.fill("90");
      await saves(2);
      await go(pipeline);
      await unfold(5, name.stage);
      assert.equal(await stage(5, name.stage).getByLabel(t("process.probability")).inputValue(), "90");
      assert.equal(await stage(5, name.stage).getByRole("group", { name: t("process.leave"), exact: true }).getByRole("listitem").count(), 2);
    });

    step("the map and the versions show it", async () => {
      const parts = page.getByRole("navigation", { name: t("process.parts") });
      await parts.getByRole("link", { name: t("process.map"), exact: true }).click();
      await page.getByRole("region", { name: t("drawing.title"), exact: true }).getByText(name.stage).first().waitFor();
      if (javaScriptEnabled) await accessible(page);
      await parts.getByRole("link", { name: t("process.versions"), exact: true }).click();
      await page.getByRole("row").filter({ hasText: "Анна Белова" }).getByText(t("process.in_force")).waitFor();
      await page.getByRole("link", { name: t("process.version_n", { n: 1 }), exact: true }).click();
      await page.getByRole("heading", { name: t("process.version_named", { n: 1, name: name.pipeline }) }).waitFor();
      assert.equal(await page.getByRole("heading", { name: `5. ${last}` }).count(), 1);
      assert.equal(await page.getByRole("heading", { name: name.stage }).count(), 0);
    });

    step("what changed is told in words, between any two versions", async () => {
      const changes = (from, to) => page.getByRole("region", { name: t("process.changes", { from, to }), exact: true });
      await go(`${pipeline}?tab=versions&version=2`);
      const added = changes(1, 2).getByRole("listitem");
      await added.filter({ hasText: `${name.stage}: ${t("process.changes_added")}` }).waitFor();
      assert.equal(await added.count(), 1);
      // Its label stands around it, options and all: it is found by its role.
      const choice = (key) => page.getByRole("combobox", { name: t(key), exact: true });
      await choice("process.compare_from").selectOption("2");
      await choice("process.compare_to").selectOption("1");
      await button(t("process.compare")).click();
      await page.waitForURL(/from=2&to=1/);
      if (javaScriptEnabled) await alive(page);
      await changes(2, 1).getByRole("listitem").filter({ hasText: `${name.stage}: ${t("process.changes_gone")}` }).waitFor();
      if (javaScriptEnabled) await accessible(page);
    });

    const stepper = () => page.getByRole("list", { name: t("deals.stage"), exact: true });
    const standsIn = (called) => stepper().locator("[aria-current=step]").getByText(called, { exact: true }).waitFor();

    step("a deal in the stage shows what to say and what to tick off, and has its task", async () => {
      const form = { title: name.deal, amount: "", currency: "EUR", expected_close: "" };
      const made = await page.request.post(`${server.origin}/fn/deals/create`, { maxRedirects: 0, form });
      deal = made.headers().location;
      assert.match(deal ?? "", /^\/deals\//);
      await go(deal);
      await button(name.stage, stepper()).click();
      await standsIn(name.stage);
      await page.getByText("<b>Where</b> is\nthe floor plan?").waitFor();
      assert.equal(await page.getByRole("checkbox", { name: name.item }).getAttribute("aria-checked"), "false");
      await page.getByRole("list", { name: t("timeline.open_tasks") }).getByText("Ask for keys").waitFor();
      if (javaScriptEnabled) await accessible(page);
    });

    step("on the board it is refused, with each missing item and a link to where it is done", async () => {
      await go("/deals");
      const card = page.getByRole("article", { name: name.deal });
      await card.locator("summary").click();
      await card.getByLabel(t("deals.stage")).selectOption({ label: last });
      await button(t("deals.move_it"), card).click();
      const told = javaScriptEnabled ? page.getByRole("dialog", { name: t("deals.refused_title") }) : page.getByRole("alert").filter({ hasText: t("common.refused") });
      await told.getByText(t("common.refusal_field_empty", { field: t("common.amount") })).waitFor();
      await told.getByText(t("common.refusal_item_open", { text: name.item })).waitFor();
      assert.match(await told.getByRole("link", { name: t("deals.advice_field") }).getAttribute("href"), /#f-amount$/);
      await told.getByRole("link", { name: t("deals.advice_item") }).click();
      await page.waitForURL(/\/deals\/[0-9a-f-]{36}.*#item-/);
      if (javaScriptEnabled) await alive(page);
    });

    step("the item is ticked off, and the tick can be taken back", async () => {
      const box = page.getByRole("checkbox", { name: name.item });
      for (const now of ["true", "false", "true"]) {
        await box.click();
        await eventually(() => box.getAttribute("aria-checked"), now);
      }
    });

    step("a head lets the amount pass with a reason, which stays visible", async () => {
      const amount = t("process.need_field", { field: t("common.amount") });
      await button(t("deals.waive_title", { item: amount })).click();
      const dialog = page.getByRole("dialog", { name: t("deals.waive_head") });
      await dialog.getByText(amount, { exact: true }).waitFor();
      await dialog.getByLabel(t("deals.reason")).fill("The price is in the frame contract");
      await button(t("deals.waive"), dialog).click();
      await page.getByText(/The price is in the frame contract/).first().waitFor();
      await go("/deals");
      await eventually(() => page.getByRole("article", { name: name.deal }).getByText(t("boards.waived", { n: 1 }), { exact: true }).count(), 1);
      await go(deal);
      await page.getByRole("listitem").filter({ hasText: amount }).getByText(/Анна Белова/).first().waitFor();
      await button(last, stepper()).click();
      await standsIn(last);
      // Going back asks for nothing.
      await button(name.stage, stepper()).click();
      await standsIn(name.stage);
    });

    step("a stage is taken out only when it is said where its deals go", async () => {
      await go(pipeline);
      await button(t("process.remove", { name: `5. ${name.stage}` })).click();
      const gone = page.getByRole("region", { name: t("process.gone") });
      await gone.getByText(t("process.deals_n", { n: 1 })).waitFor();
      await button(t("process.restore_named", { name: name.stage }), gone).click();
      await stage(5, name.stage).waitFor();
      await button(t("process.remove", { name: `5. ${name.stage}` })).click();
      await gone.waitFor();
      await button(t("common.save")).click();
      await page.getByRole("alert").getByText(t("common.refusal_stage_in_use")).waitFor();
      await gone.getByLabel(t("process.target", { name: name.stage })).selectOption({ label: first });
      await saves(3);
      assert.equal(await gone.count(), 0);
      await go(deal);
      await standsIn(first);
      assert.equal(await button(name.stage, stepper()).count(), 0);
    });

    step("two heads edit it: the later one is told, keeps what they typed, and decides", async () => {
      const boris = await openPage(browser, { javaScriptEnabled, locale: lang });
      await signIn(boris.page, server.origin, t, BORIS);
      await go(pipeline);
      await go(pipeline, boris.page);
      await unfold(2, seeds[lang].stages[1], boris.page);
      await label(t("process.description"), mine, stage(2, seeds[lang].stages[1], boris.page)).fill("Boris’ words");
      await unfold(1, first);
      await label(t("process.description"), mine, stage(1, first)).fill("Anna’s words");
      await saves(4);
      await button(t("common.save"), boris.page).click();
      await boris.page.getByRole("alert").getByText(t("common.problem_conflict")).waitFor();
      await unfold(2, seeds[lang].stages[1], boris.page);
      assert.equal(await label(t("process.description"), mine, stage(2, seeds[lang].stages[1], boris.page)).inputValue(), "Boris’ words");
      const look = boris.page.getByRole("link", { name: t("process.conflict_look") });
      assert.equal(await look.getAttribute("href"), pipeline);
      await button(t("process.conflict_mine"), boris.page).click();
      await version(5, boris.page).waitFor();
      const stages = () => page.getByRole("list", { name: t("process.stages"), exact: true });
      await go(`${pipeline}?tab=versions&version=4`);
      await stages().getByText("Anna’s words").waitFor();
      await go(`${pipeline}?tab=versions&version=5`);
      await stages().getByText("Boris’ words").waitFor();
      await boris.context.close();
    });

    step("a file that leaves out a stage is taken over once it is said where its deals go", async () => {
      const file = await (await page.request.get(`${server.origin}${pipeline}/bpmn`)).text();
      const kept = [...file.matchAll(/<bpmn:userTask id="(Stage_[^"]+)" name="([^"]+)"/g)].slice(1).map(([, id, called]) => ({ id, called }));
      const way = ["Start", ...kept.map(({ id }) => id), "Won"];
      const tasks = kept.map(({ id, called }) => `<task id="${id}" name="${called}"/>`).join("\n");
      const flows = way.slice(1).map((to, n) => `<sequenceFlow id="Way_${n}" sourceRef="${way[n]}" targetRef="${to}"/>`).join("\n");
      const ends = ["won", "lost"].map((kind) => `<endEvent id="${kind === "won" ? "Won" : "Lost"}" name="${seeds[lang][kind]}" m:kind="${kind}"/>`).join("\n");
      const xml =
        `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:m="urn:millrace:bpmn:1" m:lang="${lang}">` +
        `<process id="${/<bpmn:process id="(Pipeline_[^"]+)"/.exec(file)[1]}" name="${name.pipeline}"><startEvent id="Start"/>${tasks}${ends}${flows}</process></definitions>`;
      await go("/process");
      await page.getByLabel(t("process.import_file"), { exact: true }).setInputFiles({ name: "process.bpmn", mimeType: "application/xml", buffer: Buffer.from(xml) });
      await button(t("process.import")).click();
      await page.getByRole("heading", { name: t("drawing.moves_title"), level: 1 }).waitFor();
      await page.getByText(t("process.deals_n", { n: 1 }), { exact: true }).waitFor();
      if (javaScriptEnabled) await accessible(page);
      await page.getByLabel(t("process.target", { name: first }), { exact: true }).selectOption({ label: kept[1].called });
      await button(t("drawing.import")).click();
      await page.waitForURL(server.origin + pipeline);
      await version(6).waitFor();
      await go(deal);
      await standsIn(kept[1].called);
    });

    step("a new pipeline begins with a stage to work in", async () => {
      await go("/process");
      await page.getByRole("link", { name: t("process.new_pipeline"), exact: true }).click();
      await page.getByRole("heading", { name: t("process.new_pipeline"), level: 1 }).waitFor();
      if (javaScriptEnabled) await alive(page);
      await label(t("common.name"), mine, page).first().fill("Repairs");
      await label(t("common.name"), mine, stage(1, t("process.new_stage"))).fill("Look at it");
      await saves(1);
      await page.getByRole("heading", { name: "Repairs", level: 1 }).waitFor();
      assert.match(new URL(page.url()).pathname, /^\/process\/[0-9a-f-]{36}$/);
      await page.setViewportSize({ width: 360, height: 800 });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= 360, `${wide} px`);
    });

    step("pipelines are put in another order, which they have everywhere", async () => {
      await go("/process");
      const table = page.getByRole("table", { name: t("process.pipelines"), exact: true });
      const names = () => table.getByRole("link").allTextContents();
      await eventually(names, [name.pipeline, "Repairs"]);
      assert.ok(await button(t("process.down", { name: "Repairs" })).isDisabled());
      await button(t("process.up", { name: "Repairs" })).click();
      await eventually(names, ["Repairs", name.pipeline]);
      // It goes no further up: the hands are on its other button.
      if (javaScriptEnabled) await eventually(() => page.evaluate(() => document.activeElement.getAttribute("aria-label")), t("process.down", { name: "Repairs" }));
      const choice = page.getByRole("combobox", { name: t("analytics.pipeline"), exact: true });
      await go("/analytics/funnel");
      assert.deepEqual(await choice.locator("option").allTextContents(), ["Repairs", name.pipeline]);
      // What the server refuses, the browser's console mentions by itself.
      assert.deepEqual(anna.faults.filter((fault) => !/status of (400|409|422)/.test(fault)), []);
    });
  });
