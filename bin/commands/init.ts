/** `rpcgen init`: puts a configuration, an example and the prebuild step into a project; replaces nothing. */

import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { OutputHost } from "../../compiler/src/project/host-output.js";
import { DiskError, nodeOutputHost } from "../../compiler/src/project/host-output.js";
import { createConsole } from "../console.js";
import { exitCode, UsageError } from "../exit-code.js";
import type { ExitCode } from "../exit-code.js";
import { printAnswer, printFailure } from "../json.js";
import type { SharedOptions } from "../command-line/options.js";

// From dist/bin/commands/ up to the package, beside its templates.
const templates = fileURLToPath(new URL("../../../templates/init/", import.meta.url));
const prebuild = "rpcgen compile";

/** What became of one file or script. */
interface Step {
  readonly what: "created" | "added" | "kept";
  readonly name: string;
}

export async function initCommand(options: SharedOptions & { readonly cwd?: string }): Promise<ExitCode> {
  const console = createConsole({
    color: options.color ?? "auto",
    isQuiet: options.quiet === true || options.json === true,
  });
  const root = resolve(options.cwd ?? ".");
  const host = nodeOutputHost;
  if (host.look(root) !== "directory") throw new UsageError(`there is no directory ${root}`);
  let steps: readonly Step[];
  try {
    steps = [...addPrebuild(host, root), ...copyTemplates(host, root)];
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    if (options.json === true) console.product(printFailure(exitCode.mistakes, error.message, undefined));
    else console.complain(`${console.paint("red", "error")}: ${error.message}`);
    return exitCode.mistakes;
  }
  if (options.json === true) console.product(printAnswer("init", exitCode.done, { steps }));
  for (const { what, name } of steps) console.say(`  ${what.padEnd(8)} ${name}`);
  console.say("");
  if (isCommonJs(host, root)) {
    console.say("  next: npm pkg set type=module    what rpcgen writes are ES modules");
    console.say("        npx rpcgen compile");
  } else console.say("  next: npx rpcgen compile");
  return exitCode.done;
}

function copyTemplates(host: OutputHost, root: string): Step[] {
  return filesBelow(host, "").map((name) => {
    const path = join(root, name);
    if (host.look(path) !== undefined) return { what: "kept", name };
    makeDirectories(host, dirname(path));
    host.create(path, host.read(join(templates, name)));
    return { what: "created", name };
  });
}

function filesBelow(host: OutputHost, folder: string): string[] {
  const names = [...host.list(join(templates, folder))].sort();
  return names.flatMap((name) => {
    const path = folder === "" ? name : `${folder}/${name}`;
    return host.look(join(templates, path)) === "directory" ? filesBelow(host, path) : [path];
  });
}

function makeDirectories(host: OutputHost, path: string): void {
  if (host.look(path) !== undefined) return;
  makeDirectories(host, dirname(path));
  host.makeDirectory(path);
}

/** Adds the prebuild script where there is a package.json without one; its other text keeps its indentation. */
function addPrebuild(host: OutputHost, root: string): Step[] {
  const path = join(root, "package.json");
  if (host.look(path) !== "file") return [];
  const text = host.read(path);
  const manifest = parseObject(text);
  const scripts = manifest?.["scripts"] ?? {};
  if (manifest === undefined || typeof scripts !== "object" || scripts === null) {
    throw new UsageError("package.json is not a JSON object with scripts", "mend it, then run `rpcgen init` again");
  }
  if ("prebuild" in scripts) return [{ what: "kept", name: '"prebuild" in package.json' }];
  const indent = /^[ \t]+(?=")/m.exec(text)?.[0] ?? "  ";
  const added = { ...manifest, scripts: { ...scripts, prebuild } };
  const temporary = `${path}.${String(process.pid)}.tmp`;
  try {
    host.create(temporary, `${JSON.stringify(added, undefined, indent)}\n`);
    host.rename(temporary, path);
  } catch (error) {
    if (host.look(temporary) !== undefined) host.removeAll(temporary);
    throw error;
  }
  return [{ what: "added", name: `"prebuild": "${prebuild}" to package.json` }];
}

/** Whether there is a package.json, and Node and TypeScript take the modules below it for CommonJS. */
function isCommonJs(host: OutputHost, root: string): boolean {
  const path = join(root, "package.json");
  return host.look(path) === "file" && parseObject(host.read(path))?.["type"] !== "module";
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
