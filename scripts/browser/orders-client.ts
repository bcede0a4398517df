/** The client of the shop, for scripts that call servers. */

export { createOrdersClient } from "../../generated-fixtures/gen/shop/orders.client.js";
