/** Which rpcgen is started: the project's own first, then the one that the user named. */

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

let directory;
let findServer;
const at = (path) => join(directory, path);

before(async () => {
  directory = mkdtempSync(join(tmpdir(), "rpcgen-find-"));
  for (const path of ["shop/packages/orders", "shop/node_modules/.bin", "shop/node_modules/rpcgen/bin", "plain"])
    mkdirSync(at(path), { recursive: true });
  for (const path of ["shop/node_modules/.bin/rpcgen", "shop/node_modules/rpcgen/bin/rpcgen.cjs", "plain/mine.cjs"])
    writeFileSync(at(path), "");
  const build = await rolldown({
    input: fileURLToPath(new URL("../src/find-server.ts", import.meta.url)),
    platform: "node",
  });
  await build.write({ file: at("find-server.mjs"), format: "esm" });
  ({ findServer } = await import(at("find-server.mjs")));
});

after(() => rmSync(directory, { recursive: true, force: true }));

test("the rpcgen of the nearest node_modules is started, in the folder that is open", () => {
  const directory = at("shop/packages/orders");
  const command = at("shop/node_modules/.bin/rpcgen");
  assert.deepEqual(findServer([directory], at("plain/mine.cjs"), "linux"), { command, args: ["lsp"], directory });
});

test("on Windows, Node runs the file behind the link", () => {
  const directory = at("shop");
  const args = [at("shop/node_modules/rpcgen/bin/rpcgen.cjs"), "lsp"];
  assert.deepEqual(findServer([directory], "", "win32"), { command: "node", args, directory });
});

test("a project without one uses the setting, and one without that has none", () => {
  const directory = at("plain");
  const args = [at("plain/mine.cjs"), "lsp"];
  assert.deepEqual(findServer([directory], "mine.cjs", "linux"), { command: "node", args, directory });
  assert.equal(findServer([directory], "", "linux"), undefined);
  assert.equal(findServer([directory], "gone", "linux"), undefined);
});
