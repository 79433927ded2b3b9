// Every page there is, found in the demo's records by walking to them.
import assert from "node:assert/strict";
import { millrace } from "./server.mjs";

/** A draft with two services in it: the invented company has sent all of its offers. */
async function draftOf(page, origin, deal) {
  const call = (name, options) => page.request.post(`${origin}/fn/${name}`, { maxRedirects: 0, ...options });
  const made = await call("deals/new_offer", { form: { deal: deal.split("/").pop() } });
  const path = made.headers().location;
  assert.match(path ?? "", /^\/offers\//);
  const { offer } = await (await call("offers/open", { data: { id: path.split("/").pop() } })).json();
  const { title, valid_until, currency } = offer.revision;
  const line = (name, quantity, price) => ({ name, quantity, price, discount: "10", vat: "20", unit: "", description: "", service: "" });
  const draft = { id: offer.id, version: offer.version, title: title || "Audit", intro: "", terms: "", currency, valid_until, service: "", lang: "en", vat: "20" };
  const form = Object.fromEntries(Object.entries(draft).map(([key, value]) => [`draft[${key}]`, String(value)]));
  for (const [at, each] of [line("Audit", "1", "2400"), line("Consultant’s hours", "12.5", "85")].entries())
    for (const [key, value] of Object.entries(each)) form[`draft[lines][${at}][${key}]`] = value;
  const saved = await call("offers/save", { form: { ...form, step: "save" } });
  assert.ok(saved.status() < 400, await saved.text());
  return path;
}

/** The addresses of all pages: `[name, path]`, those for people with an account. `page` is signed in. */
export async function staffPages(page, { origin, data }) {
  const exported = async (table) => {
    const { code, stdout, stderr } = await millrace(["export", table, ...data.args]);
    assert.equal(code, 0, stderr);
    assert.ok(code === 0 && stdout, `the demo has ${table} ${stderr}`);
    return `/${table}/${JSON.parse(stdout.slice(0, stdout.indexOf("\n"))).id}`;
  };
  const first = async (list, pattern) => {
    const response = await page.request.get(origin + list);
    assert.equal(response.status(), 200, list);
    const found = pattern.exec(await response.text());
    assert.ok(found, `${list} has ${pattern}`);
    return found[1];
  };
  /** The phone of somebody who is known. */
  const known = async () => {
    const { stdout } = await millrace(["export", "leads", ...data.args]);
    return JSON.parse(stdout.slice(0, stdout.indexOf("\n"))).phone;
  };
  const record = (kind) => new RegExp(`href="(/${kind}/[0-9a-f-]{36})"`);
  const lead = await first("/leads", record("leads"));
  const deal = await first("/deals?view=list&status=won", record("deals"));
  const open = await first("/deals?view=list", record("deals"));
  const pipeline = await first("/process", record("process"));
  const draft = await draftOf(page, origin, open);
  return [
    ["today", "/"],
    ["leads", "/leads"],
    ["leads-nothing", "/leads?q=nobody+has+this+name"],
    ["leads-board", "/leads?view=board"],
    ["leads-add", "/leads?do=add"],
    ["leads-known", `/leads?do=add&phone=${encodeURIComponent(await known())}`],
    ["lead", lead],
    ["lead-convert", `${lead}?do=convert`],
    ["lead-disqualify", `${lead}?do=disqualify`],
    ["lead-erase", `${lead}?do=erase`],
    ["lead-disqualified", await first("/leads?status=disqualified", record("leads"))],
    ["lead-reopen", `${await first("/leads?status=disqualified", record("leads"))}?do=reopen`],
    ["lead-converted", await first("/leads?status=converted", record("leads"))],
    ["deals-board", "/deals"],
    ["deals-select", "/deals?select=1"],
    ["deals-list", "/deals?view=list"],
    ["deals-columns", "/deals?view=list&columns=name&columns=number&columns=owner&columns=closed"],
    ["deals-calendar", "/deals?view=calendar"],
    ["deals-add", "/deals?dialog=add"],
    ["deal-open", open],
    ["deal-lose", `${open}?dialog=lost`],
    ["deal-client", `${open}?dialog=client`],
    ["deal-service", `${open}?dialog=service`],
    ["deal-conflict", `${open}?clash=1&typed=${encodeURIComponent(JSON.stringify({ version: 1, mine: { title: "Typed meanwhile" }, was: {} }))}`],
    ["deal-won", deal],
    ["deal-lost", await first("/deals?view=list&status=lost", record("deals"))],
    ["act", await first(deal, record("acts"))],
    ["clients", "/clients"],
    ["account", await exported("accounts")],
    ["account-entity", `${await exported("accounts")}?entity=new`],
    ["contact", await exported("contacts")],
    ["offers", "/offers"],
    ["offer-sent", await first(deal, record("offers"))],
    ["offer-draft", draft],
    ["offer-send", `${draft}?send=1`],
    ["funnel", "/analytics/funnel"],
    ["pipe", "/analytics/pipe"],
    ["pipe-empty", "/analytics/pipe?from=1990-01-01&until=1990-12-31"],
    ["process", "/process"],
    ["process-new", "/process/new"],
    ["process-stages", pipeline],
    ["process-map", `${pipeline}?tab=map`],
    ["process-versions", `${pipeline}?tab=versions&version=1`],
    ["process-changes", `${pipeline}?tab=versions&from=1&to=2`],
    ["settings-catalog", "/settings?section=catalog"],
    ["settings-service", "/settings?section=catalog&service=new"],
    ["settings-category", "/settings?section=catalog&category=new"],
    ["settings-users", "/settings?section=users"],
    ["settings-user", "/settings?section=users&user=new"],
    ["settings-teams", "/settings?section=teams"],
    ["settings-rights", "/settings?section=rights"],
    ["settings-company", "/settings?section=company"],
    ["settings-losses", "/settings?section=losses"],
    ["settings-loss", "/settings?section=losses&reason=new"],
    ["settings-forms", "/settings?section=forms"],
    ["settings-form", await first("/settings?section=forms", /href="(\/settings\?section=forms&(?:amp;)?form=[0-9a-f-]{36})"/).then((path) => path.replace("&amp;", "&"))],
    ["settings-form-new", "/settings?section=forms&form=new"],
    ["settings-forms-log", "/settings?section=forms&log=1"],
    ["settings-forms-flagged", "/settings?section=forms&log=flagged"],
    ["settings-forms-nothing", "/settings?section=forms&log=released"],
    ["settings-channels", "/settings?section=channels"],
    ["settings-channel-rule", "/settings?section=channels&rule=new"],
    ["settings-audit", "/settings?section=audit"],
    ["profile", "/profile"],
    ["more", "/more"],
    ["missing", "/leads/00000000-0000-7000-8000-000000000000"],
  ];
}

/** The pages that need no account. The client's pages are found as their links stand in the records. */
export async function publicPages(page, { origin }) {
  const link = async (path, pattern) => pattern.exec(await (await page.request.get(origin + path)).text())?.[1];
  const pages = [
    ["login", "/login"],
    ["reset", "/reset"],
    ["form", "/f/call-back"],
    ["landing", "/demo/landing"],
    ["landing-services", "/demo/landing/services"],
    ["nothing", "/nothing/here"],
    ["link-unknown", "/o/unknown"],
  ];
  // Opening its page makes a sent offer a viewed one.
  const offer = (status) => link(`/offers?status=${status}`, /href="(\/offers\/[0-9a-f-]{36})"/);
  const waiting = (await offer("sent")) ?? (await offer("viewed"));
  for (const [name, found] of [["client-offer", waiting], ["client-offer-accepted", await offer("accepted")]]) {
    const path = found && (await link(found, /(\/o\/[\w-]{20,})/));
    if (path) pages.push([name, path]);
  }
  const list = await (await page.request.get(`${origin}/deals?view=list`)).text();
  for (const [, deal] of list.matchAll(/href="(\/deals\/[0-9a-f-]{36})"/g)) {
    const path = await link(deal, /(\/s\/[\w-]{20,})/);
    if (path) {
      pages.push(["client-rating", path]);
      break;
    }
  }
  return pages;
}
