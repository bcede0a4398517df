/** The counters that channels and servers keep anyway, as metrics. */

import type { Counters } from "../events.js";
import type { Labels, MetricFamily } from "./metric.js";

type Side = "client" | "server";

interface Column {
  readonly counter: keyof Counters;
  readonly kind: "counter" | "gauge";
  readonly name: string;
  readonly help: string;
  readonly sides: readonly Side[];
}

const both: readonly Side[] = ["client", "server"];
const columns: readonly Column[] = [
  { counter: "connectionsOpen", kind: "gauge", name: "connections_open", help: "Open connections.", sides: both },
  {
    counter: "connectionsOpened",
    kind: "counter",
    name: "connections_opened",
    help: "Connections that were opened.",
    sides: both,
  },
  {
    counter: "connectionsRefused",
    kind: "counter",
    name: "connections_refused",
    help: "Connections turned away by a limit or while closing.",
    sides: ["server"],
  },
  {
    counter: "handshakesFailed",
    kind: "counter",
    name: "handshakes_failed",
    help: "TLS handshakes that failed.",
    sides: ["server"],
  },
  {
    counter: "connectionsFailed",
    kind: "counter",
    name: "connections_failed",
    help: "Connections closed because the peer broke the protocol or a limit.",
    sides: both,
  },
  {
    counter: "framesIgnored",
    kind: "counter",
    name: "frames_ignored",
    help: "Frames for calls that were over.",
    sides: both,
  },
  {
    counter: "handlersOutlived",
    kind: "counter",
    name: "handlers_outlived",
    help: "Handlers that still ran when their call had ended.",
    sides: ["server"],
  },
];

/** One family for each counter, with a value for each of its owners. */
export function connectionFamilies(
  side: Side,
  owners: readonly { readonly labels: Labels; readonly counters: Readonly<Counters> }[],
): readonly MetricFamily[] {
  return columns
    .filter(({ sides }) => sides.includes(side))
    .map(({ counter, kind, name, help }) => ({
      name: `rpc_${side}_${name}`,
      help,
      unit: undefined,
      kind,
      values: owners.map(({ labels, counters }) => ({ labels, value: counters[counter] })),
    }));
}

/** Adds what others have counted. */
export function addCounters(sum: Counters, more: Readonly<Counters>): void {
  for (const { counter } of columns) sum[counter] += more[counter];
}

/** Adds what those who are closed leave behind: counts, and nothing that is still open. */
export function addClosed(sum: Counters, closed: Readonly<Counters>): void {
  for (const { counter, kind } of columns) if (kind === "counter") sum[counter] += closed[counter];
}
