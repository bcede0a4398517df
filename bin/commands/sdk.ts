/** `rpcgen sdk`: from `.rpc` files to an npm package, written as safely as what is compiled. */

import { renderFindings } from "../../compiler/src/report/render.js";
import { findingsToJson } from "../../compiler/src/report/render-json.js";
import { createConsole } from "../console.js";
import type { ExitCode } from "../exit-code.js";
import { printAnswer } from "../json.js";
import { openProject } from "../project.js";
import { sourceOptions } from "../sdk-options.js";
import type { SdkCommandOptions } from "../sdk-options.js";
import { runSdk } from "../sdk-run.js";
import { tellFiles } from "../tell-files.js";

export async function sdkCommand(files: readonly string[], options: SdkCommandOptions): Promise<ExitCode> {
  const isQuiet = options.quiet === true || options.json === true;
  const console = createConsole({ color: options.color ?? "auto", isQuiet });
  const project = await openProject(files, sourceOptions(options));
  const { code, findings, name, outcomes, out } = await runSdk(project, files, options);
  if (options.json === true) {
    console.product(printAnswer("sdk", code, { ...findingsToJson(findings), name, files: outcomes ?? [] }));
    return code;
  }
  if (findings.diagnostics.length > 0) console.complain(renderFindings(findings, { color: console.hasColor }));
  if (outcomes !== undefined) tellFiles(console, "rpcgen sdk", options.check === true, outcomes, out, "README.md");
  return code;
}
