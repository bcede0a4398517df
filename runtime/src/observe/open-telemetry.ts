/** Spans of calls for OpenTelemetry, whose API the program hands over: nothing is loaded, and any copy of it fits. */

import type { CallRecord, Instrument, WatchedChannel } from "../call/instrument.js";
import type { Metadata } from "../call/metadata.js";
import type { TraceContext } from "../call/outgoing-call.js";
import type { ServerCall } from "../call/server-call.js";
import type { StatusCode } from "../error/status.js";
import type { ServiceInfo, MethodInfo } from "../method/method.js";
import { noteTrace, runAround, traceOf, withTrace } from "./current-trace.js";
import { follow, type OutgoingRecord, type StartedCall } from "./outgoing.js";
import { onWay, withinLimits } from "./traces.js";

/** A span's place, as the API has it. */
export interface OtelSpanContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly traceState?: { serialize(): string } | undefined;
}

/** A span, so far as it is used here. */
export interface OtelSpan {
  spanContext(): OtelSpanContext;
  setAttribute(key: string, value: string | number): unknown;
  setStatus(status: { code: number; message?: string }): unknown;
  end(): void;
}

/** What a span starts with. */
export interface OtelSpanOptions<SpanContext = OtelSpanContext> {
  kind: number;
  attributes: Record<string, string | number>;
  links?: { context: SpanContext }[];
}

/** What its spans say of their places. */
type SpanContextOf<Span extends OtelSpan> = ReturnType<Span["spanContext"]>;

/** The part of `@opentelemetry/api` that is used: `import * as api from "@opentelemetry/api"` is one. */
export interface OpenTelemetryApi<Context = unknown, Span extends OtelSpan = OtelSpan> {
  readonly ROOT_CONTEXT: Context;
  readonly trace: {
    getTracer(name: string): {
      startSpan(name: string, options: OtelSpanOptions<SpanContextOf<Span>>, context: Context): Span;
    };
    setSpan(context: Context, span: Span): Context;
    getSpanContext(context: Context): OtelSpanContext | undefined;
  };
  readonly context: {
    active(): Context;
    with<T>(context: Context, run: () => T): T;
  };
  readonly propagation: {
    inject(context: Context, carrier: Metadata, setter: OtelSetter): void;
    extract(context: Context, carrier: Metadata, getter: OtelGetter): Context;
  };
}

interface OtelSetter {
  set(carrier: Metadata, key: string, value: string): void;
}

interface OtelGetter {
  keys(carrier: Metadata): string[];
  get(carrier: Metadata, key: string): string | string[] | undefined;
}

// The API's numbers, which are part of its contract.
const serverKind = 1;
const clientKind = 2;
const errorStatus = 2;

/** What a server has done wrong, rather than its client. */
const serverFaults: ReadonlySet<StatusCode> = new Set<StatusCode>([
  "unknown",
  "deadline-exceeded",
  "unimplemented",
  "internal",
  "unavailable",
  "data-loss",
]);

const setter: OtelSetter = {
  set: (metadata, key, value) => {
    try {
      metadata.set(key, value);
    } catch {
      // What cannot be sent is not sent: no call fails for a trace.
    }
  },
};

const getter: OtelGetter = {
  keys: (metadata) => [...new Set([...metadata].map(([key]) => key))],
  get: (metadata, key) => {
    const values = metadata.getAll(key);
    return values.length > 1 ? values : values[0];
  },
};

/**
 * A span for each attempt of a call on the client, and one for each call on the server, with the attributes of the semantic conventions
 * for RPC. Contexts travel in metadata, as the program's propagator writes them; while a handler runs, its span is the active one.
 */
export function openTelemetry<Context, Span extends OtelSpan>(
  api: OpenTelemetryApi<Context, Span>,
): Required<Instrument> {
  const tracer = api.trace.getTracer("@rpcgen/runtime");
  const contexts = new WeakMap<ServerCall, Context>();
  const attempts = new WeakMap<object, { context: SpanContextOf<Span> }[]>();

  function tried(call: StartedCall, channel: WatchedChannel): OutgoingRecord {
    const { service, info } = call.method;
    const { place, identity = {} } = call;
    const links = attempts.get(identity) ?? [];
    const attributes = attributesOf(service, info);
    if (place !== undefined) {
      attributes["rpcgen.attempt.number"] = place.number;
      attributes["rpcgen.attempt.kind"] = place.number === 1 ? "first" : place.kind;
    }
    const active = api.context.active();
    const span = tracer.startSpan(nameOf(service, info), { kind: clientKind, attributes, links: [...links] }, active);
    attempts.set(identity, [...links, { context: span.spanContext() as SpanContextOf<Span> }]);
    const here = api.trace.setSpan(active, span);
    const metadata = withinLimits(call.metadata, channel, (own) => api.propagation.inject(here, own, setter));
    return {
      ...(metadata === undefined ? {} : { metadata }),
      onServer: (address) => setPlace(span, address),
      over: (error) => endSpan(span, error?.code, error?.message, true),
    };
  }

  function came(call: ServerCall): CallRecord {
    const { service, method, peer } = call;
    const parent = api.propagation.extract(api.ROOT_CONTEXT, call.metadata, getter);
    const attributes = { ...attributesOf(service, method), "network.peer.address": peer.address };
    const span = tracer.startSpan(nameOf(service, method), { kind: serverKind, attributes }, parent);
    contexts.set(call, api.trace.setSpan(parent, span));
    noteTrace(call, traceFrom(span.spanContext()));
    return { over: (code, error) => endSpan(span, code, error?.message, false) };
  }

  return {
    channel: (channel) => ({
      call: onWay((call) => {
        const context = api.trace.getSpanContext(api.context.active());
        return context === undefined ? call : { ...call, trace: traceFrom(context) };
      }),
      attempt: follow((call) => tried(call, channel)),
    }),
    server: () => ({
      calls: { began: came },
      interceptor: runAround((call, run) => {
        const context = contexts.get(call);
        const trace = traceOf(call);
        if (context === undefined || trace === undefined) return run();
        return api.context.with(context, () => withTrace(trace, run));
      }),
    }),
  };
}

function nameOf(service: ServiceInfo, { wireName }: MethodInfo): string {
  return `${service.name}/${wireName}`;
}

function attributesOf(service: ServiceInfo, info: MethodInfo): Record<string, string | number> {
  return {
    "rpc.system.name": "rpcgen",
    "rpc.system": "rpcgen",
    "rpc.service": service.name,
    "rpc.method": nameOf(service, info),
  };
}

function setPlace(span: OtelSpan, address: string): void {
  const [, host, port] = /^rpcs?:\/\/(.*):(\d+)$/.exec(address) ?? [];
  span.setAttribute("server.address", host ?? address);
  if (port !== undefined) span.setAttribute("server.port", Number(port));
}

function endSpan(span: OtelSpan, code: StatusCode | undefined, message: string | undefined, isClient: boolean): void {
  span.setAttribute("rpc.response.status_code", code ?? "ok");
  if (code !== undefined && (isClient || serverFaults.has(code))) {
    span.setAttribute("error.type", code);
    span.setStatus(message === undefined ? { code: errorStatus } : { code: errorStatus, message });
  }
  span.end();
}

function traceFrom({ traceId, spanId, traceFlags, traceState }: OtelSpanContext): TraceContext {
  return { traceId, spanId, isSampled: (traceFlags & 1) === 1, state: traceState?.serialize() ?? "" };
}
