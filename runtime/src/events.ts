/** What the runtime tells about itself while it runs: counters to read, and events to subscribe to. */

import type { RpcError } from "./error/rpc-error.js";
import type { FleetEvent } from "./fleet-event.js";

/** Counters of a server, a channel or one connection; they only ever grow, but for `connectionsOpen` and `callsOpen`. */
export interface Counters {
  connectionsOpened: number;
  connectionsOpen: number;
  /** Connections turned away by a limit or while closing. */
  connectionsRefused: number;
  /** Sockets that did not become connections because the TLS handshake failed or proved the wrong thing. */
  handshakesFailed: number;
  /** Connections closed because the peer broke the protocol or a limit. */
  connectionsFailed: number;
  callsStarted: number;
  callsOpen: number;
  callsFailed: number;
  callsCancelled: number;
  callsRefused: number;
  deadlinesExceeded: number;
  /** Frames for calls that are over: allowed, because they may have crossed the end on their way. */
  framesIgnored: number;
  /** Handlers that were still running when their call had already ended. */
  handlersOutlived: number;
}

export function createCounters(): Counters {
  return {
    connectionsOpened: 0,
    connectionsOpen: 0,
    connectionsRefused: 0,
    handshakesFailed: 0,
    connectionsFailed: 0,
    callsStarted: 0,
    callsOpen: 0,
    callsFailed: 0,
    callsCancelled: 0,
    callsRefused: 0,
    deadlinesExceeded: 0,
    framesIgnored: 0,
    handlersOutlived: 0,
  };
}

/** Something that happened which is worth a log line or a metric. */
export type RuntimeEvent =
  | { readonly kind: "connection-opened"; readonly peer: string }
  | { readonly kind: "connection-refused"; readonly peer: string; readonly reason: string }
  | { readonly kind: "connection-closed"; readonly peer: string; readonly error: RpcError | undefined }
  | { readonly kind: "connect-failed"; readonly address: string; readonly error: RpcError; readonly retryInMs: number }
  | { readonly kind: "handler-failed"; readonly method: string; readonly peer: string; readonly thrown: unknown }
  /** Other policies are in force, for calls to come. */
  | { readonly kind: "policies-changed"; readonly source: string }
  /** The policies that were in force stay so. */
  | { readonly kind: "policies-failed"; readonly source: string; readonly error: RpcError }
  /** On a client: the policy cannot do anything for this method. Told once, and again when policies change. */
  | {
      readonly kind: "policy-without-effect";
      readonly method: string;
      readonly policy: string;
      readonly reason: string;
    }
  | { readonly kind: "accept-failed"; readonly address: string; readonly error: Error }
  /** A server is on its way out: it says so, and goes on for now. */
  | { readonly kind: "drain-started"; readonly address: string }
  /** It is gone; `callsCut` did not end in time. */
  | { readonly kind: "drain-ended"; readonly address: string; readonly callsCut: number }
  | FleetEvent
  | RegistryEvent
  /** On the server: the registry knows it under its address, or no longer does. */
  | { readonly kind: "registered" | "deregistered"; readonly service: string; readonly address: string }
  /** It will be tried again; Infinity where the registry would not take it then either. */
  | {
      readonly kind: "register-failed";
      readonly service: string;
      readonly address: string;
      readonly error: RpcError;
      readonly retryInMs: number;
    }
  | TlsEvent;

/** What happens with registries; `registry` is its address without secrets. */
export type RegistryEvent =
  /** It cannot be asked, or answers garbage; servers found before stay in use. */
  | { readonly kind: "registry-failed"; readonly registry: string; readonly service: string; readonly error: RpcError }
  /** Entries that are of no use were left out. */
  | {
      readonly kind: "endpoints-dropped";
      readonly registry: string;
      readonly service: string;
      readonly count: number;
      readonly reasons: readonly string[];
    }
  /** So many servers have gone at once that `count` of them are kept for `holdMs`, in case it is the registry that fails. */
  | {
      readonly kind: "endpoints-held";
      readonly registry: string;
      readonly service: string;
      readonly count: number;
      readonly holdMs: number;
    }
  /** Nobody has answered yet, and the servers are those that an earlier run has written down. */
  | { readonly kind: "snapshot-used"; readonly registry: string; readonly service: string; readonly count: number }
  | { readonly kind: "snapshot-failed"; readonly registry: string; readonly service: string; readonly error: RpcError };

/** What happens with TLS. */
export type TlsEvent =
  /** On the server; a client is told by `connect-failed`. */
  | { readonly kind: "handshake-failed"; readonly peer: string; readonly error: RpcError }
  /** One of this side's own certificates ends soon; below zero days it has ended. Told at the start and every day. */
  | {
      readonly kind: "certificate-expiring";
      readonly certificate: string;
      readonly expiresAt: Date;
      readonly daysLeft: number;
    }
  /** New connections use these certificates; those that are open go on. */
  | { readonly kind: "tls-reloaded"; readonly certificates: readonly string[] }
  /** The old certificates stay in use. */
  | { readonly kind: "tls-reload-failed"; readonly error: RpcError };

/** Receives events; what it throws is swallowed, because no watcher may break what it watches. */
export type Observer = (event: RuntimeEvent) => void;

/** Tells an observer, if there is one. */
export function tell(observer: Observer | undefined, event: RuntimeEvent): void {
  if (observer === undefined) return;
  try {
    observer(event);
  } catch {
    // An observer's own failure has nowhere better to go.
  }
}

/** One observer for all that there are; undefined where there is none. What one of them throws the others do not notice. */
export function shareEvents(observers: readonly (Observer | undefined)[]): Observer | undefined {
  const present = observers.filter((observer) => observer !== undefined);
  if (present.length < 2) return present[0];
  return (event) => {
    for (const observer of present) tell(observer, event);
  };
}
