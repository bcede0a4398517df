/** Which module an import of an `.rpc` file means. */

export interface RpcRequest {
  /** Of the `.rpc` file, as it was written. */
  readonly path: string;
  /** What is generated for it: `client`, `server` and so on; "" for what hands on all of them. */
  readonly role: string;
}

/** Other queries, such as Vite's `?raw` and `?url`, are somebody else's. */
const written = /^([^?\0]+\.rpc)(?:\?rpcgen=([a-z]+))?$/;

/** Undefined for whatever is no import of an `.rpc` file. */
export function parseRequest(id: string): RpcRequest | undefined {
  const [, path, role = ""] = written.exec(id) ?? [];
  return path === undefined ? undefined : { path, role };
}

/** The identity of a module: two of the same file and role are one. */
export function printRequest({ path, role }: RpcRequest): string {
  return role === "" ? path : `${path}?rpcgen=${role}`;
}

/** What filters of bundlers take for an `.rpc` file, before it is known where it stands. */
export const rpcFilter: RegExp = /^[^?\0]+\.rpc(?:\?rpcgen=[a-z]+)?$/;
