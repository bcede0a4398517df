/** What is counted and timed of calls, on one side: the families, and what each method has in them. */

import type { Clock } from "../clock.js";
import { statusCodes, type StatusCode } from "../error/status.js";
import {
  CountFamily,
  HistogramFamily,
  type Count,
  type FamilyInit,
  type Histogram,
  type MetricFamily,
  type SeriesBudget,
} from "./metric.js";

/** What families are made with. */
export interface MetricTools {
  readonly budget: SeriesBudget;
  /** Of histograms, in seconds. */
  readonly bounds: readonly number[];
}

type MethodLabel = "rpc_method";
type CodeLabel = "code";

/** Families of one side; `side` is part of their names. */
export class CallFamilies {
  readonly started: CountFamily<MethodLabel>;
  readonly inFlight: CountFamily<MethodLabel>;
  readonly duration: HistogramFamily<MethodLabel | CodeLabel>;
  readonly requests: CountFamily<MethodLabel>;
  readonly requestBytes: CountFamily<MethodLabel>;
  readonly answers: CountFamily<MethodLabel>;
  readonly answerBytes: CountFamily<MethodLabel>;

  constructor(side: "client" | "server", tools: MetricTools) {
    const { budget, bounds } = tools;
    const init = <Label extends string>(
      name: string,
      help: string,
      labels: readonly Label[],
      unit?: string,
    ): FamilyInit<Label> => ({
      name: `rpc_${side}_${name}`,
      help,
      unit,
      labels,
      folds: labels.filter((label) => label === "rpc_method"),
    });
    const perMethod = (
      kind: "counter" | "gauge",
      name: string,
      help: string,
      unit?: string,
    ): CountFamily<MethodLabel> => new CountFamily(kind, init(name, help, ["rpc_method"], unit), budget);
    this.started = perMethod("counter", "calls_started", "Calls that were started.");
    this.inFlight = perMethod("gauge", "calls_in_flight", "Calls that are under way.");
    this.duration = new HistogramFamily(
      bounds,
      init("call_duration_seconds", "How long calls took to their end.", ["rpc_method", "code"], "seconds"),
      budget,
    );
    this.requests = perMethod("counter", "request_messages", "Messages from clients to servers.");
    this.requestBytes = perMethod("counter", "request_bytes", "Bytes of messages from clients to servers.", "bytes");
    this.answers = perMethod("counter", "answer_messages", "Messages from servers to clients.");
    this.answerBytes = perMethod("counter", "answer_bytes", "Bytes of messages from servers to clients.", "bytes");
  }

  read(): readonly MetricFamily[] {
    const { started, inFlight, duration, requests, requestBytes, answers, answerBytes } = this;
    return [started, inFlight, duration, requests, requestBytes, answers, answerBytes].map((family) => family.read());
  }
}

/** One method in the families of calls. */
export class MethodMetrics {
  readonly name: string;
  private readonly started: Count;
  private readonly inFlight: Count;
  private readonly families: CallFamilies;
  private readonly requests: Count;
  private readonly requestBytes: Count;
  private readonly answers: Count;
  private readonly answerBytes: Count;
  private readonly durations = new Map<string, Histogram>();

  constructor(name: string, families: CallFamilies) {
    this.name = name;
    this.families = families;
    this.started = families.started.of(name);
    this.inFlight = families.inFlight.of(name);
    this.requests = families.requests.of(name);
    this.requestBytes = families.requestBytes.of(name);
    this.answers = families.answers.of(name);
    this.answerBytes = families.answerBytes.of(name);
  }

  begin(): void {
    this.started.add();
    this.inFlight.add();
  }

  end(code: StatusCode | undefined, clock: Clock, startedAt: number): void {
    this.inFlight.add(-1);
    this.duration(codeLabel(code)).observe((clock.now() - startedAt) / 1000);
  }

  request(bytes: number): void {
    this.requests.add();
    this.requestBytes.add(bytes);
  }

  answer(bytes: number): void {
    this.answers.add();
    this.answerBytes.add(bytes);
  }

  private duration(code: string): Histogram {
    let histogram = this.durations.get(code);
    if (histogram === undefined) {
      histogram = this.families.duration.of(this.name, code);
      this.durations.set(code, histogram);
    }
    return histogram;
  }
}

/** `ok` or a code; what programs without types call a code is `unknown`. */
export function codeLabel(code: StatusCode | undefined): string {
  if (code === undefined) return "ok";
  return statusCodes.includes(code) ? code : "unknown";
}
