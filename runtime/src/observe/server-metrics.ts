/** What is counted of servers: their calls, by method, and their connections. */

import type { CallRecord, ServerTaps, WatchedServer } from "../call/instrument.js";
import type { ServerCall } from "../call/server-call.js";
import type { Clock } from "../clock.js";
import type { StatusCode } from "../error/status.js";
import { createCounters, type Counters } from "../events.js";
import { CallFamilies, codeLabel, MethodMetrics, type MetricTools } from "./call-metrics.js";
import { PerMethod } from "./method-names.js";
import { CountFamily, type MetricFamily } from "./metric.js";
import { addClosed, addCounters, connectionFamilies } from "./connection-metrics.js";

export class ServerMetrics {
  private readonly families: CallFamilies;
  private readonly methods: PerMethod<MethodMetrics>;
  private readonly turnedAway: CountFamily<"rpc_method" | "code">;
  private readonly events: CountFamily<"kind">;
  private readonly running = new Set<WatchedServer>();
  /** Of servers that are closed: what was counted once does not go down. */
  private readonly closed: Counters = createCounters();
  private draining = 0;

  constructor(tools: MetricTools, methodsMax: number) {
    this.families = new CallFamilies("server", tools);
    this.methods = new PerMethod(methodsMax, (name) => new MethodMetrics(name, this.families));
    const { budget } = tools;
    this.turnedAway = new CountFamily(
      "counter",
      {
        name: "rpc_server_calls_turned_away",
        help: "Calls that were answered before anything of them was read: limits, draining servers, methods that are not there.",
        labels: ["rpc_method", "code"],
        folds: ["rpc_method"],
      },
      budget,
    );
    this.events = new CountFamily(
      "counter",
      { name: "rpc_server_events", help: "What servers told, by its kind.", labels: ["kind"], folds: ["kind"] },
      budget,
    );
  }

  taps(server: WatchedServer): ServerTaps {
    this.running.add(server);
    // Known from the start, so that rates have a beginning, and nothing else ever gets a name.
    for (const service of server.services) for (const info of service.methods) this.methods.of(service, info);
    let isDraining = false;
    const drain = (isOn: boolean): void => {
      if (isOn === isDraining) return;
      isDraining = isOn;
      this.draining += isOn ? 1 : -1;
    };
    return {
      calls: {
        began: (call) => this.began(call, server.clock),
        turnedAway: ({ path, code }) => {
          this.turnedAway.of(this.methods.at(path).name, codeLabel(code)).add();
        },
      },
      observe: (event) => {
        this.events.of(event.kind).add();
        if (event.kind === "drain-started") drain(true);
      },
      closed: () => {
        drain(false);
        if (this.running.delete(server)) addClosed(this.closed, server.counters);
      },
    };
  }

  read(): readonly MetricFamily[] {
    const sum = createCounters();
    addCounters(sum, this.closed);
    for (const { counters } of this.running) addCounters(sum, counters);
    return [
      ...this.families.read(),
      this.turnedAway.read(),
      ...connectionFamilies("server", [{ labels: {}, counters: sum }]),
      {
        name: "rpc_server_draining",
        help: "Servers that are on their way out.",
        unit: undefined,
        kind: "gauge",
        values: [{ labels: {}, value: this.draining }],
      },
      this.events.read(),
    ];
  }

  private began(call: ServerCall, clock: Clock): CallRecord {
    const method = this.methods.of(call.service, call.method);
    method.begin();
    return new ServedCall(method, clock);
  }
}

class ServedCall implements CallRecord {
  private readonly method: MethodMetrics;
  private readonly clock: Clock;
  private readonly startedAt: number;

  constructor(method: MethodMetrics, clock: Clock) {
    this.method = method;
    this.clock = clock;
    this.startedAt = clock.now();
  }

  received(bytes: number): void {
    this.method.request(bytes);
  }

  sent(bytes: number): void {
    this.method.answer(bytes);
  }

  over(code: StatusCode | undefined): void {
    this.method.end(code, this.clock, this.startedAt);
  }
}
