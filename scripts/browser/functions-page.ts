/** Runs in the page: the same calls with the small client and a function for each method, without the client that has them all. */

import { connect, connectUnary, RpcError } from "@rpcgen/runtime/web";
import * as orders from "../../generated-fixtures/gen/shop/orders.client.js";
import { takeCalls } from "./page-calls.js";

takeCalls((address) => {
  const channel = connect(address, { failFast: true });
  // What has one answer runs on a connection of its own, through the channel that knows no streams.
  const unary = connectUnary(address, { failFast: true });
  return {
    check: (options) => orders.ordersCheck(unary, options),
    get: (request, options) => orders.ordersGet(unary, request, options),
    place: (request, options) => orders.ordersPlace(unary, request, options),
    watch: (request, options) => orders.ordersWatch(channel, request, options),
    import: (requests, options) => orders.ordersImport(channel, requests, options),
    chat: (requests, options) => orders.ordersChat(channel, requests, options),
    log: (request, options) => orders.ordersLog(unary, request, options),
    find: (id, includeItems, options) => orders.ordersFind(unary, id, includeItems, options),
    count: (options) => orders.ordersCount(unary, options),
  };
}, RpcError.is);
