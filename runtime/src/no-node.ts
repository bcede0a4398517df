/**
 * Stands in browsers for the modules that only Node can run (package.json names them under `browser`): each of their functions fails with
 * a sentence, and is never to be tried again.
 */

import { RpcError } from "./error/rpc-error.js";

function unavailable(text: string): () => Promise<never> {
  return () => Promise.reject(new RpcError("failed-precondition", text, { retryAfterMs: Infinity }));
}

type Missing = () => Promise<never>;

export const openSocket: Missing = unavailable(
  "browsers open no sockets: connect to ws://host:port/path or wss://host:port/path",
);

/** TLS with settings of its own. */
export class TlsClient {
  constructor() {
    const text = "browsers take no settings of TLS: leave the option tls out, and what the browser trusts counts";
    throw new RpcError("failed-precondition", text, { retryAfterMs: Infinity });
  }
}

const noServer = "browsers serve nothing";
export const openListener: Missing = unavailable(noServer);
export const advertisedAddress: Missing = unavailable(noServer);
export const withHost: Missing = unavailable(noServer);
export const builtInMounts: Missing = unavailable(noServer);

const noRegistry = "this registry cannot be asked from a browser: connect to ws:// or wss://, or to a list of them";
export const openConsul: Missing = unavailable(noRegistry);
export const openDns: Missing = unavailable(noRegistry);
export const openEtcd: Missing = unavailable(noRegistry);
export const openEureka: Missing = unavailable(noRegistry);
export const openFile: Missing = unavailable(noRegistry);
export const openKubernetes: Missing = unavailable(noRegistry);
export const openNacos: Missing = unavailable(noRegistry);
export const openZookeeper: Missing = unavailable(noRegistry);

const noFiles = "browsers have no files";
export const snapshotFolder: Missing = unavailable(noFiles);
export const watchPolicies: Missing = unavailable(noFiles);
