/** Where servers stand in ZooKeeper's tree, and what their nodes hold. */

import { RpcError } from "../../error/rpc-error.js";
import { plainText } from "../../error/plain-text.js";

/** The node of a service: its children are its servers. */
export function servicePath(root: string, service: string): string {
  if (service === "" || service === "." || service === ".." || /[/\p{Cc}\p{Cs}\ufff0-\uffff]/u.test(service)) {
    throw new RpcError("invalid-argument", `${plainText(service, 200)} is not the name of a service`);
  }
  return `${root}/${service}`;
}

/** The node of a server: its address, escaped so that it is one segment of a path. */
export function endpointPath(root: string, service: string, address: string): string {
  return `${servicePath(root, service)}/${encodeURIComponent(address)}`;
}

/** The address that a child's name stands for; undefined where it stands for none. */
export function addressOf(name: string): string | undefined {
  try {
    return decodeURIComponent(name);
  } catch {
    return undefined;
  }
}

/** A path that all services hang below, for instance `/rpcgen`; throws for one that ZooKeeper does not know. */
export function checkRoot(root: string): string {
  if (/^(\/[A-Za-z0-9._~-]+)+$/.test(root) && !/\/\.{1,2}(\/|$)/.test(root)) return root;
  throw new RpcError("invalid-argument", `root is ${plainText(root, 200)}; write a path such as /rpcgen`);
}

/** The parents of a path that have to be there before it, outermost first. */
export function parentsOf(path: string): readonly string[] {
  const parts = path.split("/").slice(1, -1);
  return parts.map((_, i) => `/${parts.slice(0, i + 1).join("/")}`);
}
