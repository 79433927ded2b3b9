// A company with forms, both doors that submissions come through, and its administrator at work without a browser.
import assert from "node:assert/strict";
import { csv, jsonOf, pairsOf } from "./hostile.mjs";
import { addUser, freshData, millrace, serve } from "./server.mjs";

export const LOGIN = { email: "anna@north-bridge.example", password: "seven mills upon one river" };
export const THANKS = "Thank you, we call.";
export const NAME = { kind: "name", key: "name", label: "Your name", required: "on" };
export const PHONE = { kind: "phone", key: "phone", label: "Phone", required: "on" };

/** Where a submission goes, and how it is written there. */
export const DOORS = {
  api: { path: (slug) => `/api/v1/forms/${slug}/submissions`, type: "application/json", taken: 201, write: jsonOf },
  hosted: { path: (slug) => `/f/${slug}`, type: "application/x-www-form-urlencoded", taken: 200, write: pairsOf },
};

/** Serves an empty company, whose administrator is Anna Bell, to senders of any speed. */
export async function openIntake() {
  const data = await freshData();
  await addUser(data, { ...LOGIN, name: "Anna Bell", role: "admin" });
  const server = await serve(data, { env: { MILLRACE_INTAKE_RATE_PER_IP: "off" } });
  const { origin } = server;
  const signed = await fetch(`${origin}/fn/session/begin`, { method: "POST", body: new URLSearchParams({ ...LOGIN, next: "" }), headers: { origin }, redirect: "manual" });
  const cookie = signed.headers.get("set-cookie")?.split(";")[0];
  assert.match(cookie ?? "", /^millrace=./);

  /** What the administrator does. */
  const call = async (name, body, type = "application/x-www-form-urlencoded") => {
    const headers = { cookie, "content-type": type, origin, accept: "application/json" };
    const answer = await fetch(`${origin}/fn/${name}`, { method: "POST", headers, body: `${body}`, redirect: "manual" });
    assert.ok(answer.status < 400, `${name}: ${answer.status} ${await answer.clone().text()}`);
    return answer;
  };
  const load = async (name, body = {}) => (await call(name, JSON.stringify(body), "application/json")).json();
  /** Builds a form that trusts everybody; `parts` are what its builder's inputs are called. */
  const build = async ({ fields, ...parts }) => {
    const standard = { id: "", version: "", name: "Form", thanks: THANKS, call_back_minutes: "60", duplicate_minutes: "0", owner: "turn", active: "on" };
    const draft = new URLSearchParams(Object.entries({ ...standard, ...parts }).map(([key, value]) => [`draft[${key}]`, value]));
    for (const [at, field] of fields.entries()) for (const [key, value] of Object.entries(field)) draft.append(`draft[fields][${at}][${key}]`, value);
    draft.append("step", "save");
    await call("forms/save", draft);
  };
  /** The id of each form by its address. */
  const forms = async () => Object.fromEntries((await load("forms/list")).map(({ slug, id }) => [slug, id]));

  /** A request as it is; an empty `type` names no kind of content. */
  const post = async (door, body, { slug = "hostile", type = DOORS[door].type, ...headers } = {}) => {
    const kind = type && !(body instanceof FormData) ? { "content-type": type } : {};
    const answer = await fetch(origin + DOORS[door].path(slug), { method: "POST", body, headers: { ...kind, ...headers }, redirect: "manual" });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  const send = (door, sent, options) => post(door, DOORS[door].write(sent), options);

  const exported = async (table = "leads", format = "jsonl") => {
    const { code, stdout, stderr } = await millrace(["export", table, "--format", format, ...data.args]);
    assert.equal(code, 0, stderr);
    return format === "csv" ? csv(stdout) : stdout.split("\n").filter(Boolean).map((row) => JSON.parse(row));
  };
  const byPhone = async () => new Map((await exported()).map((row) => [row.phone, row]));
  /** Holds that no lead is made while `body` runs. */
  const keepsNothing = async (body) => {
    const before = (await exported()).length;
    await body();
    assert.equal((await exported()).length, before, "nothing was kept");
  };

  const close = async () => {
    try {
      await server.stop();
    } finally {
      await data.remove();
    }
  };
  return { origin, cookie, call, load, build, forms, post, send, exported, byPhone, keepsNothing, close };
}

/** The fields that an answer finds fault with; the API tells the codes as well. */
export const faulty = (door, { text }) =>
  door === "api" ? JSON.parse(text).errors.map(({ field, code }) => [field, code]) : [...text.matchAll(/ id="form-(\w+)-error"/g)].map(([, field]) => [field]);

let visitors = 0;
/** Somebody with a phone that nobody else has. */
export const visitor = () => ({ name: `Visitor ${++visitors}`, phone: `+1617${5_000_000 + visitors}`, consent: "on" });
