// The one way the tests start a browser and open pages.
import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "playwright-core";

const QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** How long something may take to appear, in ms: much, for a machine that gives the tests a third of a core now and then. */
const PATIENCE = 30_000;

/** Starts Debian's Chromium without a window; CHROMIUM names another one. */
export function launch(options = {}) {
  return chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: QUIET, ...options });
}

/** Runs in every document: tells when the application has come alive, and what its policy forbade. */
function watch() {
  const Stream = window.EventSource;
  window.EventSource = class extends Stream {
    constructor(...address) {
      super(...address);
      document.documentElement.setAttribute("data-alive", "");
    }
  };
  document.addEventListener("securitypolicyviolation", (event) => console.error(`CSP: ${event.violatedDirective} forbids ${event.blockedURI} at ${event.sourceFile}`));
}

/**
 * Opens a page in a browser profile of its own. `faults` collects what went wrong on the page without anybody asking:
 * uncaught exceptions and what the console calls an error.
 */
export async function openPage(browser, { width = 1440, height = 900, theme = "light", locale = "en-US", ...options } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, locale, ...options });
  const faults = [];
  if (options.javaScriptEnabled !== false) await context.addInitScript(watch);
  context.on("page", (page) => {
    page.setDefaultTimeout(PATIENCE);
    page.on("pageerror", (error) => faults.push(`${error} (${page.url()})`));
    page.on("console", (message) => message.type() === "error" && faults.push(`${message.text()} (${message.location().url || page.url()})`));
  });
  const page = await context.newPage();
  return { context, page, faults };
}

/** Waits until wasm has taken over a page of the application. */
export const alive = (page) => page.locator("html[data-alive]").waitFor({ state: "attached" });

/** Opens a page of the application by its address and waits until it is alive. */
export async function visit(page, address) {
  await page.goto(address);
  await alive(page);
}

/** Signs in as a person would. `t` are the words of the page's language. */
export async function signIn(page, origin, t, { email, password }) {
  await page.goto(`${origin}/login`);
  await page.getByLabel(t("common.email"), { exact: true }).fill(email);
  await page.getByLabel(t("settings.password"), { exact: true }).fill(password);
  await page.getByRole("button", { name: t("common.sign_in"), exact: true }).click();
  await page.getByRole("heading", { name: t("today.title"), level: 1 }).waitFor();
}

/** Nothing that keeps people out: no violation that axe calls serious or critical. */
export async function accessible(page, where = page.url()) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations.filter((each) => ["serious", "critical"].includes(each.impact));
  assert.deepEqual(grave.map((each) => `${each.id}: ${each.nodes.map((node) => node.target).join(", ")}`), [], where);
}

/** Waits until `read()` gives what is wanted; says what it gave last. */
export async function eventually(read, wanted, message = "") {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const value = await read();
    try {
      return assert.deepEqual(value, wanted, message);
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((next) => setTimeout(next, 50));
    }
  }
}

/** How many records the list at `address` has: its pages together. */
export async function listed(page, address) {
  let count = 0;
  for (let next = address; next; ) {
    const html = await (await page.request.get(next)).text();
    count += html.split('data-row=""').length - 1;
    const path = /href="([^"]*[?&;]after=[^"]*)"/.exec(html)?.[1].replaceAll("&amp;", "&");
    next = path && new URL(path, next).href;
  }
  return count;
}
