/** What there is: what the house began with, less what orders took. */

import { setTimeout } from "node:timers/promises";
import type { StockHandler } from "@acme/idl/stock.server.js";
import { OutOfStock, UnknownArticle, type Shelf } from "@acme/idl/stock.types.js";
import { Journal } from "@acme/journal";
import { dataFolder } from "./settings.js";

interface Reservation {
  readonly orderId: string;
  readonly sku: string;
  readonly quantity: number;
}

const journal = new Journal<Reservation>(`${dataFolder}/reservations.jsonl`);
const shelves = new Map([
  ["apple", 1_000_000],
  ["pear", 12],
  ["quince", 0],
]);
const reserved = new Set<string>();

/** Takes in what was reserved meanwhile; while a worker is replaced there are two of them. */
function catchUp(): void {
  for (const { orderId, sku, quantity } of journal.news()) {
    if (reserved.has(orderId)) continue;
    reserved.add(orderId);
    shelves.set(sku, (shelves.get(sku) ?? 0) - quantity);
  }
}

function shelf(sku: string): Shelf {
  const available = shelves.get(sku);
  if (available === undefined) throw new UnknownArticle({ sku });
  return { sku, available };
}

export const stock: StockHandler = {
  reserve(orderId, sku, quantity) {
    catchUp();
    const { available } = shelf(sku);
    if (reserved.has(orderId)) return { sku, available };
    if (quantity > available) throw new OutOfStock({ sku, available });
    journal.append({ orderId, sku, quantity });
    catchUp();
    return shelf(sku);
  },

  async *watch(call) {
    const told = new Map<string, number>();
    while (!call.signal.aborted) {
      catchUp();
      for (const [sku, available] of shelves) {
        if (told.get(sku) === available) continue;
        told.set(sku, available);
        yield { sku, available };
      }
      await setTimeout(200);
    }
  },
};
