/** What the cases of the suite for registries stand on: sinks that write down what they hear, and adapters that are closed. */

import { systemClock, type Clock, type Timer } from "../../src/clock.js";
import type { RpcError } from "../../src/error/rpc-error.js";
import type { Endpoint, EndpointInit } from "../../src/registry/endpoint.js";
import type { RegistryOptions } from "../../src/registry/registry-options.js";
import type { Registrar, Registration, Resolver, Watch } from "../../src/registry/registry.js";

/** How to start one kind of registry. */
export interface RegistryHarness {
  readonly name: string;
  start(): Promise<RunningRegistry>;
}

export interface RunningRegistry {
  /** Another client of this registry, resolver and registrar in one or apart. */
  open(options: RegistryOptions): { readonly resolver: Resolver; readonly registrar: Registrar };
  /** The registry dies: connections break, and new ones are refused. */
  stop?(): Promise<void>;
  /** It comes back at the same place, with what it knew or `empty`. */
  restart?(empty: boolean): Promise<void>;
  /** It forgets all sessions and leases, and with them what was entered, but goes on. */
  loseLeases?(): Promise<void>;
  /** Puts an entry without any sense among those of the service. */
  putGarbage?(service: string): Promise<void>;
  end(): Promise<void>;
}

/** A sink that writes down what it hears. */
export class Heard {
  readonly lists: (readonly Endpoint[])[] = [];
  readonly failures: RpcError[] = [];

  update(endpoints: readonly Endpoint[]): void {
    this.lists.push(endpoints);
  }

  failed(error: RpcError): void {
    this.failures.push(error);
  }

  get last(): readonly Endpoint[] | undefined {
    return this.lists.at(-1);
  }

  /** The addresses of the last list, sorted. */
  get addresses(): readonly string[] | undefined {
    return this.last?.map(({ address }) => address).sort();
  }
}

/** Waits until `check` throws no more; rethrows what it threw last when that takes too long. */
export async function eventually(check: () => void | Promise<void>, timeoutMs: number = 15_000): Promise<void> {
  const until = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > until) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The machine's clock, and how many of its timers are waiting. */
class CountingClock implements Clock {
  waiting = 0;
  now = systemClock.now;
  turn = systemClock.turn;
  wall = systemClock.wall;
  endOfTurn = systemClock.endOfTurn;
  nextTurn = systemClock.nextTurn;

  timer(delayMs: number, run: () => void): Timer {
    let isWaiting = true;
    this.waiting++;
    const end = (): void => {
      if (isWaiting) this.waiting--;
      isWaiting = false;
    };
    const timer = systemClock.timer(delayMs, () => {
      end();
      run();
    });
    return {
      cancel: () => {
        end();
        timer.cancel();
      },
    };
  }
}

export const service = "shop.orders.v1.Orders";

/** Sockets that are open in this process, those that listen left out. */
export function socketCount(): number {
  return process.getActiveResourcesInfo().filter((name) => /^(TCP|TLS|Pipe)/.test(name) && !/Server/.test(name)).length;
}

/** What a case works with: adapters that are closed after it. */
export class Stage {
  readonly clock = new CountingClock();
  private readonly registry: RunningRegistry;
  private readonly opened: { close(): Promise<void> }[] = [];

  constructor(registry: RunningRegistry) {
    this.registry = registry;
  }

  open(options: RegistryOptions = {}): { readonly resolver: Resolver; readonly registrar: Registrar } {
    const parts = this.registry.open({
      clock: this.clock,
      backoff: { initialMs: 20, maxMs: 250 },
      ...options,
      guard: { debounceMs: 5, holdMs: 0, ...options.guard },
    });
    this.opened.push(parts.registrar, parts.resolver);
    return parts;
  }

  watch(options?: RegistryOptions, of: string = service): { readonly heard: Heard; readonly watch: Watch } {
    const heard = new Heard();
    return { heard, watch: this.open(options).resolver.watch(of, heard) };
  }

  /** Each server has a client of the registry of its own, as processes do. */
  register(endpoint: EndpointInit, of: string = service): Promise<Registration> {
    return this.open().registrar.register(of, endpoint);
  }

  async close(): Promise<void> {
    await Promise.all(this.opened.splice(0).map((part) => part.close()));
  }
}
