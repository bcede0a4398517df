/** `rpcgen call`: one call to a running server, with requests and answers as JSON. */

import type { CallOptions, ClientChannel, ConnectOptions, Metadata, RpcError, ServiceInfo } from "@rpcgen/runtime";
import type * as Runtime from "@rpcgen/runtime";
import type * as Reflection from "@rpcgen/runtime/reflection";
import { printable } from "../../compiler/src/report/printable.js";
import { Report } from "../../compiler/src/report/report.js";
import type { CallCommandOptions } from "../call-options.js";
import { findCallable, parseWanted, servicesNamed, servicesOf, type Callable } from "../callable.js";
import { createConsole } from "../console.js";
import type { Console } from "../console.js";
import { exitCode, UsageError } from "../exit-code.js";
import type { ExitCode } from "../exit-code.js";
import { jsonValues } from "../json-values.js";
import { hostIn, openProject } from "../project.js";
import { loadRuntime } from "../runtime-package.js";

export async function callCommand(
  address: string,
  wanted: string | undefined,
  request: string | undefined,
  options: CallCommandOptions,
): Promise<ExitCode> {
  const console = createConsole({ color: options.color ?? "auto", isQuiet: options.quiet === true });
  const { workingDirectory } = hostIn(options.cwd ?? ".");
  const [runtime, reflection] = await Promise.all([
    loadRuntime<typeof Runtime>("@rpcgen/runtime", workingDirectory),
    loadRuntime<typeof Reflection>("@rpcgen/runtime/reflection", workingDirectory),
  ]);
  const call = new CommandedCall(console, runtime, reflection, address, options);
  try {
    if (options.list === true) return await call.list();
    if (wanted === undefined)
      throw new UsageError("no method is named", "write Orders.place, or --list to see what there is");
    return await call.run(wanted, request);
  } catch (error) {
    if (!runtime.RpcError.is(error)) throw error;
    return call.explain(error);
  }
}

class CommandedCall {
  private readonly console: Console;
  private readonly runtime: typeof Runtime;
  private readonly reflection: typeof Reflection;
  private readonly address: string;
  private readonly options: CallCommandOptions;

  constructor(
    console: Console,
    runtime: typeof Runtime,
    reflection: typeof Reflection,
    address: string,
    options: CallCommandOptions,
  ) {
    this.console = console;
    this.runtime = runtime;
    this.reflection = reflection;
    this.address = address;
    this.options = options;
  }

  /** Says what the server offers. */
  async list(): Promise<ExitCode> {
    const services = await this.ask();
    if (this.options.json === true) this.console.product(JSON.stringify({ services }));
    else {
      for (const { name, source, methods } of services) {
        this.console.product(`${printable(name)}  (${printable(source)})`);
        for (const method of methods) this.console.product(`  ${printable(method.name)}  ${method.shape}`);
      }
    }
    return exitCode.done;
  }

  async run(wanted: string, request: string | undefined): Promise<ExitCode> {
    const name = parseWanted(wanted);
    const known = await this.ofProject();
    const services = servicesNamed(known, name.service).length > 0 ? known : await this.ask(known);
    const callable = findCallable(services, name);
    const channel = this.connect({ codec: this.reflection.genericJson });
    try {
      await this.call(channel, callable, request);
    } finally {
      await channel.close();
    }
    return exitCode.done;
  }

  /** A failed call in the words of its error. */
  explain(error: RpcError): ExitCode {
    const { code, message, typeName, method } = error;
    if (this.options.json === true)
      this.console.product(JSON.stringify({ error: { code, message, typeName, method } }));
    else {
      const declared = typeName === undefined ? "" : ` ${printable(typeName)}`;
      this.console.complain(`${this.console.paint("red", `error ${code}`)}${declared}: ${printable(message)}`);
    }
    return exitCode.callFailed;
  }

  private async call(channel: ClientChannel, { service, index }: Callable, request: string | undefined): Promise<void> {
    const method = this.reflection.genericMethod(service, index);
    const settings = this.callOptions();
    switch (method.info.shape) {
      case "unary":
        return this.print(await channel.unary(method, await oneRequest(request), settings));
      case "oneway":
        return channel.oneway(method, await oneRequest(request), settings);
      case "clientStream":
        return this.print(await channel.clientStream(method, manyRequests(request), settings));
      case "serverStream":
        return this.printAll(channel.serverStream(method, await oneRequest(request), settings));
      case "bidiStream":
        return this.printAll(channel.bidiStream(method, manyRequests(request), settings));
    }
  }

  private print(answer: string): void {
    this.console.product(this.options.json === true ? answer : JSON.stringify(JSON.parse(answer), undefined, 2));
  }

  private async printAll(answers: AsyncIterable<string>): Promise<void> {
    for await (const answer of answers) this.console.product(answer);
  }

  private callOptions(): CallOptions {
    const { timeout, metadata = [], verbose } = this.options;
    const over = new AbortController();
    // The server hears of it, and whatever came so far stays printed.
    process.once("SIGINT", () => over.abort());
    const entries = metadata.map((pair): [string, string] => {
      const colon = pair.indexOf(":");
      return [pair.slice(0, colon), pair.slice(colon + 1).trim()];
    });
    const tell = (beside: Metadata): void => {
      for (const [key, value] of beside) this.console.complain(`${printable(key)}: ${printable(value)}`);
    };
    return {
      signal: over.signal,
      timeoutMs: timeout,
      metadata: entries.length === 0 ? undefined : entries,
      onMetadata: verbose === true ? tell : undefined,
    };
  }

  /** What the server says that it offers; `known` where it does not say. */
  private async ask(known: readonly ServiceInfo[] = []): Promise<readonly ServiceInfo[]> {
    const channel = this.connect({});
    try {
      return await this.reflection.reflect(channel, { timeoutMs: this.options.timeout ?? 10_000 });
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

  private connect(more: ConnectOptions): ClientChannel {
    const { ca, cert, key, serverName } = this.options;
    const host = hostIn(this.options.cwd ?? ".");
    const read = (path: string): { readonly file: string } => ({ file: host.absolute(path) });
    const said = {
      ...(ca === undefined ? {} : { ca: read(ca) }),
      ...(cert === undefined ? {} : { certificate: read(cert) }),
      ...(key === undefined ? {} : { key: read(key) }),
      ...(serverName === undefined ? {} : { serverName }),
    };
    const tls = Object.keys(said).length > 0 ? said : undefined;
    return this.runtime.connect(this.address, { ...more, failFast: true, tls });
  }

  /** The services of the project's `.rpc` files; none where there is no project, or one with mistakes. */
  private async ofProject(): Promise<readonly ServiceInfo[]> {
    try {
      const { host, plan } = await openProject([], this.options);
      const { analyze } = await import("../../compiler/src/compile.js");
      const analysis = analyze(plan.entries, host, { roots: [plan.root, ...plan.importRoots] }, new Report());
      if (analysis.isSound) return servicesOf(analysis.schema);
      if (this.options.root === undefined) return [];
      throw new UsageError(`the .rpc files in ${this.options.root} have mistakes`, "`rpcgen check` shows them");
    } catch (error) {
      if (error instanceof UsageError && this.options.root === undefined) return [];
      throw error;
    }
  }
}

/** The request as it stands on the command line, or on standard input; an empty message where neither says anything. */
async function oneRequest(given: string | undefined): Promise<string> {
  if (given !== undefined && given !== "-") return checked(given);
  if (given === undefined && process.stdin.isTTY) return "{}";
  const values: string[] = [];
  for await (const value of jsonValues(process.stdin)) values.push(value);
  if (values.length > 1) throw new UsageError(`standard input has ${values.length} values, and the method takes one`);
  return values[0] ?? "{}";
}

/** Each item of a list on the command line, or each value of standard input as it comes. */
function manyRequests(given: string | undefined): AsyncIterable<string> | Iterable<string> {
  if (given === undefined || given === "-") return jsonValues(process.stdin);
  const value: unknown = JSON.parse(checked(given));
  return Array.isArray(value) ? value.map((item) => JSON.stringify(item)) : [given];
}

function checked(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    throw new UsageError(`the request is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
