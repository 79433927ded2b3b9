// What must not be believed: each gets a clear answer, and nothing is lost or half-written. Programs talk here, not people.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { UNGUARDED, freshData, millrace, serve, startServer } from "./lib/server.mjs";
import { seeds, words } from "./lib/words.mjs";

const PASSWORD = "a long walk along the river";
const KEYS = "id name phone email status owner created_at channel search_engine keyword utm_source utm_medium utm_campaign utm_term utm_content click_id landing_url referrer site".split(" ");
const en = words("en");
const ru = words("ru");

let server;
before(async () => (server = await startServer({ env: { RUST_LOG: "warn", ...UNGUARDED } })));
after(() => server?.close());

const addUser = (data, email, password = PASSWORD, role = "admin") =>
  millrace(["user", "add", "--email", email, "--name", "Anna Bell", "--role", role, "--password-stdin", ...data.args], { input: `${password}\n` });
const post = (path, body, headers = {}) => fetch(server.origin + path, { method: "POST", body, headers, redirect: "manual" });
const json = { "content-type": "application/json" };
const submit = (fields, { headers, form = "call-back", ...rest } = {}) => post(`/api/v1/forms/${form}/submissions`, JSON.stringify({ fields, ...rest }), { ...json, ...headers });
const exported = async (table = "leads", data = server.data) => {
  const { code, stdout, stderr } = await millrace(["export", table, "--format", "jsonl", ...data.args]);
  assert.equal(code, 0, stderr);
  return stdout.split("\n").filter(Boolean).map((line) => JSON.parse(line));
};
/** A problem as RFC 9457 has it. */
async function problem(response, status, lang = "en") {
  const text = await response.text();
  assert.equal(response.status, status, text);
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  assert.equal(response.headers.get("content-language"), lang);
  const body = JSON.parse(text);
  assert.equal(body.status, status);
  assert.ok(body.type && body.title && body.detail, text);
  return body;
}
const named = (body) => body.errors.map((each) => each.field).sort();

describe("the intake API", () => {
  const refused = async (name, ask, status, check = () => {}) =>
    test(name, async () => {
      const before = (await exported()).length;
      check(await problem(await ask(), status));
      assert.equal((await exported()).length, before, "nothing was kept");
    });

  refused("an unknown form", () => submit({ name: "A", phone: "+16175550142" }, { form: "nothing" }), 404);
  refused("an empty body", () => post("/api/v1/forms/call-back/submissions", "", json), 400);
  refused("an empty form", () => post("/api/v1/forms/call-back/submissions", "", { "content-type": "application/x-www-form-urlencoded" }), 400, (body) => assert.deepEqual(named(body), ["name", "phone"]));
  refused("broken JSON", () => post("/api/v1/forms/call-back/submissions", '{"fields": {', json), 400);
  refused("ten megabytes", () => submit({ name: "A", phone: "+16175550142", message: "x".repeat(10 << 20) }), 413);
  refused("a body of another kind", () => post("/api/v1/forms/call-back/submissions", "<a/>", { "content-type": "application/xml" }), 415);
  refused("fields of wrong types, all of them named", () => submit({ name: 5, phone: ["+16175550142"], message: {} }), 400, (body) => {
    assert.deepEqual(named(body), ["message", "name", "phone"]);
    assert.ok(body.errors.every((each) => each.code === "wrong_type" && each.message === en("common.fault_wrong_type")));
  });
  refused('the phone "abc"', () => submit({ name: "Ann", phone: "abc" }), 400, (body) =>
    assert.deepEqual(body.errors, [{ field: "phone", code: "not_a_phone", message: en("common.fault_not_a_phone") }]),
  );
  refused("an e-mail address that is none, and a name that is blank", () => submit({ name: " \u00a0", phone: "+16175550142", email: "at" }), 400, (body) => assert.deepEqual(named(body), ["email", "name"]));
  refused("a name without end", () => submit({ name: "я".repeat(5000), phone: "+16175550142" }), 400, (body) => assert.deepEqual(named(body), ["name"]));

  test("problems are told in the language of the one who asks", async () => {
    const body = await problem(await submit({ name: "Анна", phone: "abc" }, { headers: { "accept-language": "ru-RU,ru;q=0.9,en;q=0.5" } }), 400, "ru");
    assert.equal(body.detail, ru("common.problem_invalid"));
    assert.equal(body.errors[0].message, ru("common.fault_not_a_phone"));
    const unknown = await problem(await submit({}, { form: "nothing", headers: { "accept-language": "ru" } }), 404, "ru");
    assert.equal(unknown.detail, ru("common.problem_not_found"));
  });

  test("names of every writing are kept as they were typed", async () => {
    for (const name of ["👩🏽‍🚀 Zoë 🌊", "محمد عبد الله", "‏דוד‏ בן־גוריון", "李小龍", "O'Brien; DROP TABLE lead;--", "<script>alert(1)</script>"]) {
      const answer = await submit({ name, phone: "+1 617 555-0142" });
      assert.equal(answer.status, 201);
      const { id, message } = await answer.json();
      assert.equal(message, "Thank you! I'll call you soon.");
      const lead = (await exported()).find((each) => each.id === id);
      assert.equal(lead.name, name);
      assert.equal(lead.phone, "+16175550142");
    }
  });

  test("a second click on Send is one lead and one answer, also when both arrive at once", async () => {
    const before = (await exported()).length;
    const click = () => submit({ name: "Twice", phone: "+16175550142" }, { headers: { "idempotency-key": "4b0f" } });
    const answers = [...(await Promise.all([click(), click(), click()])), await click()];
    const ids = new Set();
    for (const answer of answers) {
      assert.equal(answer.status, 201);
      ids.add((await answer.json()).id);
    }
    assert.equal(ids.size, 1);
    assert.equal((await exported()).length, before + 1);
  });

  test("the ad's words, the site and the first visit are kept; rubbish among them costs no lead", async () => {
    const landing_url = "https://north-bridge.example/?utm_source=google&utm_medium=cpc&utm_campaign=consulting&utm_term=business+consultant&utm_content=b&gclid=x";
    const attribution = { landing_url, referrer: "https://www.google.com/", first_landing_url: "https://north-bridge.example/blog", first_referrer: "https://yandex.ru/" };
    const { id } = await (await submit({ name: "Ad", phone: "+16175550142", email: "ad@example.com" }, { attribution })).json();
    const lead = (await exported()).find((each) => each.id === id);
    const expected = { channel: "Google Ads", search_engine: "Google", keyword: "business consultant", utm_source: "google", utm_medium: "cpc", utm_campaign: "consulting", utm_term: "business consultant", utm_content: "b", click_id: "x", landing_url, referrer: "https://www.google.com/", site: "north-bridge.example", email: "ad@example.com", status: "new" };
    assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, lead[key]])), expected);
    assert.ok(!Number.isNaN(Date.parse(lead.created_at)));
    for (const rubbish of [7, "x", { landing_url: 5, referrer: "not a url" }, { landing_url: "javascript:alert(1)" }]) {
      assert.equal((await submit({ name: "R", phone: "+16175550142" }, { attribution: rubbish })).status, 201);
    }
  });

  test("form-encoded is understood, and other sites may ask", async () => {
    const answer = await post("/api/v1/forms/call-back/submissions", new URLSearchParams({ name: "Form", phone: "+16175550142", "attribution.landing_url": "https://a.example/?utm_source=x" }));
    assert.equal(answer.status, 201);
    assert.equal(answer.headers.get("access-control-allow-origin"), "*");
    const asked = await fetch(`${server.origin}/api/v1/forms/call-back/submissions`, { method: "OPTIONS", headers: { origin: "https://a.example", "access-control-request-method": "POST" } });
    assert.equal(asked.status, 204);
    assert.match(asked.headers.get("access-control-allow-headers"), /idempotency-key/i);
  });

  test("a flood from one address is slowed down, with the time to wait", async () => {
    for (let turn = 0; turn < 100; turn++) {
      const answer = await submit({ name: "Flood" });
      if (answer.status === 400) continue;
      await problem(answer, 429);
      assert.ok(Number(answer.headers.get("retry-after")) > 0);
      return;
    }
    assert.fail("a hundred requests were taken");
  });
});

describe("links", () => {
  test("a foreign token leads nowhere, whatever is done with it", async () => {
    for (const [path, lang] of [["/o/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "en"], ["/o/x", "ru"], ["/s/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "ru"], ["/s/%00", "en"], ["/nothing/here", "ru"]]) {
      const page = await fetch(server.origin + path, { headers: { "accept-language": lang }, redirect: "manual" });
      assert.equal(page.status, 404, path);
      const html = await page.text();
      assert.ok(html.includes(words(lang)("public.not_found_title")), html);
      assert.ok(!html.includes("<script"));
    }
    assert.equal((await fetch(`${server.origin}/o/x/pdf`)).status, 404);
    for (const path of ["/o/x/accept", "/o/x/decline", "/s/x"]) assert.equal((await post(path, new URLSearchParams({ name: "A", score: "9" }))).status, 404, path);
  });

  test("pages of the application ask who is there", async () => {
    const page = await fetch(`${server.origin}/deals?view=list`, { redirect: "manual" });
    assert.equal(page.status, 303);
    assert.equal(page.headers.get("location"), "/login?next=/deals%3Fview%3Dlist");
  });

  test("a change that another site sends is refused", async () => {
    const answer = await post("/fn/session/begin", new URLSearchParams({ email: "a@b.example", password: "x", next: "" }), { origin: "https://evil.example", "sec-fetch-site": "cross-site" });
    assert.equal(answer.status, 403);
  });
});

describe("signed in", () => {
  let cookie;
  const call = (name, body, headers = {}) => post(`/fn/${name}`, typeof body === "string" ? body : new URLSearchParams(body), { cookie, ...headers });
  const load = async (name, body) => {
    const answer = await call(name, JSON.stringify(body), json);
    assert.equal(answer.status, 200, name);
    return answer.json();
  };
  before(async () => {
    const added = await addUser(server.data, "olga@north-bridge.example");
    assert.equal(added.code, 0, added.stderr);
    const answer = await post("/fn/session/begin", new URLSearchParams({ email: "olga@north-bridge.example", password: PASSWORD, next: "" }));
    cookie = answer.headers.get("set-cookie")?.split(";")[0];
    assert.match(cookie ?? "", /^millrace=./);
  });

  test("the wrong password and an unknown address are answered alike", async () => {
    const tries = [{ email: "olga@north-bridge.example", password: "wrong password" }, { email: "nobody@north-bridge.example", password: PASSWORD }];
    const answers = await Promise.all(tries.map((each) => post("/fn/session/begin", new URLSearchParams({ ...each, next: "" }))));
    const [one, other] = await Promise.all(answers.map((answer) => answer.text()));
    assert.deepEqual(answers.map((answer) => answer.status), [400, 400]);
    assert.equal(one, other);
    assert.equal(answers[0].headers.get("set-cookie"), null);
  });

  test("a stale version of a deal is a conflict that overwrites nothing", async () => {
    const made = await call("deals/create", { title: "Audit", amount: "1000", currency: "EUR", expected_close: "" });
    assert.ok(made.status < 400, await made.clone().text());
    const id = /\/deals\/([\w-]+)/.exec(made.headers.get("location") ?? "")?.[1];
    const deal = await load("deals/show", { id });
    const edit = (title, version) => call("deals/edit", { id, version, title, amount: "1200", currency: "EUR", expected_close: "" });
    assert.ok((await edit("Audit, first", deal.version)).status < 400);
    const stale = await edit("Audit, second", deal.version);
    assert.equal(stale.status, 409);
    assert.match(await stale.text(), /conflict/i);
    assert.equal((await load("deals/show", { id })).title, "Audit, first");
    const stages = deal.pipeline.stages.map((stage) => stage.name.en);
    assert.deepEqual(stages.slice(0, 5), seeds.en.stages);
    const moved = await call("deals/advance", { id, version: deal.version, to: deal.pipeline.stages[1].id, loss_reason: "", note: "" });
    assert.equal(moved.status, 409);
    assert.equal((await load("deals/show", { id })).stage, deal.stage);
    // Whoever has no scripts gets both versions side by side, on the page they came from.
    const plain = await call("deals/edit", { id, version: deal.version, title: "Audit, third", amount: "", currency: "EUR", expected_close: "" }, { accept: "text/html", referer: `${server.origin}/deals/${id}` });
    assert.equal(plain.status, 302);
    const page = await fetch(new URL(plain.headers.get("location"), server.origin), { headers: { cookie } });
    const both = await page.text();
    for (const told of [en("record.clash_title"), "Audit, third", "Audit, first"]) assert.ok(both.includes(told), told);
  });

  test("a link that was replaced is 410, for reading and for answering, and says so", async () => {
    const made = await call("deals/create", { title: "Two revisions", amount: "", currency: "EUR", expected_close: "" });
    const deal = /\/deals\/([\w-]+)/.exec(made.headers.get("location") ?? "")?.[1];
    const id = /\/offers\/([\w-]+)/.exec((await call("deals/new_offer", { deal })).headers.get("location") ?? "")?.[1];
    const open = async () => (await load("offers/open", { id })).offer;
    const send = async (version) => {
      assert.ok((await call("offers/send", { id, version, email: "elena@brandt.example", message: "", lang: "en" })).status < 400);
      const { public_path, version: now } = await open();
      return [public_path, now];
    };
    const draft = await open();
    const line = { service: "", name: "Audit", description: "", unit: "", quantity: "1", price: "100", discount: "", vat: "20" };
    const fields = { id, version: draft.version, title: "Audit", intro: "", terms: "", currency: "EUR", valid_until: draft.revision.valid_until, service: "", lang: "en", vat: "20" };
    const typed = new URLSearchParams(Object.entries(fields).map(([key, value]) => [`draft[${key}]`, value]));
    for (const [key, value] of Object.entries(line)) typed.append(`draft[lines][0][${key}]`, value);
    assert.ok((await call("offers/save", `${typed}&step=save`, { "content-type": "application/x-www-form-urlencoded" })).status < 400);
    const [first, version] = await send((await open()).version);
    assert.equal((await fetch(server.origin + first)).status, 200);
    assert.equal((await post(`${first}/accept`, new URLSearchParams({ name: "" }))).status, 400);
    assert.ok((await call("offers/revise", { id, version })).status < 400);
    const [second] = await send((await open()).version);
    assert.notEqual(second, first);
    const page = await fetch(server.origin + first, { headers: { "accept-language": "ru" } });
    assert.equal(page.status, 410);
    assert.ok((await page.text()).includes(ru("public.link_expired_title")));
    assert.equal((await fetch(`${server.origin}${first}/pdf`)).status, 410);
    assert.equal((await post(`${first}/accept`, new URLSearchParams({ name: "Elena" }))).status, 410);
    assert.equal((await open()).revision.status, "sent");
    assert.equal((await fetch(server.origin + second)).status, 200);
  });

  test("no reason, no loss; nothing half-moved", async () => {
    const made = await call("deals/create", { title: "Support", amount: "", currency: "EUR", expected_close: "" });
    const id = /\/deals\/([\w-]+)/.exec(made.headers.get("location") ?? "")?.[1];
    const deal = await load("deals/show", { id });
    const lost = deal.pipeline.stages.find((stage) => stage.kind === "lost").id;
    assert.equal((await call("deals/advance", { id, version: deal.version, to: lost, loss_reason: "", note: "" })).status, 422);
    const after = await load("deals/show", { id });
    assert.deepEqual([after.stage, after.version, after.status], [deal.stage, deal.version, "open"]);
  });

  test("without a session functions answer 401, and unreadable calls 400", async () => {
    assert.equal((await post("/fn/deals/show", JSON.stringify({ id: "00000000-0000-7000-8000-000000000000" }), json)).status, 401);
    assert.equal((await call("deals/show", "{", json)).status, 400);
    assert.equal((await call("deals/show", JSON.stringify({ id: "00000000-0000-7000-8000-000000000000" }), json)).status, 404);
  });
});

describe("the command line", () => {
  test("wrong usage is 2, with the usage on standard error", async () => {
    for (const args of [[], ["nothing"], ["export", "nothing"], ["export", "leads", "--format", "xml"], ["user", "add", "--email", "a@b.example"], ["user", "add", "--email", "a@b.example", "--name", "A", "--role", "king", "--password-stdin"]]) {
      const { code, stdout, stderr } = await millrace(args);
      assert.equal(code, 2, args.join(" "));
      assert.equal(stdout, "");
      assert.match(stderr, /usage|possible values|one of/i);
    }
  });

  test("a user is added on a fresh data folder; weak, common and missing passwords are refused by 2 and keep nothing", async () => {
    const data = await freshData();
    try {
      for (const [password, said] of [["short", /password: At least 12/], ["password1234", /password: /], ["", /password: /]]) {
        const { code, stderr } = await addUser(data, "anna@north-bridge.example", password);
        assert.equal(code, 2, stderr);
        assert.match(stderr, said);
      }
      const bad = await addUser(data, "no address");
      assert.equal(bad.code, 2);
      assert.match(bad.stderr, /email: /);
      const good = await addUser(data, "anna@north-bridge.example");
      assert.deepEqual([good.code, good.stdout], [0, "added anna@north-bridge.example (admin)\n"], good.stderr);
      const twice = await addUser(data, "Anna@North-Bridge.example");
      assert.equal(twice.code, 2);
      // With a user in the database nobody is offered the owner's account.
      const served = await serve(data);
      assert.equal(served.setup, undefined);
      assert.equal((await fetch(`${served.origin}/healthz`)).status, 200);
      await served.stop();
    } finally {
      await data.remove();
    }
  });

  test("exports have the keys of the contract, as lines of JSON and as CSV", async () => {
    const lines = await exported();
    assert.ok(lines.length >= 6);
    for (const lead of lines) for (const key of KEYS) assert.ok(key in lead, `${key} in ${JSON.stringify(lead)}`);
    const { code, stdout } = await millrace(["export", "leads", "--format", "csv", ...server.data.args]);
    assert.equal(code, 0);
    const header = stdout.slice(0, stdout.indexOf("\n")).trim().split(",");
    for (const key of KEYS) assert.ok(header.includes(key), key);
    for (const table of ["contacts", "accounts", "deals"]) {
      const keys = Object.keys((await exported(table))[0] ?? {});
      const csv = await millrace(["export", table, "--format", "csv", ...server.data.args]);
      assert.equal(csv.code, 0, csv.stderr);
      if (keys.length) assert.deepEqual([...keys].sort(), csv.stdout.slice(0, csv.stdout.indexOf("\n")).trim().split(",").sort());
    }
  });

  test("an address that is taken or cannot be reached ends the start with 1 and says why", async () => {
    const data = await freshData();
    try {
      const { code, stderr } = await millrace(["serve", ...data.args, "--listen", new URL(server.origin).host]);
      assert.equal(code, 1);
      assert.match(stderr, /cannot listen on 127\.0\.0\.1/);
      const lost = await millrace(["export", "leads", "--data-dir", data.folder, "--database-url", "postgres://nobody@127.0.0.1:1/none"]);
      assert.equal(lost.code, 1);
      assert.match(lost.stderr, /database/);
    } finally {
      await data.remove();
    }
  });

  test("a company is made up once only", async () => {
    const data = await freshData();
    try {
      await addUser(data, "anna@north-bridge.example");
      const { code, stdout } = await millrace(["demo", ...data.args]);
      assert.equal(code, 0);
      assert.match(stdout, /has users already/);
      assert.equal((await millrace(["demo", "--lang", "xx", ...data.args])).code, 2);
    } finally {
      await data.remove();
    }
  });
});
