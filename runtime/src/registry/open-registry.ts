/** Opens registries by address; what speaks to each system is loaded when it is asked for. */

import type { RegistryScheme } from "../address.js";
import { RpcError } from "../error/rpc-error.js";
import { asFailure } from "./persistent-task.js";
import { checkNamesService, parseRegistryAddress, type RegistryAddress } from "./registry-address.js";
import type { RegistryOptions } from "./registry-options.js";
import type { Registrar, Registry, Resolver, ResolverSink, Watch } from "./registry.js";

/** What an adapter opens: some systems only find servers. */
export type OpenedAdapter = Resolver & Partial<Registrar>;

/** Makes an adapter for an address; throws or rejects for one whose parts make no sense to it. */
export type AdapterOpener = (
  address: RegistryAddress,
  options: RegistryOptions,
) => OpenedAdapter | Promise<OpenedAdapter>;

export interface OpenOptions extends RegistryOptions {
  /** Adapters that are made elsewhere, by scheme; they come before those that are known here. */
  readonly adapters?: Readonly<Partial<Record<RegistryScheme, AdapterOpener>>> | undefined;
}

const adapters: Readonly<Partial<Record<RegistryScheme, AdapterOpener>>> = {
  dns: async (address, options) => (await import("./dns.js")).openDns(address, options),
  srv: async (address, options) => (await import("./dns.js")).openDns(address, options),
  consul: async (address, options) => (await import("./consul.js")).openConsul(address, options),
  etcd: async (address, options) => (await import("./etcd.js")).openEtcd(address, options),
  file: async (address, options) => (await import("./file.js")).openFile(address, options),
  eureka: async (address, options) => (await import("./eureka.js")).openEureka(address, options),
  kubernetes: async (address, options) => (await import("./kubernetes.js")).openKubernetes(address, options),
  nacos: async (address, options) => (await import("./nacos.js")).openNacos(address, options),
  zookeeper: async (address, options) => (await import("./zookeeper.js")).openZookeeper(address, options),
};

/** A resolver, and the service that its address names. */
export interface OpenedResolver {
  readonly resolver: Resolver;
  /** What to give to `watch`; "" where the address names none, or stands for one service as a whole. */
  readonly service: string;
}

/**
 * A resolver for the address of a registry, for instance `etcd://h1:2379,h2:2379/shop.orders.v1.Orders`. Returns at once; loads its
 * adapter with the first watch. Throws an `invalid-argument` RpcError for what is no address of a registry, or names no service
 * where one is needed.
 */
export function openResolver(address: string, options: OpenOptions = {}): OpenedResolver {
  const parsed = parseRegistryAddress(address);
  checkNamesService(parsed);
  const open = openerOf(parsed, options);
  return {
    resolver: new LazyResolver(async () => open(parsed, options)),
    service: parsed.scheme === "file" ? (parsed.parameters.get("service") ?? "") : parsed.path,
  };
}

/**
 * A registry to enter servers into and to find them by, for instance `etcd://127.0.0.1:2379`. Rejects with `invalid-argument` for
 * what is no address of a registry, and for a system into which nothing can be entered.
 */
export async function openRegistry(address: string, options: OpenOptions = {}): Promise<Registry> {
  const parsed = parseRegistryAddress(address);
  const opened = await openerOf(parsed, options)(parsed, options);
  if (isRegistry(opened)) return opened;
  await opened.close();
  const why = parsed.scheme === "kubernetes" ? "; Kubernetes enters pods by itself as soon as they are ready" : "";
  throw new RpcError("invalid-argument", `${parsed.label}: servers can be found there, but not entered${why}`);
}

function openerOf(address: RegistryAddress, options: OpenOptions): AdapterOpener {
  const open = options.adapters?.[address.scheme] ?? adapters[address.scheme];
  if (open === undefined) {
    throw new RpcError("unimplemented", `${address.label}: ${address.scheme}: is not available here`);
  }
  return open;
}

function isRegistry(opened: OpenedAdapter): opened is Registry {
  return opened.register !== undefined;
}

class LazyResolver implements Resolver {
  private readonly open: () => Promise<Resolver>;
  private opened: Promise<Resolver> | undefined;
  private readonly watches = new Set<LazyWatch>();
  private isClosed = false;

  constructor(open: () => Promise<Resolver>) {
    this.open = open;
  }

  watch(service: string, sink: ResolverSink): Watch {
    if (this.isClosed) throw new RpcError("failed-precondition", "the resolver was closed");
    this.opened ??= this.open();
    const watch: LazyWatch = new LazyWatch(this.opened, service, sink, () => this.watches.delete(watch));
    this.watches.add(watch);
    return watch;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    for (const watch of [...this.watches]) watch.close();
    const resolver = await this.opened?.catch(() => undefined);
    await resolver?.close();
  }
}

class LazyWatch implements Watch {
  private readonly forget: () => void;
  private watch: Watch | undefined;
  private isClosed = false;

  constructor(opened: Promise<Resolver>, service: string, sink: ResolverSink, forget: () => void) {
    this.forget = forget;
    opened
      .then((resolver) => {
        if (!this.isClosed) this.watch = resolver.watch(service, sink);
      })
      // Also where the adapter does not want to watch what it is asked for.
      .catch((error: unknown) => {
        if (!this.isClosed) sink.failed(asFailure(error));
      });
  }

  refresh(): void {
    this.watch?.refresh();
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.watch?.close();
    this.forget();
  }
}
