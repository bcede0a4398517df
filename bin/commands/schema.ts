/** `rpcgen schema`: what `.rpc` files mean, as one JSON document. */

import { DiskError } from "../../compiler/src/project/host-output.js";
import { shown } from "../../compiler/src/project/plan.js";
import { renderFindings } from "../../compiler/src/report/render.js";
import { findingsToJson } from "../../compiler/src/report/render-json.js";
import { Report } from "../../compiler/src/report/report.js";
import { createConsole } from "../console.js";
import { exitCode } from "../exit-code.js";
import type { ExitCode } from "../exit-code.js";
import { printAnswer, printFailure } from "../json.js";
import { openProject } from "../project.js";
import { replaceOwn } from "../replace-own.js";
import type { SchemaOptions } from "../schema-options.js";

export async function schemaCommand(files: readonly string[], options: SchemaOptions): Promise<ExitCode> {
  const console = createConsole({
    color: options.color ?? "auto",
    isQuiet: options.quiet === true || options.json === true,
  });
  const { out, ...project } = options;
  const { host, plan } = await openProject(files, project);
  const [{ analyze }, { schemaToJson, schemaFormat }] = await Promise.all([
    import("../../compiler/src/compile.js"),
    import("../../compiler/src/schema/to-json.js"),
  ]);
  const report = new Report();
  const analysis = analyze(plan.entries, host, { roots: [plan.root, ...plan.importRoots] }, report);
  const code = analysis.isSound ? exitCode.done : exitCode.mistakes;
  const findings = report.findings();
  if (findings.diagnostics.length > 0 && options.json !== true) {
    console.complain(renderFindings(findings, { color: console.hasColor }));
  }
  const text = analysis.isSound ? schemaToJson(analysis.schema) : undefined;
  const path = out === undefined ? undefined : host.absolute(out);
  try {
    if (text !== undefined && path !== undefined) replaceOwn(path, text, `"format": "${schemaFormat}"`, "schema");
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    if (options.json === true) console.product(printFailure(exitCode.mistakes, error.message, undefined));
    else console.complain(`${console.paint("red", "error")}: ${error.message}`);
    return exitCode.mistakes;
  }
  if (options.json === true) {
    const { diagnostics, more } = findingsToJson(findings);
    const schema: unknown = text === undefined || path !== undefined ? null : JSON.parse(text);
    console.product(printAnswer("schema", code, { diagnostics, more, file: path ?? null, schema }));
  } else if (text !== undefined) {
    if (path === undefined) console.product(text.replace(/\n$/, ""));
    else console.say(`  ${shown(host, path)}`);
  }
  return code;
}
