/** Runs Protobuf's own conformance suite against the generated codecs. Options: `--install` installs what the runner needs. */

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { conformanceRunner, RunnerMissing } from "./conformance-runner.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const cache = join(root, ".cache/conformance");
const knownFailures = join(root, "conformance/known-failures.txt");

/** The list of known failures may only shrink: lower this whenever it does. */
const knownFailuresMax = 0;

process.exit(main());

function main() {
  const problems = listProblems();
  if (problems.length > 0) {
    for (const problem of problems) console.error(`conformance/known-failures.txt: ${problem}`);
    return 1;
  }
  let runner;
  try {
    runner = conformanceRunner(cache, { install: process.argv.includes("--install") });
  } catch (error) {
    if (!(error instanceof RunnerMissing)) throw error;
    console.error(error.message);
    return 2;
  }
  buildTestee();
  const options = ["--enforce_recommended", "--verbose", "--failure_list", knownFailures, "--output_dir", cache];
  // A run takes a second; one that does not end has a testee that is started anew for each test.
  const limits = { maxBuffer: 1 << 28, timeout: 120_000 };
  const result = spawnSync(runner, [...options, testeeProgram()], { cwd: cache, encoding: "utf8", ...limits });
  return report(result);
}

function listProblems() {
  const lines = readFileSync(knownFailures, "utf8").split("\n");
  const listed = lines.filter((line) => line.trim() !== "" && !line.startsWith("#"));
  const problems = listed.flatMap((line) => {
    if (line.startsWith("Required.")) return [`${line}: a required test may not be listed`];
    return /^\S+ +# \S/.test(line) ? [] : [`${line}: wants its reason behind a #`];
  });
  if (listed.length > knownFailuresMax)
    problems.push(`has ${listed.length} tests; it may only shrink (${knownFailuresMax} so far)`);
  return problems;
}

function buildTestee() {
  const rpcgen = ["bin/rpcgen.cjs", "compile", "--no-config", "--root", "conformance/rpc", "--out", "conformance/gen"];
  step("building", ["scripts/build.mjs"]);
  step("compiling conformance/rpc", [
    ...rpcgen,
    "conformance/rpc/conformance.rpc",
    "conformance/rpc/test-messages.rpc",
  ]);
  step("compiling the testee", ["scripts/tsc.mjs", "-p", "conformance"]);
}

/** The runner starts one program, without arguments. */
function testeeProgram() {
  const path = join(cache, "testee.sh");
  writeFileSync(path, `#!/bin/sh\nexec "${process.execPath}" "${join(cache, "testee/testee.js")}"\n`, { mode: 0o755 });
  return path;
}

function step(name, args) {
  const result = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  if (result.status === 0) return;
  console.error(`conformance: ${name} failed\n${result.stdout}${result.stderr}`);
  process.exit(1);
}

function report(result) {
  const lines = `${result.stdout}${result.stderr}`.split("\n");
  const totals = lines.flatMap((line) => {
    const match = /^CONFORMANCE SUITE \w+: (\d+) successes, (\d+) skipped, (\d+) expected failures, (\d+) un/.exec(
      line,
    );
    return match === null ? [] : [match.slice(1).map(Number)];
  });
  const [passed, skipped, expected, unexpected] = [0, 1, 2, 3].map((index) => sum(totals.map((total) => total[index])));
  for (const line of lines) if (/^ERROR/.test(line)) console.error(line.slice(0, 600));
  for (const [reason, count] of skippedByReason(lines)) console.log(`  ${count} skipped: ${reason}`);
  if (expected > 0) console.log(`  ${expected} failed as listed in conformance/known-failures.txt`);
  // The suite for the text format runs second, and only if nothing failed in the one for binary and JSON.
  const hasRun = totals.length > 0 && passed > 0;
  if (!hasRun) console.error(`The runner ended early (status ${result.status}).\n${lines.slice(-20).join("\n")}`);
  console.log(`${passed} passed, ${unexpected + expected} failed, ${skipped} skipped`);
  return result.status === 0 && hasRun ? 0 : 1;
}

/** How many tests the testee declined, by the reason that it gave. */
function skippedByReason(lines) {
  const counts = new Map();
  for (const line of lines) {
    const reason = /^SKIPPED, test=(\S+) .*response=skipped: "([^"]*)"$/.exec(line)?.[2];
    if (reason !== undefined) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]);
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
