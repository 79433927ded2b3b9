// Millrace lead form, <millrace-form>. The contract with the site that embeds it is in README.md.
(() => {
  const NAME = "millrace-form", TOUCHES = "millrace.touches", QUEUE = "millrace.queue.", DAY = 864e5;
  if (customElements.get(NAME)) return;

  /** @type {any} */
  const script = document.currentScript || document.querySelector('script[src*="widget.js"]');
  const server = new URL(script?.src || location.href).origin;

  const words = {
    en: {
      title: "Request a call", name: "Your name", phone: "Phone", message: "What do you need?", optional: "(optional)",
      send: "Call me back", sending: "Sending…", thanks: "Thank you! I'll call you soon.",
      kept: "We have kept your request and will send it when the connection is back.",
      later: "At the latest on your next visit.",
      open: "Your request is not sent yet. Please keep this page open, we will send it when the connection is back.",
      empty: "Please fill in this field", digits: "Please enter the whole number",
      refused: "Your request was not sent. Please try again later.",
    },
    ru: {
      title: "Заказать звонок", name: "Как вас зовут", phone: "Телефон", message: "Что нужно", optional: "(необязательно)",
      send: "Жду звонка", sending: "Отправляем…", thanks: "Спасибо! Скоро позвоню.",
      kept: "Мы сохранили вашу заявку и отправим её, когда связь восстановится.",
      later: "Самое позднее — при следующем посещении.",
      open: "Заявка ещё не отправлена. Не закрывайте страницу, мы отправим её, когда связь восстановится.",
      empty: "Заполните это поле", digits: "Введите номер полностью",
      refused: "Заявка не отправлена. Попробуйте позже.",
    },
  };

  const css = `
:host{display:block;--a:var(--mr-accent,light-dark(oklch(.465 .088 228),oklch(.77 .088 220)));--o:var(--mr-on-accent,light-dark(#fff,oklch(.19 .03 235)));--c:var(--mr-card,light-dark(#fff,oklch(.252 .016 240)));--i:light-dark(oklch(.24 .014 240),oklch(.935 .006 85));--j:light-dark(oklch(.5 .014 240),oklch(.74 .016 240));--l:light-dark(oklch(.91 .006 85),oklch(.34 .016 240));--k:light-dark(oklch(.65 .006 85),oklch(.56 .016 240));--e:light-dark(oklch(.505 .18 27),oklch(.775 .125 24))}
@supports not (color:light-dark(#000,#000)){:host{--a:var(--mr-accent,#05607d);--o:var(--mr-on-accent,#fff);--c:var(--mr-card,#fff);--i:#1a2126;--j:#5f666b;--l:#e3e1de;--k:#918f8b;--e:#b42020}}
*{box-sizing:border-box;margin:0}
.box{display:grid;padding:1.7em;border:1px solid var(--l);border-radius:14px;background:var(--c);color:var(--i);box-shadow:0 24px 56px #1c28302e;font-size:.875em;line-height:1.45;text-align:start}
.box>*{grid-area:1/1;min-width:0}
form{display:grid;gap:1.15em}
.done form{visibility:hidden}
::slotted([slot=note]){display:block;margin-top:.4em;font-size:.93em;color:var(--j)}
.field{display:grid;gap:.4em}
label{font-size:.93em;font-weight:500}
label span{font-weight:400;color:var(--j)}
input,textarea,button{width:100%;min-height:46px;padding:10px 12px;border:1px solid var(--k);border-radius:6px;background:var(--c);color:inherit;font:inherit;font-size:max(16px,1em)}
textarea{resize:vertical;min-height:69px}
[aria-invalid=true]{border-color:var(--e);box-shadow:0 0 0 1px var(--e)}
button{min-height:48px;border:0;background:var(--a);color:var(--o);font-weight:600;cursor:pointer}
[aria-busy=true] button{opacity:.7}
:focus-visible{outline:2px solid var(--a);outline-offset:2px}
.error{display:flex;gap:.45em;color:var(--e);font-size:.93em}
.error:empty{display:none}
svg{flex:none;width:1.4em;height:1.4em;fill:none;stroke:currentColor;stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}
.panel{display:grid;gap:1em;align-content:center;justify-items:center;text-align:center;text-wrap:balance}
h2,.panel p:first-of-type{font-size:1.57em;line-height:1.25;font-weight:600}
.panel svg{width:5em;height:5em;color:var(--a);stroke-width:2}`;

  /** Runs what may throw: the site's storage may be blocked, full or spoilt; then nothing is kept, but nothing breaks. @template T @param {() => T} work */
  const attempt = (work) => {
    try {
      return work();
    } catch {}
  };

  /** @template {keyof HTMLElementTagNameMap} K @param {K} tag @param {Record<string, string>} attributes @param {(Node | string)[]} children */
  const make = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const name in attributes) element.setAttribute(name, attributes[name]);
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

  /** @param {Submission} request */
  const send = async (request) => {
    const key = request.key;
    if (busy.has(key)) return;
    busy.add(key);
    let status = 0;
    /** @type {Answer} */
    let answer = {};
    try {
      const response = await fetch(`${server}/api/v1/forms/${encodeURIComponent(request.form)}/submissions`, {
        method: "POST",
        credentials: "omit",
        headers: { "Content-Type": "application/json", "Idempotency-Key": key },
        body: request.body,
        signal: AbortSignal.timeout?.(2e4),
      });
      status = response.status;
      answer = (await response.json()) || answer;
      // No connection, or an answer cut short: the key makes it safe to ask again.
    } catch {}
    busy.delete(key);
    const owner = owners.get(key);
    // Without an id nobody has acknowledged anything, whatever the status says.
    const sent = !!answer.id && status < 300;
    const refused = /^4(?!08|09|25|29)/.test(String(status));
    // A refused request waits for a page with its form, where the visitor can correct it.
    if (sent || (refused && owner)) {
      owners.delete(key);
      erase(QUEUE + key);
    }
    if (sent) failures = 0;
    else if (!refused) {
      clearTimeout(timer);
      // 5 to 10 seconds, doubled up to ten minutes, and never all visitors at once.
      timer = setTimeout(sendAll, 5e3 * (1 + Math.random()) * 2 ** Math.min(failures++, 6));
    }
    owner?.settle(sent, refused, answer);
  };

  /** @param {HTMLElement} host */
  const mount = (host) => {
    const slug = host.getAttribute("form") || "call-back";
    const lang = /^ru\b/i.test(host.closest("[lang]")?.getAttribute("lang") || document.documentElement.lang) ? "ru" : "en";
    const text = words[lang];
    const label = host.getAttribute("button") || text.send;
    // Whether the visitor is waiting for this very answer: only then may the focus move.
    let awaited = false;
    let safe = true;

    /** @param {HTMLElement} error @param {string} [said] */
    const say = (error, said) => error.replaceChildren(...(said ? [icon(20, "M10 3 17 16H3ZM10 8v4M10 14h.01"), said] : []));
    /** @param {"name" | "phone" | "message"} name @param {Record<string, string>} [rules] */
    const field = (name, rules) => {
      const error = make("p", { id: name + "-error", class: "error" });
      const input = make(rules ? "input" : "textarea", { id: name, "aria-describedby": error.id, ...rules });
      const hint = rules ? [] : [" ", make("span", {}, text.optional)];
      /** @param {string} [said] */
      const complain = (said) => {
        say(error, said);
        input.setAttribute("aria-invalid", String(!!said));
      };
      input.addEventListener("input", () => complain());
      return { name, input, complain, row: make("div", { class: "field" }, make("label", { for: name }, text[name], ...hint), input, error) };
    };
    const fields = [field("name", { autocomplete: "name", required: "" }), field("phone", { autocomplete: "tel", type: "tel", required: "" }), field("message")];
    const alert = make("p", { class: "error", role: "alert" });
    const button = make("button", {}, label);
    const head = make("div", {}, make("h2", { id: "title" }, make("slot", { name: "title" }, text.title)), make("slot", { name: "note" }));
    const form = make("form", { "aria-labelledby": "title", novalidate: "" }, head, ...fields.map((each) => each.row), alert, button);
    // Always there, because a live region speaks only of what changes in it; before the form, to lie under it.
    const panel = make("div", { class: "panel", role: "status", tabindex: "-1" });
    // The panel shares the form's grid cell, and the form stays in it unseen, so the page does not jump.
    const box = make("div", { class: "box", lang }, panel, form);

    /** @param {boolean} on */
    const pending = (on) => {
      awaited = on;
      form.setAttribute("aria-busy", String(on));
      button.textContent = on ? text.sending : label;
      for (const each of fields) each.input.readOnly = on;
    };
    /** Puts the outcome in the form's place. @param {boolean} sent @param {string[]} lines */
    const show = (sent, ...lines) => {
      panel.replaceChildren(icon(64, "M32 6c10 12 18 21 18 32a18 18 0 0 1-36 0C14 27 22 18 32 6Z" + (sent ? "m-8 32 6 6 11-12" : "")), ...lines.map((line) => make("p", {}, line)));
      box.className = "box done";
      if (awaited) panel.focus();
    };
    const showKept = () => (safe ? show(false, text.kept, text.later) : show(false, text.open));
    /** Brings the form back with what was typed and says what is wrong. @param {Answer} answer @param {boolean} focus */
    const blame = ({ errors = [], detail, title }, focus) => {
      box.className = "box";
      panel.replaceChildren();
      for (const each of fields) each.complain(errors.find((error) => error.field === each.name)?.message);
      const bad = fields.find((each) => each.input.matches("[aria-invalid=true]"))?.input;
      say(alert, bad ? "" : errors[0]?.message || detail || title || text.refused);
      if (focus) (bad || button).focus();
    };
    /** @param {Submission} request */
    const own = (request) =>
      owners.set(request.key, {
        ...request,
        settle(sent, refused, answer) {
          if (sent) show(true, answer.message || text.thanks);
          else if (refused) {
            const typed = JSON.parse(request.body).fields;
            for (const each of fields) each.input.value ||= typed[each.name];
            blame(answer, awaited || panel.matches(":focus"));
          } else if (awaited) showKept();
          pending(false);
        },
      });

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (awaited) return;
      const values = Object.fromEntries(fields.map((each) => [each.name, each.input.value.trim()]));
      const errors = fields
        .filter(({ name, input }) => input.required && !(name === "phone" ? /(\p{Nd}.*){5}/u : /./).test(values[name]))
        .map(({ name }) => ({ field: name, message: values[name] ? text.digits : text.empty }));
      if (errors.length) return blame({ errors }, true);
      say(alert);
      const request = {
        key: crypto.randomUUID?.() || crypto.getRandomValues(new Uint32Array(4)).join("-"),
        form: slug,
        body: JSON.stringify({
          fields: values,
          attribution: { landing_url: touches.last.url, referrer: touches.last.referrer, first_landing_url: touches.first.url, first_referrer: touches.first.referrer },
          lang,
        }),
        at: Date.now(),
      };
      // Kept before it is sent: a page closed half-way loses nothing, and the key makes the second sending harmless.
      safe = !!write(QUEUE + request.key, request);
      pending(true);
      own(request);
      send(request);
    });

    const root = host.attachShadow({ mode: "open" });
    if (sheet) root.adoptedStyleSheets = [sheet];
    else root.append(make("style", {}, css));
    root.append(box);
    const left = stored().find((request) => request.form === slug && !owners.has(request.key));
    if (left) {
      own(left);
      showKept();
      send(left);
    }
  };

  customElements.define(
    NAME,
    class extends HTMLElement {
      connectedCallback() {
        if (!this.shadowRoot) mount(this);
      }
    },
  );
  addEventListener("online", sendAll);
  sendAll();
})();
