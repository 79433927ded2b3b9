// What starting and idling cost: `npm run benchmark`, with MILLRACE_BIN naming the release binary. Each start alternates with a
// baseline that creates one process and one synced file, so that the ratio says more than the machine's mood of the day.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, openSync, fsyncSync, closeSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

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
