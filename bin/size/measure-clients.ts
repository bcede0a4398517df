/** Measures clients for browsers: one for each method, and one for all of them. */

import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { filePaths, Names } from "../../compiler/src/emit/names.js";
import { javaScriptOf } from "../../compiler/src/emit/ts/compile-outputs.js";
import { emitTypeScript } from "../../compiler/src/emit/ts/emit-typescript.js";
import { doorModule } from "../../compiler/src/emit/ts/runtime-door.js";
import type { Report } from "../../compiler/src/report/report.js";
import type { MethodShape, Schema, ServiceSchema } from "../../compiler/src/schema/schema.js";
import { UsageError } from "../exit-code.js";
import { runtimeUrl } from "../runtime-package.js";
import { version } from "../version.js";
import type { Bundler, ClientProgram } from "./bundler.js";

const webModule = "@rpcgen/runtime/web";
const entry = "rpcgen-size-entry.js";

/** Bytes of a minified bundle, gzipped. */
export interface ClientSize {
  readonly bytes: number;
  /** What is left of them without the generated code. */
  readonly runtimeBytes: number;
  /** The generated code that the client needs, by itself. */
  readonly ownBytes: number;
}

/** The function that calls one method. */
export interface ClientCall {
  /** Full name. */
  readonly service: string;
  readonly method: string;
  /** For instance `ordersPlace`. */
  readonly call: string;
  readonly shape: MethodShape;
  /** The generated module that has it. */
  readonly module: string;
}

export interface MethodSize extends ClientCall, ClientSize {}

/** Every method of the services, in their order; with a report that tells of names that meet. */
export function callsOf(schema: Schema, services: readonly ServiceSchema[], report: Report): readonly ClientCall[] {
  const names = new Names(schema, report);
  return services.flatMap(({ fullName, methods }) =>
    methods.map(({ name, shape }) => ({
      service: fullName,
      method: name,
      call: names.method(fullName, name).call,
      shape,
      module: filePaths(names.service(fullName).source).client.replace(/\.ts$/, ".js"),
    })),
  );
}

export class ClientMeter {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #packages: ReadonlyMap<string, string>;
  readonly #bundler: Bundler;

  /** Throws a UsageError where the project has no runtime. The report tells of what cannot be emitted. */
  constructor(schema: Schema, bundler: Bundler, directory: string, report: Report) {
    const outputs = emitTypeScript(schema, { importExtension: ".js", version: version() }, report);
    const needed = [...outputs].filter(([name]) => !name.endsWith(".server.ts"));
    this.#texts = new Map(needed.map(([name, text]) => [name.replace(/\.ts$/, ".js"), javaScriptOf(name, text)]));
    const path = (specifier: string): string => fileURLToPath(runtimeUrl(specifier, directory));
    this.#packages = new Map([webModule, doorModule].map((specifier) => [specifier, path(specifier)]));
    this.#bundler = bundler;
  }

  /** The client that makes these calls and no others. Throws a UsageError where the bundler fails. */
  async measure(calls: readonly ClientCall[]): Promise<ClientSize> {
    const bytes = await this.#bundledBytes(program(calls), false);
    const ownBytes = await this.#bundledBytes(generatedPart(calls), true);
    return { bytes, ownBytes, runtimeBytes: bytes - ownBytes };
  }

  async #bundledBytes(text: string, isApart: boolean): Promise<number> {
    const texts = new Map(this.#texts).set(entry, text);
    const program: ClientProgram = { texts, entry, packages: this.#packages, isApart };
    try {
      return gzipSync(await this.#bundler.bundle(program), { level: 9 }).length;
    } catch (error) {
      const { name, version: its } = this.#bundler;
      const reason = error instanceof Error ? error.message : String(error);
      throw new UsageError(`${name} ${its} cannot bundle a client: ${reason}`, "`rpcgen compile` may say why");
    }
  }
}

/** Only streams need what `connect` has more. */
function program(calls: readonly ClientCall[]): string {
  const connect = calls.every(({ shape }) => shape === "unary" || shape === "oneway") ? "connectUnary" : "connect";
  return `import { ${connect} } from "${webModule}";
export const channel = ${connect}("wss://example.com/rpc");
${generatedPart(calls)}`;
}

function generatedPart(calls: readonly ClientCall[]): string {
  return calls
    .map(({ module, call }, index) => `export { ${call} as method${index} } from ${specifierOf(module)};`)
    .join("\n");
}

function specifierOf(module: string): string {
  return JSON.stringify(`./${posix.normalize(module).split("/").map(encodeURIComponent).join("/")}`);
}
