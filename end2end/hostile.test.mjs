// What strangers send: every part of a submission with every hostile text, through both doors, is refused or kept as text, and stands
// as text on every page that shows it. What sites of others send is in hostile-sites.test.mjs.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { eventually, launch, openPage, signIn, visit } from "./lib/browser.mjs";
import { CLICKS, MATRIX, SIZES, TAGS, TEXTS, VALUES, WELL, asked, encoded, isUnreadable, jsonOf, line, look, pairsOf, paragraph, readable, tag } from "./lib/hostile.mjs";
import { DOORS, LOGIN, NAME, PHONE, faulty, openIntake, visitor } from "./lib/intake.mjs";
import { words } from "./lib/words.mjs";

const t = words("en");
const EVERYTHING = [
  NAME,
  PHONE,
  { kind: "email", key: "email", label: "E-mail" },
  { kind: "company", key: "company", label: "Company" },
  { kind: "choice", key: "size", label: "Size", options: SIZES.join("\n") },
  { kind: "message", key: "message", label: "Message" },
  { kind: "checkbox", key: "news", label: "News" },
  { kind: "consent", key: "consent", required: "on" },
  { kind: "hidden", key: "campaign", label: "Campaign", value: TEXTS.ending },
];

let browser, intake, anna;
/** Ids of forms by their address. */
let forms;

before(async () => {
  browser = await launch();
  intake = await openIntake();
  for (const slug of ["hostile", "ads"]) await intake.build({ slug, fields: EVERYTHING });
  forms = await intake.forms();
  // Names a channel by what visitors bring along.
  const rule = { "draft[channel]": "{utm_source}", "draft[conditions][0][what]": "utm_source", "draft[conditions][0][how]": "known", "draft[conditions][0][value]": "" };
  await intake.call("channels/save", new URLSearchParams({ "draft[id]": "", "draft[version]": "", ...rule }));
  anna = await watched();
  await signIn(anna.page, intake.origin, t, LOGIN);
});
after(async () => {
  await browser?.close();
  await intake?.close();
});

/** Opens a page that notes what no text may do: dialogs and requests to other hosts; `faults` has scripts and policies. */
async function watched() {
  const opened = await openPage(browser);
  const strange = [];
  opened.context.on("request", (request) => {
    if (!request.url().startsWith(intake.origin) && !request.url().startsWith("data:")) strange.push(request.url());
  });
  opened.page.on("dialog", (dialog) => {
    strange.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  return { ...opened, strange };
}
/** Nothing of that happened; `known` is what the browser itself says about answers that are as they should be. */
function quiet({ faults, strange }, known = /^$/) {
  assert.deepEqual([faults.filter((fault) => !known.test(fault)), strange], [[], []]);
}
/** Each text is the whole text or value of something on the page, and no text is anything but text. */
const stands = (page, texts = [], title = "") => eventually(() => page.evaluate(look, asked({ texts: texts.filter(Boolean), title })), WELL, page.url());

describe("kept as text, on every page that shows it", () => {
  /** Texts that a name can be. Of the formulas one stands for all: pages do not know them. */
  const carried = Object.keys(TEXTS).filter((kind) => line(TEXTS[kind]) && !["command", "minus", "sum"].includes(kind));
  /** A visitor who brings one text in everything that takes it. */
  const carrying = (value) => ({
    fields: { ...visitor(), name: value, company: value, message: value, size: TEXTS.markup, odd: value, [value]: "x" },
    attribution: {
      landing_url: `https://shop.example/?${[...TAGS, CLICKS[0]].map((name) => `${name}=${encoded(value)}`).join("&")}&x=${value}`,
      referrer: `https://partner.example/${value}`,
      first_landing_url: `https://shop.example/${value}`,
      first_referrer: `https://www.google.com/search?q=${encoded(value)}`,
    },
  });
  const carriers = [];
  const of = (...kinds) => kinds.map((kind) => carriers.find((each) => each.kind === kind));
  const reread = async () => {
    const rows = await intake.byPhone();
    for (const each of carriers) each.row = rows.get(each.phone);
  };
  const go = (path) => visit(anna.page, intake.origin + path);
  const shows = (texts, title) => stands(anna.page, texts, title);
  /** What a lead's page has of it. */
  const parts = ({ value, name, row }) => {
    const campaign = [row.utm_campaign, row.utm_source, row.utm_medium, row.utm_content].filter(Boolean).join(" · ");
    const quote = `${paragraph(value)}\nSize: ${TEXTS.markup}\nCampaign: ${TEXTS.ending}`;
    const click = row.click_id && `${row.click_id_kind} ${row.click_id}`;
    return [name, paragraph(value), quote, campaign, click, row.channel, row.keyword, row.landing_url, row.referrer, row.first_landing_url, row.first_referrer];
  };

  before(async () => {
    for (const [at, kind] of carried.entries()) {
      const [value, door] = [TEXTS[kind], at % 2 ? "hosted" : "api"];
      const sent = carrying(value);
      const answer = await intake.send(door, sent);
      assert.equal(answer.status, DOORS[door].taken, `${kind}: ${answer.text}`);
      carriers.push({ kind, value, name: line(value), phone: sent.fields.phone });
    }
    await reread();
    for (const { kind, value, name, row } of carriers) {
      assert.deepEqual([row.name, row.company, row.message], [name, name, paragraph(value)], kind);
      assert.deepEqual([row.utm_source, row.keyword, row.click_id], Array(3).fill(tag(value)), kind);
      if (tag(value)) assert.equal(row.channel, tag(value));
    }
  });

  test("today and the inbox", async () => {
    await go("/");
    await shows(carriers.flatMap(({ name, row }) => [name, [name, row.keyword, row.channel].filter(Boolean).join(" · ")]));
    await go("/leads?status=all");
    await shows(carriers.flatMap(({ name, row }) => [name, row.channel, row.keyword]));
    await anna.page.getByText(t("channels.filter"), { exact: true }).click();
    await anna.page.getByLabel(t("leads.campaign"), { exact: true }).focus();
    await anna.page.locator("#origins-campaign option").first().waitFor({ state: "attached" });
    await shows(carriers.map(({ row }) => row.utm_campaign));
    for (const { name } of of("markup", "comment")) {
      await go(`/leads?status=all&q=${encoded(name)}&channel=${encoded(name)}&campaign=${encoded(name)}`);
      await shows([name]);
    }
    quiet(anna);
  });

  test("a lead's page as the server draws it", async () => {
    for (const each of carriers) {
      await go(`/leads/${each.row.id}`);
      await shows(parts(each), each.name);
    }
    for (const { name, row } of of("ending", "attribute")) {
      await go(`/leads/${row.id}?do=convert`);
      await shows([name]);
    }
    quiet(anna);
  });

  test("a lead's page as the browser draws it, and a lead that arrives while somebody looks", async () => {
    // Who listens hears of it.
    await Promise.all([anna.page.waitForResponse(/\/live$/), go("/leads?status=all")]);
    const late = carrying(`Late ${TEXTS.ending}`);
    assert.equal((await intake.send("api", late)).status, 201);
    await shows([line(late.fields.name)]);
    for (const each of carriers) {
      await anna.page.locator(`a[href="/leads/${each.row.id}"]`).first().click();
      await shows(parts(each), each.name);
      await anna.page.goBack();
    }
    quiet(anna);
  });

  test("the box that tries an address, and the form that knows channels", async () => {
    for (const { value, row } of carriers) {
      const { landing_url, referrer } = carrying(value).attribution;
      await go(`/settings?section=channels&landing=${encoded(landing_url)}&referrer=${encoded(referrer)}`);
      await shows([row.channel, row.keyword, row.utm_campaign, row.click_id && `gclid ${row.click_id}`]);
    }
    await go(`/settings?section=forms&form=${forms.hostile}`);
    await shows([TEXTS.ending, ...carriers.map(({ row }) => row.channel)]);
    quiet(anna);
  });

  test("contact, account and deal, as server and browser draw them, and the lists of them", async () => {
    for (const { name, row } of carriers) {
      const { version } = await intake.load("leads/propose", { id: row.id });
      await intake.call("leads/convert", new URLSearchParams({ lead: row.id, version, contact: "new", contact_name: name, account: "new", account_name: name, deal_title: name, amount: "" }));
    }
    await reread();
    const follow = async (kind, id, sign) => {
      await anna.page.locator(`a[href="/${kind}/${id}"]`).first().click();
      await sign.waitFor();
    };
    for (const { name, row } of carriers) {
      const came = [name, row.channel, row.keyword, row.landing_url, row.referrer];
      await go(`/deals/${row.deal_id}`);
      await shows(came, name);
      await follow("contacts", row.contact_id, anna.page.getByText(t("channels.came_contact"), { exact: true }));
      await shows(came, name);
      await follow("accounts", row.account_id, anna.page.locator("#people-title"));
      await shows([name], name);
    }
    for (const { name, row } of of("ending", "comment", "attribute"))
      for (const path of [`/contacts/${row.contact_id}`, `/accounts/${row.account_id}`, `/leads/${row.id}`]) {
        await go(path);
        await shows([name], name);
      }
    for (const path of ["/clients", "/deals", "/deals?view=list"]) {
      await go(path);
      await shows(carriers.map(({ name }) => name));
    }
    quiet(anna);
  });

  test("what else tells of them: an offer, the funnel, the audit log, who calls, a person's data", async () => {
    const [{ row, name, phone }] = of("ending");
    const made = await intake.call("deals/new_offer", new URLSearchParams({ deal: row.deal_id }));
    for (const path of [made.headers.get("location"), "/offers", "/analytics/funnel", "/settings?section=audit"]) {
      await go(path);
      await shows();
    }
    await go(`/leads?do=add&phone=${encoded(phone)}`);
    await shows([name]);
    quiet(anna);
    const answer = await fetch(`${intake.origin}/contacts/${row.contact_id}/data`, { headers: { cookie: intake.cookie } });
    assert.match(answer.headers.get("content-disposition"), /^attachment/);
    assert.match(answer.headers.get("content-type"), /^application\/json/);
    assert.ok(JSON.stringify(await answer.json()).includes(JSON.stringify(name)));
  });

  test("the hosted form, shown again with its faults", async () => {
    const stranger = await watched();
    const { page } = stranger;
    /** Puts the text wherever a hand-made page could, past what the inputs themselves would refuse. */
    const fillAll = ({ value, phone }) => {
      const form = document.querySelector("form");
      for (const input of form.querySelectorAll("input:not([type=hidden], [name=website]), textarea")) input.value = value;
      form.elements.namedItem("phone").value = phone;
      form.elements.namedItem("size").add(new Option(value, value, true, true));
      form.elements.namedItem("news").checked = true;
      form.elements.namedItem("attribution.landing_url").value = `https://shop.example/${value}`;
      setTimeout(() => form.submit());
    };
    for (const { value, name } of carriers) {
      await page.goto(`${intake.origin}/f/hostile?utm_source=${encoded(value)}&lang=${encoded(value)}`);
      await stands(page);
      const phone = `abc ${name}`;
      const answered = page.waitForResponse((response) => response.request().method() === "POST");
      const [response] = await Promise.all([answered, page.evaluate(fillAll, { value, phone })]);
      assert.equal(response.status(), 400);
      await page.locator("#form-phone-error").waitFor();
      // A page has a sign in the place of what it cannot hold.
      await stands(page, [value.replaceAll("\0", "\ufffd"), phone]);
    }
    quiet(stranger, /status of 400/);
    await stranger.context.close();
  });
});

describe("every part of a submission with every text, through both doors", () => {
  const reshown = [];
  const logged = [];
  /** A submission as the log has it, without what pages cannot hold. */
  const comparable = (fields) => {
    const plain = (text, most) => [...text].slice(0, most).join("").replace(/[\0\ufffd]/g, "");
    return JSON.stringify(fields.map(([key, value]) => [plain(key, 100), plain(value, 4000)]).sort());
  };
  const named = { api: (key) => key, hosted: (key) => readable(key).replace(/[[.]/g, "/").replaceAll("]", "") };

  for (const part of MATRIX)
    test(part.name, async () => {
      const wrong = [];
      const kept = [];
      const attempt = async (kind, value, door) => {
        const where = `${kind} through ${door}`;
        const put = part.put(value);
        const sent = { ...put, fields: { ...visitor(), ...put.fields } };
        const answer = await intake.send(door, sent, { slug: part.slug });
        const unreadable = door === "api" && isUnreadable(sent);
        const outcome = unreadable ? { refused: ["body", "wrong_type"] } : part.outcome(readable(value));
        const found = JSON.stringify([answer.status, answer.status === 400 ? faulty(door, answer) : []]);
        const fault = outcome.refused?.slice(0, door === "api" ? 2 : 1);
        const expected = JSON.stringify(fault ? [400, [fault]] : [DOORS[door].taken, []]);
        if (found !== expected) wrong.push(`${where}: ${found} and not ${expected}`);
        else if (outcome.kept) kept.push({ where, columns: outcome.kept, phone: sent.fields.phone });
        else if (door === "hosted") reshown.push({ where: `${part.name}: ${where}`, field: fault[0], value: readable(value), html: answer.text });
        if (!unreadable && !part.slug) logged.push(comparable(Object.entries(sent.fields).map(([key, value]) => [named[door](key), readable(value)])));
      };
      await Promise.all(Object.entries(VALUES).flatMap(([kind, value]) => Object.keys(DOORS).map((door) => attempt(kind, value, door))));
      const rows = await intake.byPhone();
      for (const { where, columns, phone } of kept) {
        const row = rows.get(phone);
        if (!row) wrong.push(`${where}: there is no lead`);
        for (const [column, want] of Object.entries(row ? columns : {})) {
          const right = typeof want === "function" ? want(row[column]) : row[column] === want;
          if (!right) wrong.push(`${where}: ${column} is ${JSON.stringify(row[column])} and not ${JSON.stringify(want)}`);
        }
      }
      assert.deepEqual(wrong, []);
    });

  test("what was refused stands in the form again, as text", async () => {
    assert.ok(reshown.length > 70, `${reshown.length}`);
    const { page, context } = await openPage(browser);
    for (const { where, field, value, html } of reshown) {
      // What no option and no box stands for is not shown again.
      const texts = ["size", "consent"].includes(field) ? [] : [value.replaceAll("\0", "\ufffd")];
      assert.deepEqual(await page.evaluate(look, asked({ html, texts })), WELL, where);
    }
    await context.close();
  });

  test("the log has it all as it was sent, and every page of it comes alive", async () => {
    const read = () =>
      [...document.querySelectorAll("td.sent")].map((cell) =>
        [...cell.querySelectorAll("dt")].map((key) => {
          const value = key.nextElementSibling;
          return [key.textContent, (value.querySelector("details .prose") ?? value.querySelector(".prose") ?? value).textContent];
        }),
      );
    const seen = new Set();
    let next = `/settings?section=forms&log=1&form=${forms.hostile}`;
    while (next) {
      // A page that did not come alive tells why.
      await visit(anna.page, intake.origin + next).catch((late) => {
        quiet(anna);
        throw late;
      });
      await stands(anna.page);
      quiet(anna);
      for (const fields of await anna.page.evaluate(read)) seen.add(comparable(fields));
      const link = anna.page.locator("a[rel=next]");
      next = (await link.count()) ? await link.getAttribute("href") : null;
    }
    assert.deepEqual(logged.filter((each) => !seen.has(each)), []);
  });

  test("a megabyte is refused wherever it stands", () =>
    intake.keepsNothing(async () => {
      for (const part of MATRIX)
        for (const door of Object.keys(DOORS)) {
          const put = part.put("H".repeat(1 << 20));
          const { status } = await intake.send(door, { ...put, fields: { ...visitor(), ...put.fields } }, { slug: part.slug });
          assert.equal(status, 413, `${part.name} through ${door}`);
        }
    }));
});

describe("what is no text", () => {
  const NESTED = { object: { $gt: "" }, array: ["a", ["b"]], number: 5, deep: Array(90).fill().reduce((inner) => [inner], "x") };

  test("nested JSON is named by its field", () =>
    intake.keepsNothing(async () => {
      for (const key of ["name", "phone", "email", "company", "size", "message", "news", "consent", "campaign", "odd", "<b data-pwned>"])
        for (const [kind, value] of Object.entries(NESTED)) {
          const answer = await intake.send("api", { fields: { ...visitor(), [key]: value } });
          assert.deepEqual([answer.status, faulty("api", answer)], [400, [[key, "wrong_type"]]], `${key}: ${kind}`);
        }
      const bottomless = await intake.post("api", `{"fields":{"name":${"[".repeat(30_000)}${"]".repeat(30_000)}}}`);
      assert.deepEqual([bottomless.status, faulty("api", bottomless)], [400, [["body", "wrong_type"]]]);
      for (const key of ["name", "phone", "consent"]) {
        const { [key]: value, ...rest } = visitor();
        const answer = await intake.send("hosted", { fields: { ...rest, [`${key}[$gt]`]: value, [`${key}.x`]: value } });
        assert.deepEqual([answer.status, faulty("hosted", answer)], [400, [[key]]]);
      }
    }));

  test("beside the fields it costs no lead", async () => {
    for (const value of Object.values(NESTED)) {
      const way = { landing_url: value, referrer: value, first_landing_url: value, first_referrer: value };
      for (const beside of [{ attribution: value }, { attribution: way }, { lang: value }, { proof: value }, { proof: { token: value, counter: value } }, { website: value }, { ["__proto__"]: value }]) {
        const { status, text } = await intake.send("api", { fields: visitor(), ...beside });
        assert.equal(status, 201, `${JSON.stringify(beside).slice(0, 100)}: ${text}`);
      }
    }
  });

  test("another kind of content, or none that is named, is refused", () =>
    intake.keepsNothing(async () => {
      const upload = new FormData();
      for (const [key, value] of Object.entries(visitor())) upload.append(key, value);
      upload.append("name", new Blob([TEXTS.markup], { type: "text/html" }), "x.html");
      for (const door of Object.keys(DOORS)) {
        for (const type of ["text/plain", "text/html", "application/xml", "application/octet-stream", "multipart/form-data; boundary=b", "application/json+evil", TEXTS.markup, ""])
          for (const body of [jsonOf({ fields: visitor() }), Buffer.from(pairsOf({ fields: visitor() }))]) {
            const { status, headers, text } = await intake.post(door, body, { type });
            assert.equal(status, 415, `${door}: ${type}: ${text}`);
            assert.match(headers.get("content-type"), door === "api" ? /^application\/problem\+json/ : /^text\/html/);
            assert.ok(!text.includes("pwned"));
          }
        assert.equal((await intake.post(door, upload)).status, 415);
      }
    }));

  /** Writes what no library sends; the status of the answer, 0 when the line is cut. */
  const raw = (text) =>
    new Promise((done) => {
      const { hostname, port } = new URL(intake.origin);
      const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(Buffer.from(text, "latin1")));
      socket.once("data", (data) => {
        socket.destroy();
        done(Number(/^HTTP\/1\.1 (\d{3})/.exec(`${data}`)?.[1]));
      });
      socket.on("error", () => done(0));
      socket.once("close", () => done(0));
    });

  test("an idempotency key is any text that a header can be", async () => {
    for (const key of Object.values(TEXTS).filter((text) => /^[\x20-\x7e]+$/.test(text))) {
      const sent = { fields: visitor() };
      const answers = [await intake.send("api", sent, { "idempotency-key": key }), await intake.send("api", sent, { "idempotency-key": key })];
      const [one, other] = answers.map(({ status, text }) => [status, JSON.parse(text).id]);
      assert.deepEqual([one[0], one], [201, other], key);
    }
    await intake.keepsNothing(async () => {
      for (const key of ["K".repeat(256), VALUES.long, Buffer.from(TEXTS.direction).toString("latin1"), "\xff\xfe"]) {
        const answer = await intake.send("api", { fields: visitor() }, { "idempotency-key": key });
        assert.deepEqual([answer.status, faulty("api", answer).map(([field]) => field)], [400, ["Idempotency-Key"]]);
      }
      const body = `${jsonOf({ fields: visitor() })}`;
      const request = (header) => `POST ${DOORS.api.path("hostile")} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n${header}\r\n\r\n${body}`;
      for (const header of ["Idempotency-Key: a\0b", "Idempotency-Key: a\rb", "Origin: \0", "Content-Type: application/json\0"]) assert.equal(await raw(request(header)), 400, JSON.stringify(header));
      assert.ok([0, 431].includes(await raw(request(`Idempotency-Key: ${"H".repeat(1 << 20)}`))));
    });
  });

  test("an address that no form has is not found, and not repeated", () =>
    intake.keepsNothing(async () => {
      const ways = (slug) => [["GET", DOORS.hosted.path(slug)], ["POST", DOORS.hosted.path(slug)], ["GET", `/api/v1/forms/${slug}`], ["POST", DOORS.api.path(slug)]];
      const ask = ([method, path]) => fetch(intake.origin + path, { method, body: method === "POST" ? new URLSearchParams(visitor()) : undefined });
      for (const [kind, text] of Object.entries({ ...TEXTS, long: "s".repeat(50_000) }))
        for (const way of ways(encoded(text))) {
          const answer = await ask(way);
          assert.equal(answer.status, 404, `${way[0]} ${kind}`);
          assert.doesNotMatch(await answer.text(), /pwned|evil\.example|HYPERLINK|calc/);
        }
      for (const slug of ["%FF%FE", "%ED%A0%80"]) for (const way of ways(slug)) assert.ok([400, 404].includes((await ask(way)).status), `${way}`);
      assert.ok([0, 414, 431].includes(await raw(`GET /f/${"s".repeat(1 << 20)} HTTP/1.1\r\nHost: x\r\n\r\n`)));
      const stranger = await watched();
      for (const kind of ["markup", "ending", "attribute"]) {
        await stranger.page.goto(intake.origin + DOORS.hosted.path(encoded(TEXTS[kind])));
        await stands(stranger.page, [t("public.not_found_title")]);
      }
      quiet(stranger, /status of 404/);
      await stranger.context.close();
    }));

  test("what the server finds out by itself is not believed", async () => {
    const claims = { channel: "Google Ads", search_engine: "Google", keyword: "x", utm_source: "google", click_id: "1", click_id_kind: "gclid", site: "bank.example", status: "converted", owner: "nobody", number: "1", created_at: "2001-01-01T00:00:00Z", id: "00000000-0000-7000-8000-000000000000" };
    const found = { channel: "Direct", search_engine: "", keyword: "", utm_source: "", click_id: "", click_id_kind: "", site: "shop.example", status: "new", owner: "Anna Bell" };
    for (const door of Object.keys(DOORS)) {
      const fields = { ...claims, ...visitor() };
      const { status } = await intake.send(door, { ...claims, fields, attribution: { ...claims, landing_url: "https://shop.example/" } });
      assert.equal(status, DOORS[door].taken);
      const row = (await intake.byPhone()).get(fields.phone);
      assert.deepEqual(Object.fromEntries(Object.keys(found).map((column) => [column, row[column]])), found);
      assert.ok(row.id !== claims.id && Date.now() - Date.parse(row.created_at) < 600_000);
    }
  });

  test("what a field's own check lets through stands as text, and no link says more than it shows", async () => {
    const mails = ["=1+1@mail.example", "o'hara&co@mail.example", "all?bcc=boss&body=pay@mail.example", "a@mail.example?bcc=all.example", "a%0abcc@mail.example", "100%@mail.example", "a#b@mail.example"];
    const phones = ["\u202e+1 617 555-0142\u202c", "+1 617 555-0143\0", "+1 617 555-0144 x5"];
    const hosts = [`"onload=1.example`, "=cmd.example", "'x'.example", "xn--80ak6aa92e.example", "e\u202evil.example", "%3Cimg%3E.example", "user:pass@shop.example", "[::1]", "a..example", "{x}.example"];
    const landings = hosts.map((host) => ({ fields: {}, attribution: { landing_url: `https://${host}/` } }));
    const ids = [];
    for (const { fields, attribution } of [...mails.map((email) => ({ fields: { email } })), ...phones.map((phone) => ({ fields: { phone } })), ...landings]) {
      const answer = await intake.send("api", { fields: { ...visitor(), ...fields }, attribution });
      if (answer.status === 400) assert.deepEqual(faulty("api", answer).map(([field]) => field), Object.keys(fields));
      else ids.push(JSON.parse(answer.text).id);
    }
    const rows = (await intake.exported()).filter(({ id }) => ids.includes(id));
    assert.equal(rows.length, ids.length);
    const { page, context } = await openPage(browser);
    const links = (html) => [...new DOMParser().parseFromString(html, "text/html").querySelectorAll("main a[href]")].map((link) => link.getAttribute("href")).filter((href) => /^(mailto|tel):/.test(href));
    const wrong = [];
    for (const row of rows) {
      const html = await (await fetch(`${intake.origin}/leads/${row.id}`, { headers: { cookie: intake.cookie } })).text();
      const texts = [row.name, row.email, row.phone_raw, row.site, row.landing_url].filter(Boolean);
      assert.deepEqual(await page.evaluate(look, asked({ html, texts })), WELL, JSON.stringify(texts));
      for (const href of await page.evaluate(links, html)) {
        const { protocol, pathname, search, hash } = new URL(href);
        const meant = (protocol === "tel:" ? row.phone : row.email).replaceAll("%", "%25").replaceAll("?", "%3F").replaceAll("#", "%23");
        if (`${pathname}${search}${hash}` !== meant) wrong.push(href);
      }
    }
    assert.deepEqual(wrong, []);
    await context.close();
  });
});

test("no cell of an export is a formula", async () => {
  for (const table of ["leads", "contacts", "accounts", "deals"]) {
    const [header, ...rows] = await intake.exported(table, "csv");
    assert.ok(rows.length >= 12, `${table}: ${rows.length}`);
    assert.deepEqual([...new Set(rows.map((row) => row.length))], [header.length], table);
    assert.deepEqual(rows.flat().filter((cell) => /^[=+\-@\t\r]/.test(cell) && !/^\+\d+$/.test(cell)), [], table);
    const texts = table === "leads" ? [TEXTS.formula, TEXTS.command, TEXTS.minus, TEXTS.sum] : [TEXTS.formula];
    const name = header.indexOf(table === "deals" ? "title" : "name");
    for (const text of texts) assert.ok(rows.some((row) => row[name] === `'${text}`), `${table}: ${text}`);
  }
});
