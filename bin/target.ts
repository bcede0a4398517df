/** The server that a command calls: how it is reached, and what is known of its methods. */

import type { CallOptions, ClientChannel, ConnectOptions, Metadata, RpcError, ServiceInfo } from "@rpcgen/runtime";
import type * as Runtime from "@rpcgen/runtime";
import type * as Reflection from "@rpcgen/runtime/reflection";
import { printable, printableLines } from "../compiler/src/report/printable.js";
import { Report } from "../compiler/src/report/report.js";
import type { MethodSchema, Schema } from "../compiler/src/schema/schema.js";
import { findCallable, parseWanted, servicesNamed, servicesOf, type Callable } from "./callable.js";
import type { Console } from "./console.js";
import { UsageError } from "./exit-code.js";
import { hostIn, openProject } from "./project.js";
import { loadRuntime } from "./runtime-package.js";
import type { TargetOptions } from "./target-options.js";

/** A method that was found. */
export interface Found extends Callable {
  /** What the project's files say of it; undefined where only the server knows it. */
  readonly known: { readonly schema: Schema; readonly method: MethodSchema } | undefined;
}

/** The services of a project, and the schema that says what their messages are. */
interface OfProject {
  readonly services: readonly ServiceInfo[];
  readonly schema: Schema | undefined;
}

const nothingKnown: OfProject = { services: [], schema: undefined };

export class Target {
  readonly runtime: typeof Runtime;
  readonly reflection: typeof Reflection;
  private readonly address: string;
  /** How long it may take to find out what there is. */
  readonly preparationMs: number;
  private readonly options: TargetOptions;

  private constructor(
    runtime: typeof Runtime,
    reflection: typeof Reflection,
    address: string,
    options: TargetOptions,
    preparationMs: number,
  ) {
    this.runtime = runtime;
    this.reflection = reflection;
    this.address = address;
    this.options = options;
    this.preparationMs = preparationMs;
  }

  /**
   * Loads the runtime; nothing is connected yet. Throws a UsageError where it is not installed. What goes before the calls may take
   * as long as a call, but at least `preparationMsMin`.
   */
  static async at(address: string, options: TargetOptions, preparationMsMin: number = 0): Promise<Target> {
    const { workingDirectory } = hostIn(options.cwd ?? ".");
    const [runtime, reflection] = await Promise.all([
      loadRuntime<typeof Runtime>("@rpcgen/runtime", workingDirectory),
      loadRuntime<typeof Reflection>("@rpcgen/runtime/reflection", workingDirectory),
    ]);
    const preparationMs = Math.max(preparationMsMin, options.timeout ?? 10_000);
    return new Target(runtime, reflection, address, options, preparationMs);
  }

  /** Finds a method by its name. Throws a UsageError where there is none, or where nobody says what there is. */
  async find(wanted: string): Promise<Found> {
    const name = parseWanted(wanted);
    const { services, schema } = await this.ofProject();
    const isKnown = servicesNamed(services, name.service).length > 0;
    const callable = findCallable(isKnown ? services : await this.ask(services), name);
    const method = schema?.files
      .flatMap((file) => file.services)
      .find(({ fullName }) => fullName === callable.service.name)?.methods[callable.index];
    return { ...callable, known: schema === undefined || method === undefined ? undefined : { schema, method } };
  }

  /** What the server says that it offers, or what the project's files do where it does not say. */
  async offered(): Promise<{ readonly services: readonly ServiceInfo[]; readonly from: "server" | "files" }> {
    const { services: known } = await this.ofProject();
    const services = await this.ask(known);
    return { services, from: services === known ? "files" : "server" };
  }

  /** A channel whose calls fail at once while no server can be reached. Throws a UsageError for what cannot be an address. */
  connect(more: ConnectOptions): ClientChannel {
    const { ca, cert, key, serverName, balance } = this.options;
    const host = hostIn(this.options.cwd ?? ".");
    const read = (path: string): { readonly file: string } => ({ file: host.absolute(path) });
    const said = {
      ...(ca === undefined ? {} : { ca: read(ca) }),
      ...(cert === undefined ? {} : { certificate: read(cert) }),
      ...(key === undefined ? {} : { key: read(key) }),
      ...(serverName === undefined ? {} : { serverName }),
    };
    const tls = Object.keys(said).length > 0 ? said : undefined;
    const servers = this.address.split(/,(?=[a-z]+:)/);
    const target = servers.length > 1 ? servers : this.address;
    return this.asUsage(() => this.runtime.connect(target, { ...more, failFast: true, tls, balance }));
  }

  /** What the runtime refuses of what stands on the command line is a mistake there. */
  private asUsage<T>(make: () => T): T {
    try {
      return make();
    } catch (error) {
      if (this.runtime.RpcError.is(error)) throw new UsageError(error.message);
      throw error;
    }
  }

  /** What each call is told. Throws a UsageError for metadata that cannot be sent. */
  callOptions(): Pick<CallOptions, "timeoutMs" | "metadata"> {
    const { timeout, metadata = [] } = this.options;
    const entries = metadata.map((pair): [string, string] => {
      const colon = pair.indexOf(":");
      return [pair.slice(0, colon), pair.slice(colon + 1).trim()];
    });
    if (entries.length === 0) return { timeoutMs: timeout };
    return { timeoutMs: timeout, metadata: this.asUsage(() => this.runtime.Metadata.from(entries)) };
  }

  /** What the server says that it offers; `known` where it does not say. */
  private async ask(known: readonly ServiceInfo[]): Promise<readonly ServiceInfo[]> {
    const channel = this.connect({});
    try {
      return await this.reflection.reflect(channel, { timeoutMs: this.preparationMs });
    } catch (error) {
      if (!this.runtime.RpcError.is(error) || error.code !== "unimplemented") throw error;
      if (known.length > 0) return known;
      throw new UsageError(
        "the server does not say what it offers",
        "run it with `reflection: true`, or name the directory of its .rpc files with --root",
      );
    } finally {
      await channel.close();
    }
  }

  /** What the project's `.rpc` files declare; nothing where there is no project, or one with mistakes. */
  private async ofProject(): Promise<OfProject> {
    try {
      const { host, plan } = await openProject([], this.options);
      const { analyze } = await import("../compiler/src/compile.js");
      const { isSound, schema } = analyze(
        plan.entries,
        host,
        { roots: [plan.root, ...plan.importRoots] },
        new Report(),
      );
      if (isSound) return { services: servicesOf(schema), schema };
      if (this.options.root === undefined) return nothingKnown;
      throw new UsageError(`the .rpc files in ${this.options.root} have mistakes`, "`rpcgen check` shows them");
    } catch (error) {
      if (error instanceof UsageError && this.options.root === undefined) return nothingKnown;
      throw error;
    }
  }
}

/**
 * A failed call in the words of its error: as JSON on stdout, else as a line on stderr. Throws a UsageError for what was refused
 * before any server had it.
 */
export function explainCallError(error: RpcError, console: Console, asJson: boolean): void {
  const { code, message, typeName, method, peer } = error;
  const detail = detailOf(error);
  if (code === "invalid-argument" && peer === undefined) throw new UsageError(printable(message));
  if (asJson) {
    console.product(JSON.stringify({ error: { code, message, typeName, detail, method } }));
    return;
  }
  const declared = typeName === undefined ? "" : ` ${printable(typeName)}`;
  console.complain(`${console.paint("red", `error ${code}`)}${declared}: ${printable(message)}`);
  if (detail !== undefined) console.complain(printableLines(JSON.stringify(detail, undefined, 2)));
}

/** The fields of a declared error, without its secrets; undefined where it has none, or nothing is known of them. */
function detailOf(error: RpcError): object | undefined {
  const { detail } = error as { readonly detail?: unknown };
  const fields: unknown = typeof detail === "string" ? JSON.parse(detail) : undefined;
  return typeof fields === "object" && fields !== null && Object.keys(fields).length > 0 ? fields : undefined;
}

/** Prints what came beside an answer. */
export function tellMetadata(beside: Metadata, console: Console): void {
  for (const [key, value] of beside) console.complain(`${printable(key)}: ${printable(value)}`);
}
