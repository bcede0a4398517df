/** Runs the built command as its users do: in a process of its own, in a directory of its own. */

import { spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The launcher that npm links. */
export const launcher: string = fileURLToPath(new URL("../../../bin/rpcgen.cjs", import.meta.url));

export interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** JavaScript that is run in the command's process before it. */
  readonly preload?: string;
}

/** Runs the command to its end. */
export function runCommand(args: readonly string[], options: RunOptions): Ended {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, nodeArguments(args, options), {
    cwd: options.cwd,
    env: environment(options.env),
    encoding: "utf8",
  });
  return { code: status, signal, stdout, stderr };
}

/** Starts the command and lets the test go on meanwhile. */
export function startCommand(args: readonly string[], options: RunOptions): Promise<Ended> {
  const child = spawn(process.execPath, nodeArguments(args, options), {
    cwd: options.cwd,
    env: environment(options.env),
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** Makes loading a package fail, or the part of the bundle that holds it, which shows whether it is loaded at all. */
export function forbidPackages(...names: readonly string[]): string {
  return `
    import fs from "node:fs";
    import Module from "node:module";
    const names = ${JSON.stringify(names)};
    const hasParser = names.includes("chevrotain");
    const refuse = (request) => {
      const isParser = hasParser && /front-end-[^/]*[.]cjs$/.test(String(request));
      if (isParser || names.includes(request)) throw new TypeError("forbidden: " + request);
    };
    for (const [owner, name] of [[Module, "_load"], [fs, "readFileSync"]]) {
      const original = owner[name];
      owner[name] = function (request, ...rest) {
        refuse(request);
        return original.call(this, request, ...rest);
      };
    }`;
}

function nodeArguments(args: readonly string[], { preload }: RunOptions): readonly string[] {
  const imports = preload === undefined ? [] : ["--import", `data:text/javascript,${encodeURIComponent(preload)}`];
  return [...imports, launcher, ...args];
}

/** Only what a process needs, so that the colours and options of whoever runs the tests do not matter. */
function environment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return { PATH, HOME, TMPDIR, ...more };
}
