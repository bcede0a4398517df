/**
 * Records spans with the real OpenTelemetry SDK: installs it beside the packed runtime in a project of its own, checks that its
 * API fits the types, and looks at the spans of calls over two hops, with retries, hedges, streams and failures.
 */

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const work = join(root, ".cache/telemetry");
// Pinned, so that a new release does not fail what did not change.
const packages = {
  "@opentelemetry/api": "1.9.1",
  "@opentelemetry/core": "2.12.1",
  "@opentelemetry/sdk-trace-base": "2.12.1",
  "@opentelemetry/context-async-hooks": "2.12.1",
};

let passed = 0;
let failed = 0;

function check(what, isRight, details = "") {
  if (isRight) passed++;
  else failed++;
  console.log(`${isRight ? "passed" : "FAILED"}  ${what}`);
  if (!isRight && details !== "") console.log(details.trim().split("\n").slice(0, 30).join("\n"));
}

function finish() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}

function run(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  return { isRight: status === 0, stdout, text: `${stdout}${stderr}` };
}

function must(what, command, args, cwd) {
  const ended = run(command, args, cwd);
  if (ended.isRight) return ended.stdout;
  check(what, false, ended.text);
  return finish();
}

mkdirSync(work, { recursive: true });
const tarball = join(
  work,
  must("the runtime is packed", "npm", ["pack", "--silent", "--pack-destination", work], join(root, "runtime"))
    .trim()
    .split("\n")
    .at(-1),
);
const manifest = JSON.stringify({ name: "telemetry", private: true, type: "module", dependencies: packages });
const before = join(work, "package.json");
// What was installed for the same list is as good as new.
if (
  !existsSync(before) ||
  readFileSync(before, "utf8") !== manifest ||
  !existsSync(join(work, "node_modules/@opentelemetry/api"))
) {
  rmSync(join(work, "node_modules"), { recursive: true, force: true });
  writeFileSync(before, manifest);
  must("OpenTelemetry is installed", "npm", ["install", "--no-audit", "--no-fund", "--prefer-offline"], work);
}
const runtime = join(work, "node_modules/@rpcgen/runtime");
rmSync(runtime, { recursive: true, force: true });
mkdirSync(runtime, { recursive: true });
must("the packed runtime is unpacked", "tar", ["-xzf", tarball, "--strip-components=1", "-C", runtime], work);
rmSync(tarball);
cpSync(join(root, "scripts/telemetry"), work, { recursive: true });
const program = `import * as api from "@opentelemetry/api";
import { connect } from "@rpcgen/runtime";
import { createMetrics, openTelemetry } from "@rpcgen/runtime/observe";
export const channel = connect("rpc://127.0.0.1:7000", { instruments: [openTelemetry(api), createMetrics()] });
`;
writeFileSync(join(work, "typed.ts"), program);
const compilerOptions = {
  noEmit: true,
  strict: true,
  module: "nodenext",
  target: "es2022",
  skipLibCheck: true,
  types: ["node"],
  typeRoots: [join(root, "node_modules/@types")],
};
writeFileSync(join(work, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["typed.ts"] }));
const typed = run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "."], work);
check("the API of OpenTelemetry fits `openTelemetry`, as TypeScript sees it", typed.isRight, typed.text);

const spans = run(process.execPath, ["spans.mjs"], work);
for (const line of spans.stdout.split("\n")) {
  const [, state, what] = /^(ok|not ok) (.*)$/.exec(line) ?? [];
  if (state !== undefined) check(what, state === "ok");
}
check("the program ran to its end", spans.isRight, spans.text);
finish();
