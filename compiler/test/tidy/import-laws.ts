/** Who may import whom: the table of the compiler's stages, the floors and columns of the runtime, the doors of the world. */

import type { Finding } from "./finding.js";
import type { Source } from "./sources.js";

/** Folders of compiler/src and the folders each may import; a folder's own files always, and what those may, too. */
const compilerFolders: Readonly<Record<string, readonly string[]>> = {
  source: [],
  report: ["source"],
  syntax: ["source", "report"],
  // What a configuration may hold: an emitter is a function of the schema.
  project: ["syntax", "schema"],
  schema: ["source"],
  bind: ["syntax", "project", "schema"],
  check: ["schema", "report"],
  lint: ["schema", "report", "syntax"],
  emit: ["schema", "report"],
  // What a change of the schema does to the code that uses what was emitted.
  impact: ["check", "emit"],
  ingest: ["syntax", "report", "schema"],
  "language-server": ["compile", "incremental", "project", "bind", "schema", "report"],
  incremental: ["compile", "project", "report"],
  // A project in memory whose files are imported one by one, and what is generated for each of them.
  modules: ["compile", "incremental", "project", "emit", "schema", "report"],
};

/** The ground of runtime/src, on which every folder stands; what each part of it may import itself. */
const runtimeGround: Readonly<Record<string, readonly string[]>> = {
  secret: [],
  error: ["secret"],
  clock: [],
  address: ["error"],
  backoff: [],
  limits: ["error"],
  implementation: [],
  bytes: ["error", "limits"],
  "fleet-event": ["error"],
  events: ["error", "clock", "fleet-event"],
  identity: [],
  tls: ["error"],
  changes: ["clock"],
};

/**
 * Floors of runtime/src above the ground. The columns WIRE and MEANING stand side by side and meet only under the roof;
 * `call` says what a call is, which both ends of a session have to know.
 */
const runtimeFolders: Readonly<Record<string, readonly string[]>> = {
  ...runtimeGround,
  // MEANING
  codec: [],
  method: ["codec"],
  call: ["method"],
  resilience: ["call"],
  registry: ["call"],
  balance: ["registry"],
  observe: ["call"],
  // Services that are part of the runtime: generated, so they enter by the door for generated code.
  builtin: ["call"],
  // WIRE
  transport: [],
  frame: [],
  stream: ["frame"],
  session: ["stream", "transport"],
  protocol: ["session"],
  // The roof
  client: ["protocol", "observe", "balance", "registry", "resilience", "builtin", "call"],
  // A server is a client, too: of the hub that it enters itself into.
  server: ["client", "protocol", "observe", "registry", "resilience", "builtin", "call"],
  // A client of its own beside `client`: small, and over WebSocket alone.
  web: ["session", "call"],
  cluster: ["client", "server"],
  host: ["server"],
  hub: ["client", "server"],
  testing: ["client", "server"],
};

interface Door {
  readonly name: string;
  readonly matches: (specifier: string) => boolean;
  readonly opensAt: RegExp;
}

/** Modules that reach the world outside, and the only product files that may import them. */
const doors: readonly Door[] = [
  {
    name: "the disk",
    matches: isOneOf("fs", "fs/promises"),
    opensAt:
      /^(compiler\/src\/project\/host[^/]*\.ts|runtime\/src\/tls\/tls-files\.ts|runtime\/src\/transport\/descriptor-watch\.ts|runtime\/src\/registry\/(endpoint-file|replace-file|snapshot-file)\.ts|runtime\/src\/resilience\/policy-file\.ts|runtime\/src\/cluster\/program-files\.ts|runtime\/src\/testing\/recording\/recording-file\.ts|bin\/rpcgen\.cjs)$/,
  },
  {
    name: "the network",
    matches: isOneOf("net", "http", "http2", "https", "dgram"),
    opensAt:
      /^runtime\/src\/(transport\/|testing\/fault-proxy|registry\/http-client\.ts$|registry\/zookeeper\/socket\.ts$)/,
  },
  {
    // An optional peer of the runtime, which is loaded by name when it is wanted.
    name: "ws",
    matches: isOneOf("ws"),
    opensAt: /^runtime\/src\/transport\/ws-package\.ts$/,
  },
  { name: "TLS", matches: isOneOf("tls"), opensAt: /^runtime\/src\/transport\/tls-[^/]*\.ts$/ },
  {
    name: "names of the network",
    matches: isOneOf("dns", "dns/promises"),
    opensAt: /^runtime\/src\/(transport|registry)\//,
  },
  { name: "worker processes", matches: isOneOf("cluster"), opensAt: /^runtime\/src\/cluster\/node-cluster\.ts$/ },
  {
    name: "chevrotain",
    matches: (specifier) => specifier.startsWith("chevrotain"),
    opensAt: /^compiler\/src\/syntax\//,
  },
  {
    // It prints what is generated, and reads the code of users that a change of the schema touches.
    name: "ts-morph",
    matches: (specifier) => specifier.startsWith("ts-morph"),
    opensAt: /^compiler\/src\/(emit\/ts|impact)\//,
  },
  {
    name: "other programs",
    matches: isOneOf("child_process"),
    opensAt: /^(bin\/read-config-apart|compiler\/src\/project\/host-git)\.ts$/,
  },
  {
    name: "handlebars",
    matches: (specifier) => specifier.startsWith("handlebars"),
    opensAt: /^compiler\/src\/emit\/text\//,
  },
  {
    name: "marked",
    matches: isOneOf("marked"),
    opensAt: /^compiler\/src\/emit\/text\/markdown\.ts$/,
  },
  {
    name: "vscode-languageserver",
    matches: (specifier) => specifier.startsWith("vscode-"),
    opensAt: /^(compiler\/src\/language-server\/|bin\/commands\/lsp\.ts$)/,
  },
  {
    name: "chokidar",
    matches: (specifier) => specifier.startsWith("chokidar"),
    opensAt: /^compiler\/src\/project\/host-watch\.ts$/,
  },
  {
    name: "unplugin",
    matches: (specifier) => specifier === "unplugin",
    opensAt: /^unplugin\/src\/plugin\.ts$/,
  },
  {
    // Only one of them loads it; the others name its types.
    name: "the compiler's modules",
    matches: (specifier) => specifier === "rpcgen/modules",
    opensAt: /^unplugin\/src\/(session|native-errors)\.ts$/,
  },
  { name: "commander", matches: (specifier) => specifier.startsWith("commander"), opensAt: /^bin\// },
  {
    name: "measures of the process",
    matches: isOneOf("perf_hooks"),
    opensAt: /^runtime\/src\/(server\/process-meter|observe\/process-measures)\.ts$/,
  },
  {
    // Costs every promise of a program something: only who traces pays for it.
    name: "what follows a program through its waits",
    matches: isOneOf("async_hooks"),
    opensAt: /^runtime\/src\/observe\/current-trace\.ts$/,
  },
  { name: "timers", matches: isOneOf("timers", "timers/promises"), opensAt: /^runtime\/src\/clock\.ts$/ },
];

export function findForbiddenImports(sources: readonly Source[]): readonly Finding[] {
  return sources.filter(({ isProduct }) => isProduct).flatMap((source) => [...breachesOf(source)]);
}

function* breachesOf(source: Source): Iterable<Finding> {
  const { path } = source;
  for (const { specifier, target, line } of source.imports) {
    const breach = target === undefined ? packageBreach(path, specifier) : fileBreach(path, target);
    if (breach !== undefined) yield { path, line, law: breach.law, message: breach.message };
  }
}

type Breach = Pick<Finding, "law" | "message">;

function packageBreach(path: string, specifier: string): Breach | undefined {
  const door = doors.find(({ matches }) => matches(specifier));
  if (door !== undefined && !door.opensAt.test(path)) {
    return {
      law: "world-door",
      message: `imports ${specifier}, but ${door.name} may be reached only by ${door.opensAt.source}`,
    };
  }
  if (path.startsWith("runtime/") && !specifier.startsWith("node:")) {
    return { law: "import-law", message: `imports ${specifier}, but the runtime has no dependencies` };
  }
  return undefined;
}

function fileBreach(path: string, target: string): Breach | undefined {
  const [from, to] = [placeOf(path), placeOf(target)];
  if (from.house !== to.house) {
    const isAllowed = from.house === "bin" && to.house === "compiler/src";
    return isAllowed ? undefined : { law: "import-law", message: `${from.house} imports ${target}` };
  }
  if (from.house === "bin" || from.house === "unplugin") return undefined;
  const table = from.house === "compiler/src" ? compilerFolders : runtimeFolders;
  const [name, wanted] = [from.folder || from.name, to.folder || to.name];
  // The tables of contents of a house may import everything in it.
  const isContents = from.folder === "codegen" || (from.folder === "" && table[name] === undefined);
  if (isContents || name === wanted) return undefined;
  const reachable = reachableFrom(table, name);
  if (reachable === undefined)
    return { law: "import-law", message: `the folder ${from.folder}/ has no place in the table of import laws` };
  const isGround =
    from.house === "runtime/src" && runtimeGround[wanted] !== undefined && runtimeGround[name] === undefined;
  if (isGround || reachable.has(wanted)) return undefined;
  return { law: "import-law", message: `${name}/ may not import ${wanted}/ (${target})` };
}

interface Place {
  readonly house: string;
  readonly folder: string;
  /** Of the file, without its extension. */
  readonly name: string;
}

function placeOf(path: string): Place {
  const [, house = "", rest = ""] = /^(compiler\/src|runtime\/src|[^/]+)\/(.*)$/.exec(path) ?? [];
  const parts = rest.split("/");
  return { house, folder: parts.length > 1 ? (parts[0] ?? "") : "", name: parts[0]?.replace(/\.ts$/, "") ?? "" };
}

function reachableFrom(
  table: Readonly<Record<string, readonly string[]>>,
  folder: string,
): ReadonlySet<string> | undefined {
  if (table[folder] === undefined) return undefined;
  const reached = new Set<string>();
  const queue = [folder];
  for (const at of queue) {
    for (const next of table[at] ?? []) {
      if (reached.has(next)) continue;
      reached.add(next);
      queue.push(next);
    }
  }
  return reached;
}

function isOneOf(...names: readonly string[]): (specifier: string) => boolean {
  return (specifier) => names.includes(specifier.replace(/^node:/, ""));
}
