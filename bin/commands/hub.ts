/** `rpcgen hub`: loads the hub from the runtime that the project has installed, and serves it until a signal comes. */

import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { printable } from "../../compiler/src/report/printable.js";
import { createConsole, type Console } from "../console.js";
import { exitCode, UsageError, type ExitCode } from "../exit-code.js";
import type { HubCommandOptions } from "../hub-options.js";

/** What is used of `@rpcgen/runtime/hub`. */
interface HubModule {
  serveHub(options: {
    readonly port: number | undefined;
    readonly host: string | undefined;
    readonly snapshot: string | undefined;
    readonly leaseMs: number | undefined;
    readonly tls: { readonly certificate: PemFile; readonly key: PemFile } | undefined;
    readonly log: (line: string) => void;
    readonly observe: (event: { readonly kind: string; readonly error?: Error }) => void;
  }): Promise<{ readonly address: string; close(): Promise<void> }>;
}

interface PemFile {
  readonly file: string;
}

export async function hubCommand(options: HubCommandOptions): Promise<ExitCode> {
  const console = createConsole({ color: options.color ?? "auto", isQuiet: options.quiet === true });
  const { port, host, snapshot, leaseMs } = options;
  const tls = tlsOf(options);
  const runtime = await loadHub(process.cwd());
  const complain = (text: string): void => console.complain(`${console.paint("red", "error")}: ${printable(text)}`);
  try {
    const hub = await runtime.serveHub({
      port,
      host,
      snapshot,
      leaseMs,
      tls,
      log: (line) => console.say(`  ${printable(line)}`),
      observe: ({ kind, error }) => {
        if (kind === "snapshot-failed") complain(error?.message ?? "the snapshot cannot be written");
      },
    });
    introduce(hub.address, console);
    await signal();
    await hub.close();
    return exitCode.done;
  } catch (error) {
    const code = (error as { readonly code?: unknown }).code;
    if (!(error instanceof Error) || (code !== "unavailable" && code !== "invalid-argument")) throw error;
    complain(error.message);
    return exitCode.usage;
  }
}

function introduce(address: string, console: Console): void {
  console.product(address);
  const service = address.includes("?") ? address.replace("?", "/SERVICE?") : `${address}/SERVICE`;
  console.say(`  servers   serve({ ..., register: { registry: "${address}" } })`);
  console.say(`  clients   connect("${service}")`);
  console.say(console.paint("dim", "  for one machine and for development: one process, one copy, no consensus"));
}

function tlsOf({ cert, key }: HubCommandOptions): { readonly certificate: PemFile; readonly key: PemFile } | undefined {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) throw new UsageError("--cert and --key go together");
  return { certificate: { file: cert }, key: { file: key } };
}

/** The project's own runtime speaks as the project's servers do; beside the command there may be another one. */
async function loadHub(directory: string): Promise<HubModule> {
  for (const place of [join(directory, "package.json"), import.meta.url]) {
    const file = find(place);
    if (file !== undefined) return (await import(pathToFileURL(file).href)) as HubModule;
  }
  throw new UsageError(
    "`rpcgen hub` is served by the package @rpcgen/runtime, which is not installed here or is too old for it",
    "`npm install @rpcgen/runtime`, then start it in the project's directory",
  );
}

function find(place: string): string | undefined {
  try {
    return createRequire(place).resolve("@rpcgen/runtime/hub");
  } catch {
    return undefined;
  }
}

function signal(): Promise<void> {
  return new Promise((resolve) => {
    for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => resolve());
  });
}
