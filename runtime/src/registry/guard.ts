/** Stands between a registry's answers and the channel: checks, gathers, remembers, and doubts a registry that loses everybody. */

import { RpcError } from "../error/rpc-error.js";
import { GuardedWatch, type WatchGuard } from "./guarded-watch.js";
import type { RegistryTools } from "./registry-options.js";
import type { Finder, Resolver } from "./registry.js";
import type { SnapshotStore } from "./snapshot.js";

/** A resolver of what `finder` finds. `registry` is its name for people and for snapshots, without secrets. */
export function guardResolver(finder: Finder, registry: string, tools: RegistryTools): Resolver {
  const watches = new Set<GuardedWatch>();
  const guard = readGuard(tools, registry, finderSource(finder));
  let isClosed = false;
  return {
    watch(service, sink) {
      if (isClosed) throw new RpcError("failed-precondition", `the resolver of ${registry} was closed`);
      const watch: GuardedWatch = new GuardedWatch(finder, service, sink, guard, () => watches.delete(watch));
      watches.add(watch);
      return watch;
    },
    async close() {
      isClosed = true;
      const open = [...watches];
      for (const watch of open) watch.close();
      await finder.close();
      await Promise.all(open.map((watch) => watch.written()));
    },
  };
}

function finderSource(finder: Finder): WatchGuard["source"] {
  return finder.isNear === true ? "near" : "registry";
}

function readGuard(tools: RegistryTools, registry: string, source: WatchGuard["source"]): WatchGuard {
  const { guard } = tools;
  const { snapshot } = guard;
  return {
    ...tools,
    registry,
    source,
    debounceMs: atLeastZero("debounceMs", guard.debounceMs, 100),
    debounceMaxMs: atLeastZero("debounceMaxMs", guard.debounceMaxMs, 1000),
    holdMs: atLeastZero("holdMs", guard.holdMs, 120_000),
    endpointsMax: atLeastZero("endpointsMax", guard.endpointsMax, 10_000),
    snapshotAfterMs: atLeastZero("snapshotAfterMs", guard.snapshotAfterMs, 1000),
    openStore: snapshot === undefined ? undefined : async () => openStore(snapshot, registry),
  };
}

async function openStore(snapshot: string | SnapshotStore, registry: string): Promise<SnapshotStore> {
  if (typeof snapshot !== "string") return snapshot;
  const { snapshotFolder } = await import("./snapshot-file.js");
  return snapshotFolder(snapshot, registry);
}

function atLeastZero(name: string, value: number | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (!(value >= 0)) throw new RpcError("invalid-argument", `guard.${name} must be at least 0, not ${value}`);
  return value;
}
