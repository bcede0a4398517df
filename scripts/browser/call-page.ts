/** Runs in the page: calls with the public client, for `calls.mjs` to ask for one after the other. */

import { connect, RpcError } from "@rpcgen/runtime";
import { createOrdersClient } from "../../generated-fixtures/gen/shop/orders.client.js";
import { takeCalls } from "./page-calls.js";

takeCalls((address) => createOrdersClient(connect(address, { failFast: true })), RpcError.is);
