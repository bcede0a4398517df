/** Runs in the page: calls with the public client, for `calls.mjs` to ask for one after the other. */

import { connect, RpcError, type ClientChannel } from "@rpcgen/runtime";
import { createOrdersClient } from "../../generated-fixtures/gen/shop/orders.client.js";
import { createCalls, type Told } from "./page-calls.js";

declare global {
  /** What comes of a call by name; one channel an address. */
  var call: (address: string, name: string, text?: string) => Promise<Told>;
}

const channels = new Map<string, ClientChannel>();

globalThis.call = (address, name, text) => {
  const channel = channels.get(address) ?? connect(address, { failFast: true });
  channels.set(address, channel);
  const calls = createCalls(createOrdersClient(channel), RpcError.is);
  return calls[name]?.(text) ?? Promise.resolve(`there is no call ${name}`);
};
