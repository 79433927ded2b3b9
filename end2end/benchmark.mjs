// What starting, idling and a long offer cost: `npm run benchmark`, with MILLRACE_BIN naming the release binary. Each start alternates with a
// baseline that creates one process and one synced file, so that the ratio says more than the machine's mood of the day.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, openSync, fsyncSync, closeSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { startDemo } from "./lib/server.mjs";

const ROUNDS = 15;
const binary = process.env.MILLRACE_BIN;

function baseline(folder) {
  const begun = performance.now();
  spawnSync("/bin/true");
  const file = openSync(join(folder, "baseline"), "w");
  writeSync(file, "x");
  fsyncSync(file);
  closeSync(file);
  return performance.now() - begun;
}

/** Milliseconds until it says that it listens, and its resident memory in MB once it has answered a request and rested. */
async function start(folder, rest) {
  const begun = performance.now();
  const child = spawn(binary, ["serve", "--data-dir", folder, "--listen", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "ignore"] });
  const ended = new Promise((done) => child.once("exit", done));
  const origin = await new Promise((found) => createInterface(child.stdout).on("line", (line) => /listens on (\S+)/.exec(line) && found(RegExp.$1)));
  const milliseconds = performance.now() - begun;
  let memory;
  if (rest) {
    await (await fetch(`${origin}/login`)).text();
    await new Promise((next) => setTimeout(next, 2000));
    memory = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))[1]) / 1024;
  }
  child.kill("SIGTERM");
  await ended;
  return { milliseconds, memory };
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
const rounds = { baseline: [], fresh: [], again: [] };
let memory;
for (let round = 0; round < ROUNDS; round++) {
  const folder = mkdtempSync(join(tmpdir(), "millrace-benchmark-"));
  rounds.baseline.push(baseline(folder));
  rounds.fresh.push((await start(folder)).milliseconds);
  const last = await start(folder, round === 0);
  memory ??= last.memory;
  if (round > 0) rounds.again.push(last.milliseconds);
  rmSync(folder, { recursive: true });
}
const base = median(rounds.baseline);
for (const [name, values] of Object.entries(rounds)) console.log(`${name.padEnd(9)} ${median(values).toFixed(1).padStart(7)} ms  ×${(median(values) / base).toFixed(1)}`);
console.log(`idle      ${memory.toFixed(1).padStart(7)} MB resident after a page`);
console.log(`binary    ${(statSync(binary).size / 1e6).toFixed(1).padStart(7)} MB, one file`);

/** Milliseconds of an offer of 100 lines as PDF, beside a page of the same server. */
async function papers() {
  const demo = await startDemo();
  try {
    const { email, password } = demo.logins.admin;
    const form = (fields, cookie) => ({ method: "POST", redirect: "manual", headers: cookie ? { cookie } : {}, body: new URLSearchParams(fields) });
    const signed = await fetch(`${demo.origin}/fn/session/begin`, form({ email, password, next: "/" }));
    const cookie = signed.headers.get("set-cookie").split(";")[0];
    const get = (path) => fetch(demo.origin + path, { headers: { cookie } });
    const deal = /href="\/deals\/([0-9a-f-]{36})"/.exec(await (await get("/deals?view=list")).text())[1];
    const made = await fetch(`${demo.origin}/fn/deals/new_offer`, form({ deal }, cookie));
    const path = made.headers.get("location");
    const fields = { "draft[id]": path.split("/").pop(), "draft[version]": "1", "draft[title]": "A hundred lines", "draft[intro]": "", "draft[terms]": "", "draft[currency]": "EUR", "draft[valid_until]": "2099-01-01", "draft[service]": "", "draft[lang]": "en", "draft[vat]": "20", step: "save" };
    for (let line = 0; line < 100; line++)
      for (const [key, value] of Object.entries({ name: `Service ${line} · Услуга`, quantity: "12.5", price: "1234.56", discount: "10", vat: "20", unit: "h", description: "Set up, tested and handed over", service: "" }))
        fields[`draft[lines][${line}][${key}]`] = value;
    const saved = await fetch(`${demo.origin}/fn/offers/save`, form(fields, cookie));
    if (saved.status >= 400) throw new Error(await saved.text());
    const times = { page: [], pdf: [] };
    for (let round = 0; round <= ROUNDS; round++)
      for (const [name, each] of [["page", "/leads"], ["pdf", `${path}/pdf`]]) {
        const begun = performance.now();
        const response = await get(each);
        await response.arrayBuffer();
        if (response.status !== 200) throw new Error(`${each}: ${response.status}`);
        if (round > 0) times[name].push(performance.now() - begun);
      }
    const page = median(times.page);
    for (const [name, values] of Object.entries(times)) console.log(`${name.padEnd(9)} ${median(values).toFixed(1).padStart(7)} ms  ×${(median(values) / page).toFixed(1)}`);
  } finally {
    await demo.close();
  }
}

await papers();
