// Millrace lead form, <millrace-form>. The contract with the site that embeds it is in README.md.
(() => {
  const TOUCHES = "millrace.touches", QUEUE = "millrace.queue.", DAY = 864e5;
  if (customElements.get("millrace-form")) return;

  /** @type {any} */
  const script = document.currentScript || document.querySelector('script[src*="widget.js"]');
  const server = new URL(script?.src || location.href).origin;

  // What a form says comes with its definition; labels and button are for when that cannot be had.
  /** @type {Record<string, Record<string, string>>} */
  const words = {
    en: {
      name: "Your name", phone: "Phone", message: "What do you need?", optional: "(optional)",
      button: "Call me back", thanks: "Thank you!", sending: "Sending…", close: "Close",
      kept: "We keep your request and send it as soon as we get through.", later: "At the latest on your next visit.", stay: "Please keep this page open.",
      empty: "Please fill in this field", tick: "Please tick this box", digits: "Please enter the whole number",
      refused: "Your request was not sent. Please try again later.",
    },
    ru: {
      name: "Как вас зовут", phone: "Телефон", message: "Что нужно", optional: "(необязательно)",
      button: "Жду звонка", thanks: "Спасибо!", sending: "Отправляем…", close: "Закрыть",
      kept: "Мы храним вашу заявку и отправим её, как только получится.", later: "Самое позднее — при следующем посещении.", stay: "Не закрывайте эту страницу.",
      empty: "Заполните это поле", tick: "Поставьте галочку", digits: "Введите номер полностью",
      refused: "Заявка не отправлена. Попробуйте позже.",
    },
  };

  const css = `
:host{display:block;--a:var(--mr-accent,light-dark(#096280,#6fc2db));--o:var(--mr-on-accent,light-dark(#fff,#05161f));--m:var(--mr-muted,light-dark(#5c646b,#a2acb4));--e:var(--mr-error,light-dark(#b52524,#fc958f));--c:var(--mr-card,Canvas)}
@supports not (color:light-dark(#000,#000)){:host{--a:var(--mr-accent,#096280);--o:var(--mr-on-accent,#fff);--m:var(--mr-muted,#5c646b);--e:var(--mr-error,#b52524)}}
*{box-sizing:border-box;margin:0}
.box{position:relative;display:grid;min-height:inherit;padding:1.7em;border:1px solid var(--mr-line,#8884);border-radius:var(--mr-radius,14px);background:var(--c);color:var(--mr-ink,CanvasText);box-shadow:var(--mr-shadow,0 24px 56px #1c28302e);font-size:.875em;line-height:1.45;text-align:start}
.box>*{grid-area:1/1;min-width:0}
form{display:grid;gap:1.15em;align-content:start}
.done form{visibility:hidden}
[name=note]{display:block;margin-top:.4em;font-size:.93em;color:var(--m)}
.field{display:grid;gap:.4em}
label{font-size:.93em;font-weight:500}
label span{font-weight:400;color:var(--m)}
input,select,textarea,button{width:100%;min-height:46px;padding:10px 12px;border:1px solid var(--mr-control,#888);border-radius:6px;background:var(--c);color:inherit;font:inherit;font-size:max(16px,1em)}
textarea{resize:vertical;min-height:69px}
.check{display:flex;gap:.7em}
.check input{flex:none;width:20px;min-height:20px;accent-color:var(--a)}
[aria-invalid=true]{border-color:var(--e);box-shadow:0 0 0 1px var(--e)}
button{min-height:48px;border:0;background:var(--a);color:var(--o);font-weight:600}
.error{display:flex;gap:.45em;color:var(--e);font-size:.93em}
.error:empty{display:none}
svg{flex:none;width:1.4em;height:1.4em;fill:none;stroke:currentColor;stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}
.panel{display:grid;gap:1em;align-content:center;justify-items:center;text-align:center;white-space:pre-line}
h2,.panel p:first-of-type{font-size:1.57em;line-height:1.25;font-weight:600}
.panel svg{width:5em;height:5em;color:var(--a);stroke-width:2}
.trap{position:absolute;width:1px;clip-path:inset(50%)}
.opener{width:auto;padding-inline:1.5em}
dialog{width:min(27em,100vw - 2em);margin:auto;padding:0;border:0;background:none}
dialog h2{margin-inline-end:1em}
dialog::backdrop{background:#0008}
.close{position:absolute;grid-area:auto;inset:0 0 auto auto;width:48px;padding:0;background:none;color:var(--m);font-size:1.57em}`;

  /** Runs what may throw: the site's storage may be blocked, full or spoilt; then nothing is kept, but nothing breaks. @template T @param {() => T} work */
  const attempt = (work) => {
    try {
      return work();
    } catch {}
  };

  /** @template {keyof HTMLElementTagNameMap} K @param {K} tag @param {Record<string, any>} attributes @param {(Node | string)[]} children */
  const make = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const name in attributes) if (attributes[name] !== undefined) element.setAttribute(name, attributes[name]);
    element.append(...children);
    return element;
  };

  // Built node by node, like everything here: the host's CSP may ask for trusted types, and then innerHTML is closed.
  /** @param {number} size @param {string} path */
  const icon = (size, path) => {
    const [svg, line] = ["svg", "path"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
    svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
    svg.setAttribute("aria-hidden", "true");
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  };

  // A constructed sheet passes the host's CSP; browsers of before 2023 have none.
  const sheet = attempt(() => {
    const made = new CSSStyleSheet();
    made.replaceSync(css);
    return made;
  });

  /** @param {string} name */
  const read = (name) => attempt(() => JSON.parse(localStorage[name]));
  /** @param {string} name @param {unknown} value */
  const write = (name, value) => attempt(() => (localStorage[name] = JSON.stringify(value)));
  /** @param {string} name */
  const erase = (name) => attempt(() => delete localStorage[name]);

  // Touches: where the visitor came from, first and last. Walking inside the site changes neither.
  const now = Date.now();
  const from = document.referrer;
  const outside = from && new URL(from).host !== location.host;
  const marked = /[?&](utm_\w+|\w*cl(k|ick)?id|[gw]braid|_openstat|li_fat_id)=/i.test(location.search);
  const touch = { url: (location.origin + location.pathname + location.search).slice(0, 2000), referrer: outside ? from.slice(0, 2000) : "", at: now };
  /** @type {Touches} */
  let touches = read(TOUCHES);
  if (!touches?.first || !touches.last) touches = { first: touch, last: touch };
  // A visit without any sign of its origin belongs to the last that had one, for as long as people compare offers.
  if (outside || marked || (!from && now - touches.last.at > 90 * DAY)) touches.last = touch;
  write(TOUCHES, touches);

  // SHA-256, whose constants are the fractions of the roots of the first primes. The browser's own makes a promise of every
  // try, which takes ten times as long, and is not there on sites without TLS.
  /** @type {number[]} */
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime)) primes.push(n);
  /** @param {number} degree */
  const roots = (degree) => primes.map((prime) => (prime ** (1 / degree) * 2 ** 32) | 0);
  const initial = roots(2), constants = roots(3), w = new Int32Array(64);
  /** @param {number} x @param {number} by */
  const turn = (x, by) => (x >>> by) | (x << -by);
  /** What the state becomes by the 64 bytes from `at` on. @param {number[]} state @param {DataView} view @param {number} at */
  const mix = (state, view, at) => {
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      w[i] = i < 16 ? view.getInt32(at + i * 4) : w[i - 16] + w[i - 7] + (turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3)) + (turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10));
      const sum = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + (g ^ (e & (f ^ g))) + constants[i] + w[i];
      [a, b, c, d, e, f, g, h] = [(sum + (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) | (c & (a | b)))) | 0, a, b, c, (d + sum) | 0, e, f, g];
    }
    return [a, b, c, d, e, f, g, h].map((word, i) => (word + state[i]) | 0);
  };
  /** Finds the counter that the server asks for, a few milliseconds at a time. @param {Ticket} ticket @returns {Promise<Proof>} */
  const prove = async ({ token, bits }) => {
    const length = token.length + 1;
    // With room for the counter and the padding.
    const bytes = new TextEncoder().encode((token + ":").padEnd(length + 128)), view = new DataView(bytes.buffer);
    // A function of its own, because compilers do better with it than with a loop that waits.
    /** @param {number} counter */
    const zeros = (counter) => {
      let end = length, state = initial;
      for (const digit of `${counter}`) bytes[end++] = digit.charCodeAt(0);
      bytes.fill(0, end);
      bytes[end] = 128;
      const size = (end + 72) & ~63;
      view.setInt32(size - 4, end * 8);
      for (let at = 0; at < size; at += 64) state = mix(state, view, at);
      return Math.clz32(state[0]);
    };
    // Whoever sends sooner after the opening than people type is taken for a bot.
    await new Promise((done) => setTimeout(done, bits && 2200));
    // Unlike a timer, a message is there as soon as the page has seen to its visitor.
    const { port1, port2 } = new MessageChannel();
    for (let counter = 0; ; await new Promise((done) => (port1.onmessage = done))) {
      port2.postMessage(0);
      const until = performance.now() + 8;
      // Counted as well: a clock that stands still must not hold up the page.
      for (let left = 4e3; left-- && (left % 32 || performance.now() < until); counter++) if (zeros(counter) >= bits) return { token, counter };
    }
  };

  /** Asks the server; status 0 is none that answered. @param {string} path @param {number} patience @param {RequestInit} [options] */
  const ask = async (path, patience, options) => {
    let status = 0, wait = 0;
    /** @type {Answer} */
    let answer = {};
    try {
      const response = await fetch(`${server}/api/v1/forms/${path}`, { credentials: "omit", signal: AbortSignal.timeout?.(patience), ...options });
      status = response.status;
      wait = Number(response.headers.get("retry-after")) * 1e3 || 0;
      answer = (await response.json()) || answer;
      // No connection, or an answer cut short.
    } catch {}
    return { status, answer, wait, refused: /^4(?!08|09|25|29)/.test(`${status}`) };
  };
  /** The form's definition with a fresh token, which keeps the opening time of an earlier one. @param {string} slug @param {string} lang @param {string} [since] */
  const define = (slug, lang, since) => ask(`${encodeURIComponent(slug)}?lang=${lang}${since ? "&since=" + encodeURIComponent(since) : ""}`, 8e3);

  // One storage entry for each request, so that two open pages of the site cannot overwrite each other's.
  /** @returns {Submission[]} */
  const stored = () =>
    (attempt(() => Object.keys(localStorage)) || [])
      .filter((name) => name.startsWith(QUEUE))
      .map(read)
      .filter((request) => request?.key && (request.at > now - 30 * DAY || !erase(QUEUE + request.key)));

  // Forms on this page that wait for the outcome of a request, by its key.
  /** @type {Map<string, Owner>} */
  const owners = new Map();
  const busy = new Set();
  let failures = 0, timer = 0;

  const sendAll = () => {
    for (const request of [...stored(), ...owners.values()]) send(request);
  };

  // A proof that the form has worked out is good for one sending.
  /** @param {Submission} request @param {Promise<Proof | undefined>} [solved] */
  const send = async (request, solved) => {
    const { key, form, lang = "", token } = request;
    if (busy.has(key)) return;
    busy.add(key);
    let proof = await solved;
    /** @type {any} */
    let outcome;
    if (!proof) {
      outcome = await define(form, lang, token);
      if (outcome.answer.token) proof = await prove(outcome.answer);
    }
    // Without a proof the request would wait among the suspicious: only when there is no other way.
    if (proof || failures || outcome.refused)
      outcome = await ask(encodeURIComponent(form) + "/submissions", 2e4, {
        method: "POST",
        headers: { "Content-Type": "application/json", "Idempotency-Key": key },
        body: JSON.stringify({ ...attempt(() => JSON.parse(request.body)), proof }),
      });
    const { status, answer, wait, refused } = outcome;
    busy.delete(key);
    const owner = owners.get(key);
    // Without an id nobody has acknowledged anything, whatever the status says.
    const sent = !!answer.id && status < 300;
    // A refused request waits for a page with its form, where the visitor can correct it.
    if (sent || (refused && owner)) {
      owners.delete(key);
      erase(QUEUE + key);
    }
    if (sent) failures = 0;
    else if (!refused) {
      clearTimeout(timer);
      // 5 to 10 seconds, doubled up to ten minutes, and never all visitors at once.
      timer = setTimeout(sendAll, Math.max(wait, 5e3 * (1 + Math.random()) * 2 ** Math.min(failures++, 6)));
    }
    owner?.settle(sent, refused, answer);
  };

  /** @type {Record<string, string>} */
  const types = { name: "text name", phone: "tel tel", email: "email email", company: "text organization", checkbox: "checkbox off", consent: "checkbox off" };

  /** @param {HTMLElement} host */
  const mount = (host) => {
    /** @param {string} name */
    const given = (name) => host.getAttribute(name) || "";
    const slug = given("form") || "call-back", modal = given("mode") === "dialog";
    const lang = /^ru\b/i.test(host.closest("[lang]")?.getAttribute("lang") || document.documentElement.lang) ? "ru" : "en";
    const text = words[lang], memory = `millrace.form.${slug}.${lang}`;
    // Whether the visitor is waiting for this very answer: only then may the focus move.
    let awaited = false;
    // Whether they have begun: from then on the form does not change under their hands.
    let touched = false;
    let safe = true;
    // What is shown.
    /** @type {Shape | undefined} */
    let shape;
    // The last token, when it was asked for, and what came of it.
    let since = "", asked = 0;
    /** @type {Promise<Ticket | undefined>} */
    let loaded;
    /** @type {Promise<Proof | undefined> | undefined} */
    let solved;
    /** @type {Control[]} */
    let fields = [];

    /** @param {HTMLElement} error @param {string} [said] */
    const say = (error, said) => error.replaceChildren(...(said ? [icon(20, "M10 3 17 16H3ZM10 8v4M10 14h.01"), said] : []));
    /** @param {Asked} asked @param {Shape} form @returns {Control} */
    const field = ({ key, kind, label, required, max, options = [] }, { consent }) => {
      const error = make("p", { id: key + "-error", class: "error" });
      const [type, autocomplete] = types[kind]?.split(" ") || [];
      const ticked = type === "checkbox", choice = kind === "choice", agreed = kind === "consent" && consent;
      const rules = { id: key, name: key, type, autocomplete, required: required || undefined, maxlength: max, "aria-describedby": error.id, pattern: type === "tel" ? "(.*\\p{Nd}){5}.*" : undefined, value: agreed ? agreed.version : undefined };
      /** @type {any} */
      const input = make(choice ? "select" : type ? "input" : "textarea", rules, ...(choice ? ["", ...options] : []).map((option) => make("option", {}, option)));
      /** @param {string} [said] */
      const complain = (said) => {
        say(error, said);
        input.setAttribute("aria-invalid", !!said);
      };
      input.oninput = () => complain();
      const name = make("label", { for: key }, agreed ? agreed.text : label, ...(required || ticked ? [] : [" ", make("span", {}, text.optional)]));
      return {
        key,
        input,
        complain,
        row: make("div", { class: "field" }, ...(ticked ? [make("div", { class: "check" }, input, name)] : [name, input]), error),
        // A tick stays only while it stands for the same text.
        restore: (typed = "") => (ticked ? (input.checked ||= typed === input.value) : (input.value ||= typed)),
        fault: () => (input.validity.valueMissing ? (ticked ? text.tick : text.empty) : input.validity.patternMismatch ? text.digits : ""),
      };
    };
    /** @returns {any} */
    const values = () => Object.fromEntries(new FormData(form));
    /** @param {Record<string, string>} typed */
    const restore = (typed) => {
      for (const each of fields) each.restore(typed[each.key]);
    };

    const alert = make("p", { class: "error", role: "alert" });
    const button = make("button", {});
    const title = make("slot", { name: "title" });
    const note = make("slot", { name: "note" });
    // Bots fill in whatever they find. People never get here: out of sight, of the tab order and of what is read out.
    const trap = make("input", { class: "trap", name: "website", tabindex: "-1", autocomplete: "off", "aria-hidden": "true" });
    const form = make("form", { "aria-labelledby": "mr-title", novalidate: "" });
    // Always there, because a live region speaks only of what changes in it; before the form, to lie under it.
    const panel = make("div", { class: "panel", role: "status", tabindex: "-1" });
    // The panel shares the form's grid cell, and the form stays in it unseen, so the page does not jump.
    const box = make("div", { class: "box", lang }, panel, form);
    const opener = make("button", { class: "opener", type: "button", "aria-haspopup": "dialog" });

    /** @param {Shape} next */
    const render = (next) => {
      const typed = values();
      fields = next.fields.map((each) => field(each, next));
      shape = next;
      restore(typed);
      title.textContent = next.title;
      note.textContent = next.note || "";
      opener.textContent = given("opener") || next.title;
      form.replaceChildren(make("div", {}, make("h2", { id: "mr-title" }, title), note), ...fields.map((each) => each.row), trap, alert, button);
      pending(awaited);
      if (modal) root.append(opener);
    };
    /** Asks for a token, and for what the form has become. @returns {Promise<Ticket | undefined>} */
    const refresh = async () => {
      asked = Date.now();
      solved = undefined;
      const { answer, refused } = await define(slug, lang, since);
      const { token, bits = 0, ...rest } = answer;
      if (token) {
        since = token;
        write(memory, rest);
        if (!touched && JSON.stringify(rest) !== JSON.stringify(shape)) render(/** @type {any} */ (rest));
        return { token, bits };
      }
      // Without a definition no lead is lost: what every form has.
      if (!shape) render({ title: text.button, fields: ["name", "phone", "message"].map((key) => ({ key, kind: key, label: text[key], required: key !== "message" })) });
      if (refused && !touched && answer.detail) show(false, answer.detail);
    };
    /** Begins the work, while the visitor types. */
    const prepare = () => {
      // Two minutes before the server forgets the token.
      if (Date.now() - asked > 48e4) loaded = refresh();
      return (solved ||= loaded.then((ticket) => ticket && prove(ticket)));
    };

    /** @param {boolean} on */
    const pending = (on) => {
      awaited = on;
      form.setAttribute("aria-busy", String(on));
      button.textContent = on ? text.sending : given("button") || shape?.button || text.button;
      for (const each of fields) each.input.readOnly = on;
    };
    /** Puts the outcome in the form's place. @param {boolean} sent @param {string[]} lines */
    const show = (sent, ...lines) => {
      panel.replaceChildren(icon(64, "M32 6c10 12 18 21 18 32a18 18 0 0 1-36 0C14 27 22 18 32 6Z" + (sent ? "m-8 32 6 6 11-12" : "")), ...lines.map((line) => make("p", {}, line)));
      box.className = "box done";
      if (awaited) panel.focus();
    };
    const showKept = () => show(false, text.kept, safe ? text.later : text.stay);
    /** Brings the form back and says what is wrong. @param {(control: Control) => string | undefined} judge @param {string} said @param {boolean} focus */
    const blame = (judge, said, focus) => {
      box.className = "box";
      panel.replaceChildren();
      for (const each of fields) each.complain(judge(each));
      const bad = fields.find(judge);
      say(alert, bad ? "" : said);
      if (focus) (bad?.input || button).focus();
    };
    /** @param {Submission} request */
    const own = (request) =>
      owners.set(request.key, {
        ...request,
        async settle(sent, refused, { message, redirect = "", errors = [], detail }) {
          if (sent) {
            show(true, message || text.thanks);
            if (awaited && /^https?:\/\//i.test(redirect)) location.assign(redirect);
          } else if (refused) {
            // The next try needs a token of its own, and the form may have changed since the page was opened.
            touched = false;
            await (loaded = refresh());
            restore(JSON.parse(request.body).fields);
            blame(({ key }) => errors.find((error) => error.field === key)?.message, errors[0]?.message || detail || text.refused, awaited || panel.matches(":focus"));
          } else if (awaited) showKept();
          pending(false);
        },
      });
    /** Takes over what an earlier page left behind. */
    const adopt = () => {
      const left = stored().find((request) => request.form === slug && !owners.has(request.key));
      if (!left) return;
      own(left);
      showKept();
      send(left);
    };

    form.addEventListener("focusin", () => {
      touched = true;
      prepare();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (awaited) return;
      if (fields.some((each) => each.fault())) return blame((each) => each.fault(), "", true);
      say(alert);
      const proof = prepare(), { website, ...typed } = values();
      const request = {
        key: crypto.getRandomValues(new Uint32Array(4)).join("-"),
        form: slug,
        body: JSON.stringify({
          fields: typed,
          attribution: { landing_url: touches.last.url, referrer: touches.last.referrer, first_landing_url: touches.first.url, first_referrer: touches.first.referrer },
          lang,
          website,
        }),
        at: Date.now(),
        lang,
        token: since,
      };
      asked = 0;
      // Kept before it is sent: a page closed half-way loses nothing, and the key makes the second sending harmless.
      safe = !!write(QUEUE + request.key, request);
      pending(true);
      own(request);
      send(request, proof);
    });

    const root = host.attachShadow({ mode: "open" });
    if (sheet) root.adoptedStyleSheets = [sheet];
    else root.append(make("style", {}, css));
    if (modal) {
      const close = make("button", { class: "close", type: "button", "aria-label": text.close }, "×");
      const dialog = make("dialog", { "aria-labelledby": "mr-title" }, box);
      box.append(close);
      close.addEventListener("click", () => dialog.close());
      opener.addEventListener("click", () => {
        root.append(dialog);
        dialog.showModal();
        adopt();
        (box.matches(".done") ? panel : fields[0].input).focus();
      });
    } else {
      root.append(box);
      adopt();
    }
    attempt(() => render(read(memory)));
    loaded = refresh();
    addEventListener("online", () => since || (loaded = refresh()));
  };

  customElements.define(
    "millrace-form",
    class extends HTMLElement {
      connectedCallback() {
        if (!this.shadowRoot) mount(this);
      }
    },
  );
  addEventListener("online", sendAll);
  sendAll();
})();
