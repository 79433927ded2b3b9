// Reads a PDF as its reader does: by poppler.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";

/** The text of a PDF, spaces and line ends made one space. */
export async function textOf(bytes) {
  assert.equal(bytes.subarray(0, 5).toString("latin1"), "%PDF-");
  const child = spawn("pdftotext", ["-", "-"], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise((done, failed) => (child.once("error", failed), child.once("close", done)));
  child.stdin.end(bytes);
  const chunks = await child.stdout.toArray();
  assert.equal(await ended, 0, "pdftotext understands it");
  return Buffer.concat(chunks).toString("utf8").replace(/\s+/g, " ");
}
