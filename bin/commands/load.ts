/** `rpcgen load`: many calls to a running server, and how long they took. */

import type { ClientChannel, MethodShape } from "@rpcgen/runtime";
import { createConsole } from "../console.js";
import type { Console } from "../console.js";
import { exitCode, UsageError } from "../exit-code.js";
import type { ExitCode } from "../exit-code.js";
import { printAnswer } from "../json.js";
import { figuresOf, isAllWell } from "../load/load-figures.js";
import type { LoadFacts } from "../load/load-figures.js";
import { loadMethod } from "../load/load-method.js";
import type { LoadMethod } from "../load/load-method.js";
import { callTimeoutMs, usualTimeoutMs } from "../load/load-plan.js";
import type { LoadPlan } from "../load/load-plan.js";
import { readRequests } from "../load/load-requests.js";
import { ClosedRun, PacedRun } from "../load/load-run.js";
import type { LoadRun } from "../load/load-run.js";
import { introduction, summary } from "../load/load-text.js";
import { openConnections } from "../load/open-connections.js";
import { followProgress } from "../load/progress.js";
import { createShoot } from "../load/shoot.js";
import type { LoadCommandOptions } from "../load-options.js";
import { explainCallError, Target } from "../target.js";

const defaultConcurrency = 50;
/** With a rate: calls that may be open at a time, so that a server that does not answer costs no memory without end. */
const defaultOpenMax = 10_000;
const defaultDurationMs = 10_000;
/** Connecting may take longer than calls are allowed to. */
const preparationMsMin = 5000;

export async function loadCommand(
  address: string,
  wanted: string,
  request: string | undefined,
  options: LoadCommandOptions,
): Promise<ExitCode> {
  const asJson = options.json === true || options.format === "json";
  if (options.json === true && options.format === "text")
    throw new UsageError("--json and --format text do not go together");
  const console = createConsole({ color: options.color ?? "auto", isQuiet: options.quiet === true || asJson });
  const plan = planOf(options);
  const target = await Target.at(address, options, preparationMsMin);
  try {
    const found = await target.find(wanted);
    const { shape } = found.service.methods[found.index] ?? { shape: "unary" };
    checkShape(shape, plan);
    const texts = await readRequests(request, options, console);
    const method = await loadMethod(found, texts, target, options.cwd ?? ".");
    return await new CommandedLoad(console, target, method, plan, options).run(asJson);
  } catch (error) {
    if (!target.runtime.RpcError.is(error)) throw error;
    explainCallError(error, console, asJson);
    return exitCode.callFailed;
  }
}

function planOf({ concurrency, rate, duration, requests, warmUp, connections = 1 }: LoadCommandOptions): LoadPlan {
  const atOnce = concurrency ?? (rate === undefined ? defaultConcurrency : defaultOpenMax);
  if (connections > atOnce) {
    throw new UsageError(
      `${connections} connections with ${atOnce} calls at a time leave some without any`,
      "say as many with --concurrency, or fewer --connections",
    );
  }
  return {
    concurrency: Math.min(atOnce, requests ?? Infinity),
    ratePerSecond: rate,
    durationMs: duration ?? (requests === undefined ? defaultDurationMs : Infinity),
    requests: requests ?? Infinity,
    warmUpMs: warmUp ?? 0,
  };
}

function checkShape(shape: MethodShape, plan: LoadPlan): void {
  if (shape === "oneway" && plan.ratePerSecond === undefined) {
    throw new UsageError(
      "a oneway method has no answers to wait for, so that nothing would hold the calls back",
      "say how many a second, for instance --rate 1000",
    );
  }
}

class CommandedLoad {
  private readonly console: Console;
  private readonly target: Target;
  private readonly method: LoadMethod;
  private readonly plan: LoadPlan;
  private readonly options: LoadCommandOptions;

  constructor(console: Console, target: Target, method: LoadMethod, plan: LoadPlan, options: LoadCommandOptions) {
    this.console = console;
    this.target = target;
    this.method = method;
    this.plan = plan;
    this.options = options;
  }

  async run(asJson: boolean): Promise<ExitCode> {
    const { target, method, plan, console } = this;
    const count = this.options.connections ?? 1;
    const channels = Array.from({ length: count }, () =>
      target.connect({ codec: method.codec, defaultTimeoutMs: usualTimeoutMs }),
    );
    let wasInterrupted = false;
    const cutOff = (): void => endAll(channels, new target.runtime.RpcError("cancelled", "the run is over"));
    const load = this.createRun(channels, cutOff);
    const facts = (): LoadFacts => ({
      address: channels[0]?.address ?? "",
      method: method.method.path,
      shape: method.method.info.shape,
      wire: method.wire,
      connections: count,
      wasInterrupted,
      plan,
      requestKinds: method.requests.length,
    });
    const interrupt = (): void => {
      wasInterrupted = true;
      load.cut();
      cutOff();
    };
    process.once("SIGINT", interrupt);
    try {
      await openConnections(channels, method.wire, target.preparationMs);
      this.console.say(introduction(figuresOf(load, facts())));
      const done = followProgress(load, console, target.runtime.systemClock);
      await load.run();
      done();
    } catch (error) {
      if (!wasInterrupted) throw error;
    } finally {
      process.off("SIGINT", interrupt);
      await Promise.all(channels.map((channel) => channel.close()));
    }
    const figures = figuresOf(load, facts());
    const code = isAllWell(figures) ? exitCode.done : exitCode.callFailed;
    console.product(asJson ? printAnswer("load", code, { ...figures }) : summary(figures));
    return code;
  }

  private createRun(channels: readonly ClientChannel[], cutOff: () => void): LoadRun {
    const { method, plan, target } = this;
    const clock = target.runtime.systemClock;
    const { info } = method.method;
    const isStream = /^(server|bidi)Stream$/.test(info.shape);
    const options = target.callOptions();
    const timeoutMs = callTimeoutMs(plan, info, options.timeoutMs);
    const settings = {
      plan,
      clock,
      shoot: createShoot(method, channels, { ...options, timeoutMs }, clock),
      cutOff: isStream ? cutOff : undefined,
    };
    return plan.ratePerSecond === undefined ? new ClosedRun(settings) : new PacedRun(settings);
  }
}

/** Fails what is open; what is closed afterwards is closed already. */
function endAll(channels: readonly ClientChannel[], reason: Parameters<ClientChannel["close"]>[0]): void {
  for (const channel of channels) void channel.close(reason);
}
