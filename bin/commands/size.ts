/** `rpcgen size`: how many bytes a browser loads for a client of each method. */

import { analyze } from "../../compiler/src/compile.js";
import type { Host } from "../../compiler/src/project/host.js";
import { renderFindings } from "../../compiler/src/report/render.js";
import { findingsToJson } from "../../compiler/src/report/render-json.js";
import { Report } from "../../compiler/src/report/report.js";
import { createConsole } from "../console.js";
import type { Console } from "../console.js";
import { exitCode, UsageError } from "../exit-code.js";
import type { ExitCode } from "../exit-code.js";
import { printAnswer } from "../json.js";
import { counted } from "../outcome-lines.js";
import { openProject } from "../project.js";
import type { OpenedProject } from "../project.js";
import { findBundler } from "../size/find-bundler.js";
import { callsOf, ClientMeter } from "../size/measure-clients.js";
import type { ClientSize, MethodSize } from "../size/measure-clients.js";
import { groupedBytes, sizeTable } from "../size/size-table.js";
import type { SizeOptions } from "../size-options.js";

/** What was measured, and by what. */
interface Sizes {
  readonly bundler: { readonly name: string; readonly version: string };
  readonly methods: readonly MethodSize[];
  /** Of one client for all methods; undefined where there is none. */
  readonly all: ClientSize | undefined;
}

export async function sizeCommand(files: readonly string[], options: SizeOptions): Promise<ExitCode> {
  const asJson = options.json === true || options.format === "json";
  if (options.json === true && options.format === "text")
    throw new UsageError("--json and --format text do not go together");
  const console = createConsole({ color: options.color ?? "auto", isQuiet: options.quiet === true || asJson });
  const project = await openProject(files, options);
  const report = new Report();
  const sizes = await measure(project, report, console);
  const over = sizes?.methods.filter(({ bytes }) => isOver(bytes, options)) ?? [];
  const code = sizes === undefined || over.length > 0 ? exitCode.mistakes : exitCode.done;
  const findings = report.findings();
  if (asJson) {
    const methods = sizes?.methods.map(({ module: _, ...size }) => ({ ...size, isOver: isOver(size.bytes, options) }));
    const { bundler = null, all = null } = sizes ?? {};
    const details = { bundler, bytesMax: options.max ?? null, methods: methods ?? [], all };
    console.product(printAnswer("size", code, { ...findingsToJson(findings), ...details }));
    return code;
  }
  if (findings.diagnostics.length > 0) console.complain(renderFindings(findings, { color: console.hasColor }));
  if (sizes !== undefined) tell(console, sizes, over.length, options);
  return code;
}

/** Undefined where the files have mistakes, which the report tells. */
async function measure({ host, plan }: OpenedProject, report: Report, console: Console): Promise<Sizes | undefined> {
  const analysis = analyze(plan.entries, host, { roots: [plan.root, ...plan.importRoots] }, report);
  if (!analysis.isSound) return undefined;
  const { schema } = analysis;
  const wanted = new Set(plan.entries.map((entry) => realPathOf(host, entry)));
  const named = analysis.project.files.flatMap(({ realPath, path }) => (wanted.has(realPath) ? [path] : []));
  const services = schema.files.filter(({ path }) => named.includes(path)).flatMap((file) => file.services);
  const bundler = await findBundler(host.workingDirectory);
  const calls = callsOf(schema, services, report);
  const meter = new ClientMeter(schema, bundler, host.workingDirectory, report);
  if (report.hasErrors) return undefined;
  // It takes a while where there are many.
  const by = `bundled for browsers by ${bundler.name} ${bundler.version}, minified, gzipped`;
  console.say(`  ${console.paint("dim", `${counted(calls.length, "method")}, ${by}`)}`);
  const methods: MethodSize[] = [];
  for (const call of calls) methods.push({ ...call, ...(await meter.measure([call])) });
  const all = calls.length === 0 ? undefined : await meter.measure(calls);
  return { bundler: { name: bundler.name, version: bundler.version }, methods, all };
}

function realPathOf(host: Host, path: string): string {
  return host.find(path)?.realPath ?? path;
}

function isOver(bytes: number, { max = Infinity }: SizeOptions): boolean {
  return bytes > max;
}

function tell(console: Console, { methods, all }: Sizes, overCount: number, { max }: SizeOptions): void {
  if (all === undefined) return;
  console.product(sizeTable(methods, all, max));
  if (max !== undefined && overCount > 0)
    console.complain(`over ${groupedBytes(max)} bytes: ${overCount} of ${counted(methods.length, "method")}`);
}
