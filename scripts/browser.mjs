/** Checks in Chromium what only a browser knows: exported documentation, and pages that call servers. */

import { attempt, conclude } from "./browser/checks.mjs";
import { removeProfiles } from "./browser/chromium.mjs";
import { checkCalls } from "./browser/calls.mjs";
import { checkDocs } from "./browser/docs.mjs";

const parts = { calls: checkCalls, docs: checkDocs };
const wanted = process.argv.slice(2);
for (const [name, part] of Object.entries(parts)) {
  if (wanted.length === 0 || wanted.includes(name)) await attempt(part);
}
removeProfiles();
conclude();
