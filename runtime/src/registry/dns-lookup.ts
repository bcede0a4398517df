/** Asks name servers, and says in words what they do not know; a door to the names of the network. */

import { lookup, Resolver } from "node:dns/promises";
import { thrownText } from "../error/plain-text.js";
import { RpcError } from "../error/rpc-error.js";

export interface AddressRecord {
  /** Of version 4 or 6, without brackets. */
  readonly address: string;
  /** For how long it may be kept, in milliseconds. */
  readonly ttlMs: number;
}

export interface SrvRecord {
  readonly target: string;
  readonly port: number;
  /** Servers of the lowest number come first. */
  readonly priority: number;
  readonly weight: number;
  readonly ttlMs: number;
}

/** Asks for names. Rejects with `unavailable` where there is no answer, and where the answer is that there is nothing. */
export interface NameLookup {
  addresses(host: string, signal: AbortSignal): Promise<readonly AddressRecord[]>;
  services(name: string, signal: AbortSignal): Promise<readonly SrvRecord[]>;
}

// What the machine knows by itself has no time to live.
const ownTtlMs = 30_000;
// SRV records come without theirs from Node; the least interval and `refresh` do the rest.
const srvTtlMs = 30_000;

/** Asks these name servers (`127.0.0.1:53`), or those of the machine. */
export function createNameLookup(servers?: readonly string[]): NameLookup {
  return {
    async addresses(host, signal) {
      if (/^[\d.]+$|:/.test(host)) return [{ address: host, ttlMs: Infinity }];
      // One of the two may fail, as some servers do for whatever they have no records of.
      const [four, six] = await asking(servers, signal, (resolver) =>
        Promise.allSettled([resolver.resolve4(host, { ttl: true }), resolver.resolve6(host, { ttl: true })]),
      );
      const found = [four, six].flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
      if (found.length > 0) return found.map(({ address, ttl }) => ({ address, ttlMs: ttl * 1000 }));
      const error: unknown = four.status === "rejected" ? four.reason : undefined;
      if (servers !== undefined || !mayBeKnownHere(error)) throw noAnswer(host, error);
      return lookUpHere(host);
    },
    async services(name, signal) {
      try {
        const records = await asking(servers, signal, (resolver) => resolver.resolveSrv(name));
        return records.map(({ name: target, port, priority, weight }) => ({
          ...{ target, port, priority, weight },
          ttlMs: srvTtlMs,
        }));
      } catch (error) {
        throw noAnswer(name, error);
      }
    },
  };
}

/** The machine's own name servers. */
export const lookupNames: NameLookup = createNameLookup();

/** Asks with a resolver that gives up when `signal` aborts, and leaves nothing with it: it outlives many questions. */
async function asking<T>(
  servers: readonly string[] | undefined,
  signal: AbortSignal,
  ask: (resolver: Resolver) => Promise<T>,
): Promise<T> {
  const resolver = new Resolver({ timeout: 2000, tries: 2 });
  if (servers !== undefined) resolver.setServers(servers);
  const cancel = (): void => resolver.cancel();
  signal.addEventListener("abort", cancel, { once: true });
  try {
    return await ask(resolver);
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

/** Names such as `localhost` stand in files of the machine, which name servers know nothing of. */
async function lookUpHere(host: string): Promise<readonly AddressRecord[]> {
  try {
    const found = await lookup(host, { all: true });
    return found.map(({ address }) => ({ address, ttlMs: ownTtlMs }));
  } catch (error) {
    throw noAnswer(host, error);
  }
}

function mayBeKnownHere(error: unknown): boolean {
  return ["ENOTFOUND", "ENODATA", "ECONNREFUSED"].includes(codeOf(error));
}

const words: Readonly<Record<string, string>> = {
  ENOTFOUND: "there is no such name",
  ENODATA: "the name has no such records",
  ESERVFAIL: "the name server cannot answer",
  EREFUSED: "the name server refuses to answer",
  ETIMEOUT: "the name server does not answer",
  ECONNREFUSED: "there is no name server",
  EAI_AGAIN: "the name server does not answer",
  EBADNAME: "this is no name",
};

function noAnswer(name: string, error: unknown): RpcError {
  const code = codeOf(error);
  const why = words[code] ?? (error === undefined ? "there is no answer" : thrownText(error, "the name server"));
  return new RpcError("unavailable", `${name}: ${why}${code === "" ? "" : ` (${code})`}`, { cause: error });
}

function codeOf(error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : "";
  return typeof code === "string" ? code : "";
}
