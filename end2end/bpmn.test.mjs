// Processes as BPMN files: what the library under bpmn.io's tools makes of them, and what comes back from there.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { BpmnModdle } from "bpmn-moddle";
import { accessible as axe, launch, openPage, signIn } from "./lib/browser.mjs";
import { freshData, millrace, serve } from "./lib/server.mjs";
import { story } from "./lib/steps.mjs";
import { seeds, words } from "./lib/words.mjs";

const LOGIN = { email: "anna@north-bridge.example", password: "seven mills upon one river" };
const ASKED = ["offer_sent", "offer_accepted", "acts_signed", "feedback_asked", "field.amount", "task.call", "activity.meeting"];

/** The file as another tool understands it; no warning is allowed. */
async function understood(xml) {
  const { rootElement, warnings } = await new BpmnModdle().fromXML(xml);
  assert.deepEqual(warnings, []);
  return rootElement;
}

/** What every tool needs to draw it: a shape for each node, an edge for each thing that ties two of them. */
function drawable(definitions) {
  const process = definitions.rootElements.find((element) => element.$instanceOf("bpmn:Process"));
  const pool = definitions.rootElements.find((element) => element.$instanceOf("bpmn:Collaboration")).participants[0];
  assert.equal(pool.processRef, process);
  const plane = definitions.diagrams[0].plane;
  const drawn = (type) => new Map(plane.planeElement.filter((element) => element.$instanceOf(type)).map((element) => [element.bpmnElement, element]));
  const [shapes, edges] = [drawn("bpmndi:BPMNShape"), drawn("bpmndi:BPMNEdge")];
  const lanes = process.laneSets[0].lanes;
  const flow = process.flowElements;
  const nodes = flow.filter((element) => element.$instanceOf("bpmn:FlowNode"));
  const papers = flow.filter((element) => element.$instanceOf("bpmn:DataObjectReference"));
  const notes = (process.artifacts ?? []).filter((element) => element.$instanceOf("bpmn:TextAnnotation"));
  for (const element of [pool, ...lanes, ...nodes, ...papers, ...notes]) {
    const { x, y, width, height } = shapes.get(element)?.bounds ?? {};
    assert.ok(x >= 0 && y >= 0 && width > 0 && height > 0, `${element.id} has no shape`);
  }
  const flows = flow.filter((element) => element.$instanceOf("bpmn:SequenceFlow"));
  const ties = (process.artifacts ?? []).filter((element) => element.$instanceOf("bpmn:Association"));
  for (const element of [...flows, ...ties]) assert.ok(edges.get(element)?.waypoint.length >= 2, `${element.id} has no edge`);
  for (const element of flows) assert.ok(element.sourceRef.outgoing.includes(element) && element.targetRef.incoming.includes(element), element.id);
  const inLanes = lanes.flatMap((lane) => lane.flowNodeRef);
  assert.deepEqual(new Set(inLanes), new Set(nodes));
  assert.equal(inLanes.length, nodes.length);
  return { process, nodes, papers, notes };
}

describe("bpmn-moddle", () => {
  let data;
  before(async () => (data = await freshData()));
  after(() => data?.remove());

  const command = async (name, input) => {
    const { code, stdout, stderr } = await millrace(["process", name, ...data.args], { input });
    assert.equal(code, 0, stderr);
    return stdout;
  };

  test("reads what was exported without a warning, and can draw it", async () => {
    const { nodes, papers } = drawable(await understood(await command("export")));
    const names = nodes.filter((node) => node.$type === "bpmn:UserTask").map((node) => node.name);
    assert.deepEqual(names, seeds.en.stages);
    assert.equal(papers.length, 3);
  });

  test("reads a process with everything that a stage can have, and what it writes of that is imported", async () => {
    const plain = await command("export");
    const item = "01970000-0000-7000-8000-000000000001";
    const text = `Line 1 &lt;b&gt;\nLine &#34;2&#34;`;
    const asks = (side) => [...ASKED, `item.${item}`].map((code) => `<millrace:${side} code="${code}"/>`).join("");
    const label = ["en", "ru"].map((lang) => `<millrace:label lang="${lang}">${text} ${lang}</millrace:label>`).join("");
    const rest =
      `<millrace:script lang="en">${text}</millrace:script><millrace:description lang="ru">${text}</millrace:description>` +
      `<millrace:task kind="call" dueMinutes="60" taker="owner">${label}</millrace:task><millrace:task kind="mail" dueMinutes="0" taker="head">${label}</millrace:task>` +
      `<millrace:item id="${item}">${label}</millrace:item>${asks("enter")}${asks("leave")}`;
    const stages = plain.match(/id="Stage_[^"]+"/g).map((id) => id.slice(4, -1));
    let at = 0;
    const rich = plain
      // The first stage gets everything, the second is a part of it, the third is somebody else's.
      .replace(/<millrace:stage ([^/]*)\/>/g, (whole, facts) => [`<millrace:stage ${facts} hue="120"/>${rest}`, `<millrace:stage ${facts} parent="${stages[0]}"/>`][at++] ?? whole);
    await command("import", rich);

    const exported = await command("export");
    const definitions = await understood(exported);
    const { nodes, papers, notes } = drawable(definitions);
    assert.equal(nodes.length, seeds.en.stages.length + 3);
    assert.equal(papers.length, 8 + 3);
    assert.equal(notes.length, 1);
    const { xml } = await new BpmnModdle().toXML(definitions, { format: true });
    // Read back and found to be the same: no version of its own.
    assert.match(await command("import", xml), /: version 2, /);
    assert.equal(await command("export"), exported);
  });
});

for (const lang of ["en", "ru"]) {
  describe(`a process taken away and brought back, ${lang}`, () => {
    const t = words(lang);
    const step = story(`bpmn-${lang}`, () => head);
    // The Russian reader has a phone without scripts, which axe would need.
    const plain = lang === "ru";
    const accessible = (page) => plain || axe(page);
    let browser, data, server, head, file;

    before(async () => {
      browser = await launch();
      data = await freshData();
      const args = ["user", "add", "--email", LOGIN.email, "--name", "Anna Bell", "--role", "head_of_sales", "--lang", lang, "--password-stdin", ...data.args];
      const added = await millrace(args, { input: `${LOGIN.password}\n` });
      assert.equal(added.code, 0, added.stderr);
      server = await serve(data);
      head = await openPage(browser, { locale: plain ? "ru-RU" : "en-US", javaScriptEnabled: !plain, width: plain ? 360 : 1440 });
      await signIn(head.page, server.origin, t, LOGIN);
    });
    after(async () => {
      await browser?.close();
      await server?.stop();
      await data?.remove();
    });

    /** The first pipeline's page. */
    const first = async () => {
      await head.page.goto(`${server.origin}/process`);
      return server.origin + (await head.page.locator("tbody a[href^='/process/']").first().getAttribute("href"));
    };
    const send = async (xml) => {
      const { page } = head;
      await page.getByLabel(t("process.import_file"), { exact: true }).or(page.getByLabel(t("drawing.file"), { exact: true })).setInputFiles({ name: "process.bpmn", mimeType: "application/xml", buffer: Buffer.from(xml) });
      await page.getByRole("button", { name: t("process.import"), exact: true }).or(page.getByRole("button", { name: t("drawing.import"), exact: true })).click();
    };

    step("the map is a picture with its words, and its file is one click away", async () => {
      const { page } = head;
      await page.goto(`${await first()}?tab=map`);
      await page.getByRole("img", { name: t("drawing.title") }).waitFor();
      for (const stage of seeds[lang].stages) await page.getByRole("listitem").filter({ hasText: stage }).first().waitFor();
      await accessible(page);
      const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: t("process.export") }).click()]);
      file = await readFile(await download.path(), "utf8");
      drawable(await understood(file));
      assert.ok(file.includes(`name="${seeds[lang].stages[0]}"`));
    });

    step("a file that is not understood is refused with its lines, and the next one is taken", async () => {
      const { page } = head;
      await page.goto(`${server.origin}/process`);
      await send(file.replace("<bpmn:laneSet", `<bpmn:exclusiveGateway id="g" name="&lt;img src=x onerror=alert(1)&gt;"/>\n<bpmn:laneSet`));
      await page.getByRole("heading", { name: t("drawing.refused_title") }).waitFor();
      const line = file.slice(0, file.indexOf("<bpmn:laneSet")).split("\n").length;
      const what = t("drawing.element", { name: "bpmn:exclusiveGateway" });
      await page.getByRole("listitem").filter({ hasText: t("drawing.line", { n: line, what }) }).waitFor();
      await accessible(page);
      await send(file.replace(`name="${seeds[lang].stages[0]}"`, `name="Talk &lt;b&gt;"`));
      await page.waitForURL(/\/process\/[0-9a-f-]{36}$/);
      await page.goto(`${page.url()}?tab=map`);
      await page.getByRole("listitem").filter({ hasText: "Talk <b>" }).first().waitFor();
    });

    step("a file of an older version is a conflict that says what to do", async () => {
      await head.page.goto(`${server.origin}/process`);
      await send(file);
      await head.page.getByRole("alert").filter({ hasText: t("drawing.conflict") }).waitFor();
    });
  });
}
