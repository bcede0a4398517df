/** `rpcgen compile`: from `.rpc` files to TypeScript on the disk. Loads the compiler only if something has changed. */

import { posix } from "node:path";
import type { Host } from "../../compiler/src/project/host.js";
import { nodeOutputHost } from "../../compiler/src/project/host-output.js";
import { contentHash } from "../../compiler/src/project/manifest.js";
import type { Plan } from "../../compiler/src/project/plan.js";
import { isGivenUp, realPathToBe, shown } from "../../compiler/src/project/plan.js";
import { findUpToDate } from "../../compiler/src/project/up-to-date.js";
import type { CompileOptions } from "../compile-options.js";
import type { CompileResult } from "../compile-result.js";
import type { Console } from "../console.js";
import type { ExitCode } from "../exit-code.js";
import { exitCode } from "../exit-code.js";
import { countLine, outcomeLines } from "../outcome-lines.js";
import { createFindingsConsole, printFindings } from "../print-findings.js";
import { openProject } from "../project.js";
import { compilerIdentity } from "../version.js";

export async function compileCommand(files: readonly string[], options: CompileOptions): Promise<ExitCode> {
  const output = createFindingsConsole(options);
  const { host, plan } = await openProject(files, options);
  const directory = realPathToBe(host, plan.out);
  const identity = { compiler: compilerIdentity(), options: optionsHash(plan, directory) };
  // A guard believes no note: `--check` always compiles. Nor can a note tell whether the code of an emitter has changed.
  const result =
    (options.check === true || plan.emitters.length > 0
      ? undefined
      : unchangedResult(host, plan, directory, identity)) ??
    (await (await import("../compile-run.js")).runCompile(host, { plan, directory, identity, options }));
  const { code, findings, outcomes, counts } = result;
  const details = { files: outcomes, counts: counts ?? null };
  await printFindings(output, findings, { command: "compile", code, details });
  if (output.format === "text") tell(output.console, options, result, shown(host, plan.out));
  return result.code;
}

function unchangedResult(
  host: Host,
  plan: Plan,
  directory: string,
  identity: { readonly compiler: string; readonly options: string },
): CompileResult | undefined {
  const manifest = findUpToDate({
    ...identity,
    host,
    outputHost: nodeOutputHost,
    directory,
    isGivenUp: (source) => isGivenUp(host, plan, source),
  });
  if (manifest === undefined) return undefined;
  const sources = new Set(manifest.run.sources);
  const own = manifest.outputs.filter(({ source }) => sources.has(source));
  return {
    code: exitCode.done,
    findings: { diagnostics: [], more: 0 },
    outcomes: own.map(({ path, source }) => ({ path, source, action: "unchanged" })),
    counts: manifest.run.counts,
    realPaths: [],
    displayPaths: new Map(),
  };
}

/** Everything but the inputs that decides the outputs; the same on every machine. */
export function optionsHash(plan: Plan, directory: string): string {
  const seen = (path: string): string => posix.relative(directory, path);
  return contentHash(
    JSON.stringify({
      entries: plan.entries.map(seen),
      roots: [plan.root, ...plan.importRoots].map(seen),
      isWhole: plan.isWhole,
      importExtension: plan.importExtension,
      emit: plan.emit,
      samples: plan.samples,
      emitters: plan.emitters.map(({ name }) => name),
    }),
  );
}

export function tell(console: Console, options: CompileOptions, result: CompileResult, out: string): void {
  if (result.code === exitCode.mistakes) return;
  const changed = result.outcomes.filter(({ action }) => action !== "unchanged");
  if (options.check === true && changed.length > 0) {
    console.complain(`${out} is not what \`rpcgen compile\` would write:`);
    for (const line of outcomeLines(changed, out, result.displayPaths, true)) console.complain(line);
    return;
  }
  if (changed.length === 0) return console.say(`  ${console.paint("dim", "up to date")}`);
  for (const line of outcomeLines(changed, out, result.displayPaths, false)) console.say(line);
  const tookMs = Math.round(performance.now());
  if (result.counts !== undefined)
    console.say(`  ${console.paint("dim", `${countLine(result.counts)} in ${tookMs} ms`)}`);
}
