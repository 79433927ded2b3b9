// Tests that tell one story: each step stands on the one before.
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

const RESULTS = fileURLToPath(new URL("../test-results/", import.meta.url));

/**
 * `step(name, body)` is a test that fails at once when an earlier one did, instead of waiting for what cannot come. What `page()`
 * showed when the first one failed is kept in test-results/.
 */
export function story(title, page) {
  let broken;
  return (name, body) =>
    test(name, async () => {
      if (broken) throw new Error(`an earlier step failed: ${broken}`);
      try {
        await body();
      } catch (error) {
        broken = name;
        await mkdir(RESULTS, { recursive: true });
        await page()?.screenshot({ path: `${RESULTS}${title}.png`, fullPage: true }).catch((reason) => console.error(`no screenshot: ${reason}`));
        throw error;
      }
    });
}
