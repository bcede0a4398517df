/** A registry inside one process: for tests, and for programs whose servers and clients live together. */

import { RpcError } from "../error/rpc-error.js";
import { changeEndpoint } from "./change-endpoint.js";
import { checkEndpoint } from "./check-endpoint.js";
import type { Endpoint, EndpointInit } from "./endpoint.js";
import { guardResolver } from "./guard.js";
import { resolveTools, type RegistryOptions } from "./registry-options.js";
import type { Finder, FinderSink, Registration, Registry } from "./registry.js";

/** What is entered, by service; several registries may share it. Everything in it can be set, for tests. */
export class MemoryStore {
  private readonly entries = new Map<string, readonly unknown[]>();
  private readonly sinks = new Map<string, Set<FinderSink>>();

  /** The entries of a service as they are. */
  list(service: string): readonly unknown[] {
    return this.entries.get(service) ?? [];
  }

  /** Replaces all entries of a service, by good ones or bad ones. */
  set(service: string, entries: readonly unknown[]): void {
    this.entries.set(service, entries);
    for (const sink of [...(this.sinks.get(service) ?? [])]) sink.update(entries);
  }

  /** Tells all that watch the service that the registry cannot be asked. */
  fail(service: string, error: RpcError): void {
    for (const sink of [...(this.sinks.get(service) ?? [])]) sink.failed(error);
  }

  /** As `watch` of a Finder. */
  watch(service: string, sink: FinderSink): () => void {
    const those = this.sinks.get(service) ?? new Set();
    this.sinks.set(service, those.add(sink));
    sink.update(this.list(service));
    return () => void those.delete(sink);
  }
}

export interface MemoryOptions extends RegistryOptions {
  /** One of its own where left out. */
  readonly store?: MemoryStore | undefined;
}

/** A registry. Unless the guard's options say something else, its store is believed at once and in everything. */
export function memoryRegistry(options: MemoryOptions = {}): Registry {
  const tools = resolveTools({ ...options, guard: { debounceMs: 0, holdMs: 0, ...options.guard } });
  const store = options.store ?? new MemoryStore();
  const finder: Finder = {
    isNear: true,
    watch: (service, sink) => ({ refresh: () => {}, close: store.watch(service, sink) }),
    async close() {},
  };
  const resolver = guardResolver(finder, "memory:", tools);
  const open = new Set<MemoryRegistration>();
  let isClosed = false;
  return {
    watch: (service, sink) => resolver.watch(service, sink),
    async register(service, init) {
      if (isClosed) throw new RpcError("failed-precondition", "the registry was closed");
      const registration: MemoryRegistration = new MemoryRegistration(store, service, checkEndpoint(init, "near"), () =>
        open.delete(registration),
      );
      open.add(registration);
      return registration;
    },
    async close() {
      isClosed = true;
      await Promise.all([...open].map((registration) => registration.close()));
      await resolver.close();
    },
  };
}

class MemoryRegistration implements Registration {
  private readonly store: MemoryStore;
  private readonly service: string;
  private readonly forget: () => void;
  private entry: Endpoint | undefined;

  constructor(store: MemoryStore, service: string, entry: Endpoint, forget: () => void) {
    this.store = store;
    this.service = service;
    this.forget = forget;
    this.entry = entry;
    // The newest is first: of two with the same address it is the one that counts.
    store.set(service, [entry, ...store.list(service)]);
  }

  async update(change: Omit<EndpointInit, "address">): Promise<void> {
    const { entry: was, store, service } = this;
    if (was === undefined) return;
    const is = changeEndpoint(was, change, "near");
    this.entry = is;
    store.set(
      service,
      store.list(service).map((entry) => (entry === was ? is : entry)),
    );
  }

  async close(): Promise<void> {
    const { entry: was, store, service } = this;
    if (was === undefined) return;
    this.entry = undefined;
    store.set(
      service,
      store.list(service).filter((entry) => entry !== was),
    );
    this.forget();
  }
}
