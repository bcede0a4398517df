/** What is counted of channels: their calls, by method, the attempts of these, and the servers that they know. */

import type { ChannelTaps, WatchedChannel, WatchedMember } from "../call/instrument.js";
import type { Clock } from "../clock.js";
import type { RpcError } from "../error/rpc-error.js";
import { createCounters, type Counters } from "../events.js";
import { CallFamilies, codeLabel, MethodMetrics, type MetricTools } from "./call-metrics.js";
import { addClosed, addCounters, connectionFamilies } from "./connection-metrics.js";
import { PerMethod } from "./method-names.js";
import { CountFamily, HistogramFamily, other, type MetricFamily, type MetricValue } from "./metric.js";
import { follow, type OutgoingRecord, type StartedCall } from "./outgoing.js";

export interface ChannelMetricsLimits {
  readonly methodsMax: number;
  readonly targetsMax: number;
  readonly peersMax: number;
}

/** What one target has, over all channels that lead there. */
interface Target {
  readonly name: string;
  readonly open: Set<WatchedChannel>;
  readonly closed: Counters;
}

export class ChannelMetrics {
  private readonly limits: ChannelMetricsLimits;
  private readonly families: CallFamilies;
  private readonly methods: PerMethod<MethodMetrics>;
  private readonly attempts: CountFamily<"rpc_method" | "kind">;
  private readonly attemptDuration: HistogramFamily<"rpc_method" | "code">;
  private readonly events: CountFamily<"target" | "kind">;
  private readonly targets = new Map<string, Target>();

  constructor(tools: MetricTools, limits: ChannelMetricsLimits) {
    const { budget, bounds } = tools;
    this.limits = limits;
    this.families = new CallFamilies("client", tools);
    this.methods = new PerMethod(limits.methodsMax, (name) => new MethodMetrics(name, this.families));
    this.attempts = new CountFamily(
      "counter",
      {
        name: "rpc_client_attempts_started",
        help: "Attempts of calls: the first ones, retries, and hedges.",
        labels: ["rpc_method", "kind"],
        folds: ["rpc_method"],
      },
      budget,
    );
    this.attemptDuration = new HistogramFamily(
      bounds,
      {
        name: "rpc_client_attempt_duration_seconds",
        help: "How long attempts took to their end.",
        unit: "seconds",
        labels: ["rpc_method", "code"],
        folds: ["rpc_method"],
      },
      budget,
    );
    this.events = new CountFamily(
      "counter",
      {
        name: "rpc_client_events",
        help: "What channels told, by its kind: lost connections, ejected servers, breakers, registries.",
        labels: ["target", "kind"],
        folds: ["target", "kind"],
      },
      budget,
    );
  }

  taps(channel: WatchedChannel): ChannelTaps {
    const target = this.targetOf(channel.address);
    const { clock } = channel;
    target.open.add(channel);
    return {
      call: follow((call) => this.began(call, clock)),
      attempt: follow((call) => this.tried(call, clock)),
      observe: ({ kind }) => this.events.of(target.name, kind).add(),
      closed: () => {
        if (target.open.delete(channel)) addClosed(target.closed, channel.counters);
      },
    };
  }

  read(): readonly MetricFamily[] {
    const targets = [...this.targets.values()];
    const owners = targets.map(({ name, open, closed }) => {
      const counters = createCounters();
      addCounters(counters, closed);
      for (const channel of open) addCounters(counters, channel.counters);
      return { labels: { target: name }, counters };
    });
    return [
      ...this.families.read(),
      this.attempts.read(),
      this.attemptDuration.read(),
      ...connectionFamilies("client", owners),
      ...this.readMembers(targets),
      this.events.read(),
    ];
  }

  private targetOf(address: string): Target {
    const name = this.targets.has(address) || this.targets.size < this.limits.targetsMax ? address : other;
    let target = this.targets.get(name);
    if (target === undefined) {
      target = { name, open: new Set(), closed: createCounters() };
      this.targets.set(name, target);
    }
    return target;
  }

  private began({ method: { service, info } }: StartedCall, clock: Clock): OutgoingRecord {
    const method = this.methods.of(service, info);
    const startedAt = clock.now();
    method.begin();
    return { over: (error) => method.end(error?.code, clock, startedAt) };
  }

  private tried({ method: { service, info }, place }: StartedCall, clock: Clock): OutgoingRecord {
    const method = this.methods.of(service, info);
    const startedAt = clock.now();
    this.attempts.of(method.name, place === undefined || place.number === 1 ? "first" : place.kind).add();
    return {
      sent: (bytes) => method.request(bytes),
      received: (bytes) => method.answer(bytes),
      over: (error: RpcError | undefined) =>
        this.attemptDuration.of(method.name, codeLabel(error?.code)).observe((clock.now() - startedAt) / 1000),
    };
  }

  private readMembers(targets: readonly Target[]): readonly MetricFamily[] {
    const states: MetricValue[] = [];
    const inFlight: MetricValue[] = [];
    const latency: MetricValue[] = [];
    for (const { name: target, open } of targets) {
      const members = [...open].flatMap((channel) => channel.members());
      for (const [state, value] of countStates(members)) states.push({ labels: { target, state }, value });
      for (const [peer, seen] of this.byPeer(members)) {
        inFlight.push({ labels: { target, peer }, value: seen.inFlight });
        latency.push({ labels: { target, peer }, value: seen.latencyMs / 1000 });
      }
    }
    const gauge = (
      name: string,
      help: string,
      values: readonly MetricValue[],
      unit?: string,
    ): MetricFamily & { readonly kind: "gauge" } => ({ name, help, unit, kind: "gauge", values });
    return [
      gauge("rpc_client_servers", "Servers that channels know, by what keeps them from getting calls.", states),
      gauge("rpc_client_server_calls_in_flight", "Calls that a server has not answered yet.", inFlight),
      gauge("rpc_client_server_latency_seconds", "Moving average of a server's answers.", latency, "seconds"),
    ];
  }

  /** The servers one by one, so far as there is room; the rest together. */
  private byPeer(members: readonly WatchedMember[]): ReadonlyMap<string, { inFlight: number; latencyMs: number }> {
    const peers = new Map<string, { inFlight: number; latencyMs: number }>();
    for (const { address, inFlight, latencyMs } of members) {
      const name = peers.has(address) || peers.size < this.limits.peersMax ? address : other;
      const before = peers.get(name) ?? { inFlight: 0, latencyMs: 0 };
      peers.set(name, {
        inFlight: before.inFlight + inFlight,
        latencyMs: Math.max(before.latencyMs, latencyMs),
      });
    }
    return peers;
  }
}

function countStates(members: readonly WatchedMember[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { obstacle = "ready" } of members) counts.set(obstacle, (counts.get(obstacle) ?? 0) + 1);
  return counts;
}
