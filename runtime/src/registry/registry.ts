/** The interfaces behind which every registry stands: a Resolver finds the servers of a service, a Registrar enters one. */

import type { RpcError } from "../error/rpc-error.js";
import type { Endpoint, EndpointInit } from "./endpoint.js";

/** Receives what a resolver finds. Neither function may throw. */
export interface ResolverSink {
  /** All servers of the service as of now, checked, each address once. An empty list means that there are none. */
  update(endpoints: readonly Endpoint[]): void;
  /** The registry cannot be asked, or answers garbage. What was found before stays; the resolver goes on trying. */
  failed(error: RpcError): void;
}

/** Receives what a finder finds. Neither function may throw. */
export interface FinderSink {
  /** All entries of the service as of now, as the registry has them: not checked yet. */
  update(entries: readonly unknown[]): void;
  failed(error: RpcError): void;
}

/** One service under watch. */
export interface Watch {
  /** Asks again now, where the registry is one that is asked; for callers whose servers have all gone. */
  refresh(): void;
  /** Ends the watch; the sink hears nothing more. */
  close(): void;
}

/** Finds the servers of a service, and tells whenever they change. */
export interface Resolver {
  /**
   * Starts to watch. Returns at once; the sink hears of the servers as soon as they are known, never before `watch` has
   * returned, and of every change. A resolver never gives up: after a failure it tries again, with jittered backoff.
   */
  watch(service: string, sink: ResolverSink): Watch;
  /** Ends all watches and lets go of connections. Always ends. */
  close(): Promise<void>;
}

/** What an adapter knows to do for a resolver: as a Resolver, but what it finds is as raw as the registry has it. */
export interface Finder {
  /** Whether entries are written by whoever runs this program, and may name sockets of this machine. */
  readonly isNear?: boolean | undefined;
  watch(service: string, sink: FinderSink): Watch;
  close(): Promise<void>;
}

/** One server's entry in a registry, kept alive until it is closed. */
export interface Registration {
  /**
   * Says something else of the same server: its weight, its health, its metadata. Settles when the registry knows; rejects with
   * `unavailable` where it cannot be told in time, and tells it as soon as that is possible.
   */
  update(change: Omit<EndpointInit, "address">): Promise<void>;
  /** Takes the server out. Settles when the registry knows, or when it cannot be told and the lease has to run out. */
  close(): Promise<void>;
}

/** Enters servers into a registry. */
export interface Registrar {
  /**
   * Settles when the registry knows the server; rejects with `invalid-argument` for an endpoint that makes no sense, and with
   * `unavailable` where the registry cannot be reached in time. From then on the entry is kept alive, and made
   * again after a lost session or lease.
   */
  register(service: string, endpoint: EndpointInit): Promise<Registration>;
  /** Takes out everything that it has entered, and lets go of connections. Always ends. */
  close(): Promise<void>;
}

/** Both sides of a registry, on the same connections. */
export interface Registry extends Resolver, Registrar {
  /** Takes out everything that it has entered, ends all watches, and lets go of connections. Always ends. */
  close(): Promise<void>;
}
