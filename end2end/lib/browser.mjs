// The one way the tests start a browser and open pages.
import { chromium } from "playwright-core";

const QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** Starts Debian's Chromium without a window; MILLRACE_CHROMIUM names another one. */
export function launch(options = {}) {
  return chromium.launch({ executablePath: process.env.MILLRACE_CHROMIUM || "/usr/bin/chromium", args: QUIET, ...options });
}

/**
 * Opens a page in a browser profile of its own. `faults` collects what went wrong on the page without anybody asking:
 * uncaught exceptions and what the console calls an error.
 */
export async function openPage(browser, { width = 1440, height = 900, theme = "light", locale = "en-US", ...options } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, locale, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const faults = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  return { context, page, faults };
}
