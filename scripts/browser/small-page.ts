/** Runs in the page: the same calls with the small client. */

import { connect, RpcError } from "@rpcgen/runtime/web";
import { createOrdersClient } from "../../generated-fixtures/gen/shop/orders.client.js";
import { takeCalls } from "./page-calls.js";

takeCalls((address) => createOrdersClient(connect(address, { failFast: true })), RpcError.is);
