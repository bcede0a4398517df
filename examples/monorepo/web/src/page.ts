/** The page: places orders, and follows each until it leaves the house. */

import { connect, RpcError } from "@rpcgen/runtime";
import { createOrdersClient, OutOfStock, type Order } from "@acme/shop";

const orders = createOrdersClient(connect(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/rpc`));
const form = element("form", HTMLFormElement);
const trouble = element("[role=status]", HTMLElement);
const list = element("ol", HTMLOListElement);

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const given = new FormData(form);
  void place(String(given.get("sku")), Number(given.get("quantity")));
});

async function place(sku: string, quantity: number): Promise<void> {
  trouble.textContent = "";
  try {
    await follow(await orders.place(sku, quantity));
  } catch (error) {
    if (error instanceof OutOfStock) trouble.textContent = `Only ${error.detail.available} left.`;
    else trouble.textContent = error instanceof Error ? error.message : String(error);
  }
}

async function follow(order: Order): Promise<void> {
  const item = document.createElement("li");
  list.append(item);
  show(item, order);
  for (;;) {
    try {
      for await (const changed of orders.watch(order.id)) show(item, changed);
      return;
    } catch (error) {
      // Its server was replaced; the next one knows the order, too.
      if (!RpcError.is(error) || error.code !== "unavailable") throw error;
    }
  }
}

function show(item: HTMLElement, { quantity, sku, status, id }: Order): void {
  item.textContent = `${quantity} × ${sku}: ${status.toLowerCase()} (${id})`;
}

function element<E extends HTMLElement>(selector: string, type: new () => E): E {
  const found = document.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`the page has no ${selector}`);
  return found;
}
