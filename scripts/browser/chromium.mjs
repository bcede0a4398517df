/** Finds Chromium and opens it, each time with a profile of its own. */

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const places = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = places.find((path) => path !== undefined && existsSync(path));
if (executablePath === undefined) {
  console.log("no Chromium was found: `apt-get install -y chromium`, or say where it is with CHROMIUM=/path/to/it");
  process.exit(2);
}
const { chromium } = await import("playwright-core");
const profiles = mkdtempSync(join(tmpdir(), "rpcgen-profile-"));
const quiet = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** A browser with options of Playwright's contexts; `args` are added to what keeps it quiet. */
export async function openChromium({ args = [], ...options } = {}) {
  const context = await chromium.launchPersistentContext(mkdtempSync(join(profiles, "p-")), {
    executablePath,
    headless: true,
    args: [...quiet, ...args],
    ...options,
  });
  context.setDefaultTimeout(10_000);
  return context;
}

/** Once all browsers are closed. */
export function removeProfiles() {
  rmSync(profiles, { recursive: true, force: true, maxRetries: 3 });
}
