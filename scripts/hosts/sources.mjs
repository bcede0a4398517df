/** What the programs of docs/HOSTS.md import: the handler that a user writes, plainly and as a service of Nest. */

/** Every shape of calls; `slow` ones take 600 ms. They fail where what they stand on was closed before they were over. */
export const handler = `import { serveOrders } from "./gen/orders.server.js";

/** False once what handlers stand on has been closed. */
export const database: { isOpen: boolean } = { isOpen: true };

function ask(): void {
  if (!database.isOpen) throw new Error("the database was closed under a call");
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const orders: Parameters<typeof serveOrders>[0] = {
  check: () => "SERVING",
  async get({ id }) {
    if (id === "slow") await pause(600);
    ask();
    return { id, status: "PAID" };
  },
  place: ({ items }) => ({ id: "A-1", items }),
  async *watch({ id }) {
    for (let version = 0; version < 6; version++) {
      if (id === "slow") await pause(100);
      ask();
      yield { id, version };
    }
  },
  async import(received) {
    let imported = 0;
    for await (const _ of received) imported++;
    ask();
    return { imported };
  },
  chat: (notes) => notes,
  log() {},
  find: (id) => ({ id }),
  count: () => 7,
};
`;

/** Nest destroys the module, which closes the database. */
export const nestModule = `import { Module, type OnModuleDestroy } from "@nestjs/common";
import { database, orders } from "./orders.js";

export class OrdersService {}
export interface OrdersService extends Required<typeof orders> {}
Object.assign(OrdersService.prototype, orders);

class Database implements OnModuleDestroy {
  onModuleDestroy(): void {
    database.isOpen = false;
  }
}

@Module({ providers: [OrdersService, Database], exports: [OrdersService] })
export class OrdersModule {}
`;
