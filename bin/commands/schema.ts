/** `rpcgen schema`: what `.rpc` files mean, as one JSON document. */

import { DiskError, nodeOutputHost } from "../../compiler/src/project/host-output.js";
import { shown } from "../../compiler/src/project/plan.js";
import { renderFindings } from "../../compiler/src/report/render.js";
import { findingsToJson } from "../../compiler/src/report/render-json.js";
import { Report } from "../../compiler/src/report/report.js";
import { createConsole } from "../console.js";
import { exitCode, UsageError } from "../exit-code.js";
import type { ExitCode } from "../exit-code.js";
import { printAnswer, printFailure } from "../json.js";
import { openProject } from "../project.js";
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
    if (text !== undefined && path !== undefined) replaceSchema(path, text, schemaFormat);
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

/** Replaces a file in one step, and none but an older schema. */
function replaceSchema(path: string, text: string, format: string): void {
  const standing = nodeOutputHost.look(path);
  if (standing !== undefined) {
    const isOurs = standing === "file" && nodeOutputHost.read(path).includes(`"format": "${format}"`);
    if (!isOurs)
      throw new UsageError(`${path} is there already, and is no schema of rpcgen's`, "remove it, or write elsewhere");
  }
  const temporary = `${path}.${String(process.pid)}.tmp`;
  try {
    nodeOutputHost.create(temporary, text);
    nodeOutputHost.rename(temporary, path);
  } catch (error) {
    if (nodeOutputHost.look(temporary) !== undefined) nodeOutputHost.removeAll(temporary);
    throw error;
  }
}
