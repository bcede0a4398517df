/** Carries traces through calls, both ways of each hop, without any library: for logs, and for whoever records spans elsewhere. */

import type { Instrument, WatchedChannel } from "../call/instrument.js";
import { Metadata } from "../call/metadata.js";
import type { Interceptor, OutgoingCall, TraceContext } from "../call/outgoing-call.js";
import type { ServerCall } from "../call/server-call.js";
import { RpcError } from "../error/rpc-error.js";
import { currentTrace, noteTrace, runAround, traceOf, withTrace } from "./current-trace.js";
import { quietly } from "./outgoing.js";
import { newId, readTraceContext, writeTraceContext } from "./trace-context.js";

export interface TracesOptions {
  /** The share of traces that begin here and are marked as sampled, 0 to 1; all where left out. Others keep the mark that they came with. */
  readonly sample?: number | undefined;
  /** Where ids come from; from 0 to below 1. */
  readonly random?: (() => number) | undefined;
}

/**
 * Calls carry `traceparent` and `tracestate` in their metadata. On a server a call continues the trace that it came with, or begins one;
 * while its handler runs, `currentTrace` is that, and calls that it makes continue it. Throws an `invalid-argument` RpcError for
 * options that make no sense.
 */
export function traceCalls(options: TracesOptions = {}): Required<Instrument> {
  const { sample = 1, random = Math.random } = options;
  if (!(sample >= 0 && sample <= 1)) {
    throw new RpcError("invalid-argument", `sample must be a share from 0 to 1, not ${String(sample)}`);
  }
  const child = (parent: TraceContext): TraceContext => ({ ...parent, spanId: newId(16, random) });
  const begin = (): TraceContext => {
    return { traceId: newId(32, random), spanId: newId(16, random), isSampled: random() < sample, state: "" };
  };
  const came = (call: ServerCall): void => {
    const parent = readTraceContext(call.metadata);
    noteTrace(call, parent === undefined ? begin() : child(parent));
  };
  return {
    channel: (channel) => ({
      call: onWay((call) => ({ ...call, trace: call.trace ?? saidBy(call) ?? currentTrace() ?? begin() })),
      attempt: onWay((call) => (call.trace === undefined ? call : sent(call, child(call.trace), channel))),
    }),
    server: () => ({
      calls: {
        began: (call) => {
          came(call);
          return undefined;
        },
      },
      interceptor: runAround((call, run) => {
        const trace = traceOf(call);
        return trace === undefined ? run() : withTrace(trace, run);
      }),
    }),
  };
}

/** What the caller itself has put into the metadata goes before what runs. */
function saidBy({ metadata }: { readonly metadata: Metadata | undefined }): TraceContext | undefined {
  return metadata === undefined ? undefined : readTraceContext(metadata);
}

/** An interceptor that changes calls as they start; where the change throws, they go on as they are. */
export function onWay(change: <In, Out>(call: OutgoingCall<In, Out>) => OutgoingCall<In, Out>): Interceptor {
  const changed: typeof change = (call) => quietly(() => change(call)) ?? call;
  return {
    one: (call, next) => next(changed(call)),
    many: (call, next) => ({ [Symbol.asyncIterator]: () => next(changed(call))[Symbol.asyncIterator]() }),
  };
}

function sent<In, Out>(
  call: OutgoingCall<In, Out>,
  trace: TraceContext,
  channel: WatchedChannel,
): OutgoingCall<In, Out> {
  const metadata = withinLimits(call.metadata, channel, (own) => writeTraceContext(own, trace));
  return metadata === undefined ? call : { ...call, metadata };
}

/** A copy of metadata with something more; undefined where that would be over the channel's limits: no call fails for a trace. */
export function withinLimits(
  metadata: Metadata | undefined,
  { limits }: Pick<WatchedChannel, "limits">,
  write: (metadata: Metadata) => void,
): Metadata | undefined {
  const own = Metadata.from(metadata ?? {});
  write(own);
  const fits = own.size <= limits.metadataEntriesMax && own.bytes <= limits.metadataBytesMax;
  return fits ? own : undefined;
}
