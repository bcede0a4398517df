/** `rpcgen init`: puts a configuration, an example and what they need into a project; replaces nothing. */

import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { OutputHost } from "../../compiler/src/project/host-output.js";
import { DiskError, nodeOutputHost } from "../../compiler/src/project/host-output.js";
import { createConsole } from "../console.js";
import { exitCode, UsageError } from "../exit-code.js";
import type { ExitCode } from "../exit-code.js";
import { printAnswer, printFailure } from "../json.js";
import type { SharedOptions } from "../command-line/options.js";
import { addToManifest, newManifest } from "../init/project-manifest.js";
import type { AddedManifest } from "../init/project-manifest.js";

// From dist/bin/commands/ up to the package, beside its templates.
const templates = fileURLToPath(new URL("../../../templates/init/", import.meta.url));

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
  let manifest: AddedManifest | undefined;
  let steps: readonly Step[];
  try {
    const isNew = isNewProject(host.list(root));
    const begun = isNew ? beginManifest(host, root) : [];
    manifest = writeManifest(host, root, isNew);
    steps = [...begun, ...(manifest === undefined ? [] : stepsOf(manifest)), ...copyTemplates(host, root, isNew)];
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    if (options.json === true) console.product(printFailure(exitCode.mistakes, error.message, undefined));
    else console.complain(`${console.paint("red", "error")}: ${error.message}`);
    return exitCode.mistakes;
  }
  if (options.json === true) console.product(printAnswer("init", exitCode.done, { steps }));
  for (const { what, name } of steps) console.say(`  ${what.padEnd(8)} ${name}`);
  console.say("");
  for (const [index, line] of nextOf(manifest).entries()) console.say(`  ${index === 0 ? "next:" : "     "} ${line}`);
  if (manifest === undefined)
    console.say("  where there is a package.json, which `npm init -y` makes, `rpcgen init` adds to it what it needs");
  return exitCode.done;
}

// npm leaves files of the name that it has to have out of packages.
const ignored = "gitignore";

function copyTemplates(host: OutputHost, root: string, isNew: boolean): Step[] {
  // What an old project ignores is its own to say.
  const wanted = filesBelow(host, "").filter((template) => isNew || template !== ignored);
  return wanted.map((template) => {
    const name = template === ignored ? ".gitignore" : template;
    const path = join(root, name);
    if (host.look(path) !== undefined) return { what: "kept", name };
    makeDirectories(host, dirname(path));
    host.create(path, host.read(join(templates, template)));
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

/** Makes a package.json where neither the directory nor one around it has any. */
function beginManifest(host: OutputHost, root: string): readonly Step[] {
  for (let at = root; ; at = dirname(at)) {
    if (host.look(join(at, "package.json")) !== undefined) return [];
    if (dirname(at) === at) break;
  }
  host.create(join(root, "package.json"), newManifest(basename(root)));
  return [{ what: "created", name: "package.json" }];
}

/** Adds what is missing from package.json, where there is one. */
function writeManifest(host: OutputHost, root: string, isNew: boolean): AddedManifest | undefined {
  const named = join(root, "package.json");
  // A link stays one: what it leads to is what npm reads, and what gets the additions.
  const path = host.look(named) === "link" ? host.realPath(named) : named;
  if (host.look(path) !== "file") return undefined;
  const added = addToManifest(host.read(path), isNew);
  if (added.text === undefined) return added;
  const temporary = `${path}.${String(process.pid)}.tmp`;
  try {
    host.create(temporary, added.text);
    host.rename(temporary, path);
  } catch (error) {
    if (host.look(temporary) !== undefined) host.removeAll(temporary);
    throw error;
  }
  return added;
}

/** Whether a directory has nothing in it yet that anybody has programmed. */
function isNewProject(names: readonly string[]): boolean {
  const harmless = /^(package\.json|node_modules|README.*|LICENSE.*|\..*|.*[-.]lock.*)$/;
  return names.every((name) => harmless.test(name));
}

function stepsOf({ added, kept }: AddedManifest): readonly Step[] {
  return [
    ...added.map((name): Step => ({ what: "added", name: `${name} to package.json` })),
    ...kept.map((name): Step => ({ what: "kept", name: `"${name}" in package.json` })),
  ];
}

/** What is to be done now, each line a command. */
function nextOf(manifest: AddedManifest | undefined): readonly string[] {
  if (manifest === undefined) return ["npx rpcgen compile"];
  return [
    ...(manifest.isCommonJs ? ["npm pkg set type=module    # what rpcgen writes are ES modules"] : []),
    ...(manifest.wantsInstall ? ["npm install"] : []),
    ...(manifest.hasExample
      ? [
          "npm run build     # compiles rpc/ to gen/, and all of it to dist/",
          "npm start         # serves; leave it running",
          "npm run client    # in another shell: calls it",
        ]
      : ["npx rpcgen compile    # rpc/ to gen/"]),
  ];
}
