// How long visitors' browsers work on a proof: `npm run proof`. ROUNDS, BITS and THROTTLE (times slower than this machine) may be
// given. Each round is a page of its own, so that the script is as cold as for a visitor.
import { launch, openPage } from "./lib/browser.mjs";
import { startMillrace, startSite } from "./lib/widget-host.mjs";

const { ROUNDS = 50, BITS = 14, THROTTLE = 4 } = process.env;

/** Leaves out the widget's wait for those who type fast, notes when the work began and ended, and how long a click had to wait. */
function watch() {
  const { setTimeout, fetch } = window;
  const work = (window.work = { wait: 0 });
  const begin = (done) => () => {
    work.began = performance.now();
    done();
    let last = work.began;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      const now = performance.now();
      work.wait = Math.max(work.wait, now - last);
      last = now;
      if (!work.took) port2.postMessage(0);
    };
    port2.postMessage(0);
  };
  window.setTimeout = (done, time, ...rest) => (time === 2200 ? setTimeout(begin(done), 0) : setTimeout(done, time, ...rest));
  window.fetch = (address, options) => {
    if (options.method === "POST") work.took = performance.now() - work.began;
    return fetch(address, options);
  };
}

/** Submits the form as soon as it is there, and waits for the thanks. */
const submit = async () => {
  const { shadowRoot } = document.querySelector("millrace-form");
  const until = async (check) => {
    while (!check()) await new Promise(requestAnimationFrame);
  };
  await until(() => shadowRoot.querySelector("#phone"));
  shadowRoot.querySelector("#name").value = "Ann";
  shadowRoot.querySelector("#phone").value = "+1 617 555 0100";
  shadowRoot.querySelector("form").requestSubmit();
  await until(() => shadowRoot.querySelector(".done"));
  return window.work;
};

const browser = await launch();
const millrace = await startMillrace();
const site = await startSite(millrace);
millrace.bits = Number(BITS);
const ranked = (values, share) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
const show = (milliseconds) => `${milliseconds.toFixed(0)} ms`;
for (const rate of [1, Number(THROTTLE)]) {
  const { context, page } = await openPage(browser);
  await context.addInitScript(watch);
  const session = await context.newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate });
  const times = [];
  const waits = [];
  for (let round = 0; round < Number(ROUNDS); round++) {
    await page.goto(`${site.origin}/round`);
    const { took, wait } = await page.evaluate(submit);
    times.push(took);
    waits.push(wait);
  }
  const told = (values) => `median ${show(ranked(values, 0.5))}, p95 ${show(ranked(values, 0.95))}`;
  console.log(`${BITS} bits, CPU ${rate}x slower, ${ROUNDS} rounds: proof ${told(times)}; longest wait of a click ${told(waits)}`);
  await context.close();
}
const wrong = millrace.submissions.filter(({ verdict }) => !["good", "too fast"].includes(verdict));
console.log(wrong.length ? `${wrong.length} proofs are wrong` : `all ${millrace.submissions.length} proofs are right`);
await Promise.all([browser.close(), site.close(), millrace.close()]);
