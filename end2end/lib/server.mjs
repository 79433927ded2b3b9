// Starts the product's binary on a database of its own, and ends it as an administrator would.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

const PATIENCE = 60_000;

function binary() {
  assert.ok(process.env.MILLRACE_BIN, "MILLRACE_BIN must name the millrace binary");
  return process.env.MILLRACE_BIN;
}

/** The environment without settings that would leak from the machine into the tests. */
function environment(extra = {}) {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("MILLRACE_") || name === "MILLRACE_CHECK");
  return { ...Object.fromEntries(kept), ...extra };
}

/** For tests that send faster than people type, or as programs without any work to show. */
export const UNGUARDED = { MILLRACE_INTAKE_GUARD: "off" };

/** Runs one command of the command line to its end: `{ code, stdout, stderr }`. */
export function millrace(args, { input = "", env } = {}) {
  return new Promise((done, broken) => {
    const child = execFile(binary(), args, { env: environment(env), timeout: PATIENCE, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      if (error && typeof error.code !== "number") broken(error);
      else done({ code: error?.code ?? 0, stdout, stderr });
    });
    // A command that refuses its arguments never reads what it is given.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

const psql = (sql) => promisify(execFile)("psql", ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname", process.env.MILLRACE_TEST_POSTGRES, "--command", sql]);

async function freshPostgres() {
  assert.ok(process.env.MILLRACE_TEST_POSTGRES, "MILLRACE_TEST_POSTGRES must be the address of a PostgreSQL that may be written to");
  const name = `millrace_e2e_${randomBytes(6).toString("hex")}`;
  await psql(`CREATE DATABASE ${name}`);
  const url = new URL(process.env.MILLRACE_TEST_POSTGRES);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => psql(`DROP DATABASE ${name} WITH (FORCE)`) };
}

/** A data folder, and with `database: "postgres"` an empty database beside it. `args` are the flags that name them. */
export async function freshData({ database = "sqlite" } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "millrace-e2e-"));
  const postgres = database === "postgres" ? await freshPostgres() : undefined;
  const args = ["--data-dir", folder, ...(postgres ? ["--database-url", postgres.url] : [])];
  const remove = async () => {
    await postgres?.drop();
    await rm(folder, { recursive: true, force: true });
  };
  return { folder, args, remove };
}

/**
 * Serves `data` on a free port. `setup` is the one-time link of an empty database, `log()` what was printed, `stop()` ends the
 * server by SIGTERM and holds it to a clean exit.
 */
export async function serve(data, { args = [], env } = {}) {
  const child = spawn(binary(), ["serve", ...data.args, "--listen", "127.0.0.1:0", ...args], { env: environment(env), stdio: ["ignore", "pipe", "pipe"] });
  const printed = [];
  const ended = new Promise((done) => child.once("exit", (code, signal) => done({ code, signal })));
  const abandon = () => child.kill("SIGKILL");
  process.once("exit", abandon);
  const log = () => printed.join("\n");
  child.stderr.setEncoding("utf8").on("data", (text) => printed.push(text));
  const origin = await new Promise((found, failed) => {
    const tooLate = setTimeout(() => failed(new Error(`the server does not say where it listens:\n${log()}`)), PATIENCE);
    createInterface(child.stdout).on("line", (line) => {
      printed.push(line);
      const address = /^Millrace listens on (http:\S+)$/.exec(line);
      if (address) (clearTimeout(tooLate), found(address[1]));
    });
    ended.then(({ code, signal }) => (clearTimeout(tooLate), failed(new Error(`the server ended at once (${code ?? signal}):\n${log()}`))));
  });
  const ready = await fetch(`${origin}/readyz`);
  assert.equal(ready.status, 200, `/readyz: ${await ready.text()}`);
  const stop = async () => {
    child.kill("SIGTERM");
    const tooLate = setTimeout(abandon, 20_000);
    const { code, signal } = await ended;
    clearTimeout(tooLate);
    process.removeListener("exit", abandon);
    assert.deepEqual({ code, signal }, { code: 0, signal: null }, `SIGTERM must end the server cleanly:\n${log()}`);
    assert.doesNotMatch(log(), /panicked/, "nothing panicked");
  };
  return { origin, setup: /http\S+\/setup\/\S+/.exec(log())?.[0], log, stop };
}

/** An account made from the command line. A server that runs already sees it after ten seconds at the latest. */
export async function addUser(data, { name, email, password, role }) {
  const added = await millrace(["user", "add", "--email", email, "--name", name, "--role", role, "--password-stdin", ...data.args], { input: `${password}\n` });
  assert.equal(added.code, 0, added.stderr);
}

/** A server on fresh data; `close()` also takes the data away. */
export async function startServer({ database, ...options } = {}) {
  const data = await freshData({ database });
  try {
    const server = await serve(data, options);
    const close = async () => {
      try {
        await server.stop();
      } finally {
        await data.remove();
      }
    };
    return { ...server, data, close };
  } catch (error) {
    await data.remove();
    throw error;
  }
}

/** A server over the invented company; `logins` by role, with e-mail and password. */
export async function startDemo({ lang = "en", ...options } = {}) {
  const data = await freshData(options);
  const made = await millrace(["demo", "--lang", lang, ...data.args]);
  assert.equal(made.code, 0, made.stderr);
  const logins = {};
  for (const [, role, email, password] of made.stdout.matchAll(/^ {2}(\w+)\s+(\S+@\S+)\s+(\S+)$/gm)) logins[role] ??= { email, password };
  const server = await serve(data, options);
  const close = async () => {
    try {
      await server.stop();
    } finally {
      await data.remove();
    }
  };
  return { ...server, data, logins, close };
}
