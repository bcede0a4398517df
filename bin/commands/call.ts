/** `rpcgen call`: one call to a running server, with requests and answers as JSON. */

import type { CallOptions, ClientChannel, Metadata } from "@rpcgen/runtime";
import { printable, printableLines } from "../../compiler/src/report/printable.js";
import type { CallCommandOptions } from "../call-options.js";
import { createConsole } from "../console.js";
import type { Console } from "../console.js";
import { declaredErrors } from "../declared-errors.js";
import { exitCode, UsageError } from "../exit-code.js";
import type { ExitCode } from "../exit-code.js";
import { checkedRequest } from "../request-check.js";
import { each, manyRequests, oneRequest } from "../request-source.js";
import { explainCallError, Target, tellMetadata } from "../target.js";
import type { Found } from "../target.js";

export async function callCommand(
  address: string,
  wanted: string | undefined,
  request: string | undefined,
  options: CallCommandOptions,
): Promise<ExitCode> {
  const console = createConsole({ color: options.color ?? "auto", isQuiet: options.quiet === true });
  const target = await Target.at(address, options);
  const call = new CommandedCall(console, target, options);
  try {
    if (options.list === true) return await call.list();
    if (wanted === undefined)
      throw new UsageError("no method is named", "write Orders.place, or --list to see what there is");
    if (options.describe === true) return await call.describe(wanted);
    return await call.run(wanted, request);
  } catch (error) {
    if (!target.runtime.RpcError.is(error)) throw error;
    // What is wrong with a request of a stream comes to light while it is sent.
    if (error.cause instanceof UsageError) throw error.cause;
    explainCallError(error, console, options.json === true);
    return exitCode.callFailed;
  }
}

class CommandedCall {
  private readonly console: Console;
  private readonly target: Target;
  private readonly options: CallCommandOptions;

  constructor(console: Console, target: Target, options: CallCommandOptions) {
    this.console = console;
    this.target = target;
    this.options = options;
  }

  /** Says what the server offers, or what the project's files do where it does not say. */
  async list(): Promise<ExitCode> {
    const { services, from } = await this.target.offered();
    if (this.options.json === true) this.console.product(JSON.stringify({ services, from }));
    else {
      if (from === "files")
        this.console.say("  as the .rpc files here have it; the server does not say what it offers");
      for (const { name, source, methods } of services) {
        this.console.product(`${printable(name)}  (${printable(source)})`);
        for (const method of methods) this.console.product(`  ${printable(method.name)}  ${method.shape}`);
      }
    }
    return exitCode.done;
  }

  /** Says what a method takes and gives; its request alone is the product, so that it can be edited and sent. */
  async describe(wanted: string): Promise<ExitCode> {
    const { known, service } = await this.target.find(wanted);
    if (known === undefined) {
      throw new UsageError(
        "what the messages of this method are, only its .rpc files know",
        "name their directory with --root",
      );
    }
    const { describeMethod, descriptionText } = await import("../describe-method.js");
    const description = describeMethod(known.schema, service.name, known.method);
    if (this.options.json === true) {
      const { request, answer } = description;
      const values = { request: JSON.parse(request) as unknown, answer: JSON.parse(answer) as unknown };
      this.console.product(JSON.stringify({ ...description, ...values }));
      return exitCode.done;
    }
    this.console.say(printableLines(descriptionText(description, known.method, known.schema)));
    if (known.method.outputForm !== "void" && description.shape !== "oneway")
      this.console.say(`  answer:\n${printableLines(description.answer)}`);
    this.console.say("  request:");
    this.console.product(printableLines(description.request));
    return exitCode.done;
  }

  async run(wanted: string, request: string | undefined): Promise<ExitCode> {
    const found = await this.target.find(wanted);
    const channel = this.target.connect({ codec: this.target.reflection.genericJson });
    try {
      await this.call(channel, found, request);
    } finally {
      await channel.close();
    }
    return exitCode.done;
  }

  private async call(channel: ClientChannel, found: Found, request: string | undefined): Promise<void> {
    const { reflection } = this.target;
    const { known, index, service } = found;
    const throws = known === undefined ? undefined : declaredErrors(known, reflection);
    const methods = service.methods.map((info, at) =>
      throws !== undefined && at === index ? { ...info, throws } : info,
    );
    const method = reflection.genericMethod({ ...service, methods }, index);
    const settings = this.callOptions();
    const check = (text: string): string => checkedRequest(text, found);
    switch (method.info.shape) {
      case "unary":
        return this.print(await channel.unary(method, check(await oneRequest(request)), settings));
      case "oneway":
        return channel.oneway(method, check(await oneRequest(request)), settings);
      case "clientStream":
        return this.print(await channel.clientStream(method, each(manyRequests(request), check), settings));
      case "serverStream":
        return this.printAll(channel.serverStream(method, check(await oneRequest(request)), settings));
      case "bidiStream":
        return this.printAll(channel.bidiStream(method, each(manyRequests(request), check), settings));
    }
  }

  private print(answer: string): void {
    this.console.product(this.options.json === true ? answer : JSON.stringify(JSON.parse(answer), undefined, 2));
  }

  private async printAll(answers: AsyncIterable<string>): Promise<void> {
    for await (const answer of answers) this.console.product(answer);
  }

  private callOptions(): CallOptions {
    const over = new AbortController();
    // The server hears of it, and whatever came so far stays printed.
    process.once("SIGINT", () => over.abort());
    const onMetadata = (beside: Metadata): void => tellMetadata(beside, this.console);
    return {
      ...this.target.callOptions(),
      signal: over.signal,
      onMetadata: this.options.verbose === true ? onMetadata : undefined,
    };
  }
}
