/** The examples of docs/TESTING.md run as they stand there. */

import { readFileSync } from "node:fs";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, serve } from "@rpcgen/runtime";
import {
  inProcess,
  mock,
  readRecording,
  recordCalls,
  replayCalls,
  samples,
  verifyCalls,
  VirtualClock,
} from "@rpcgen/runtime/testing";
import { afterAll, expect, it } from "vitest";
import { createGreeterClient } from "../gen/greeter/greeter.client.js";
import { Greeter, GreeterJson } from "../gen/greeter/greeter.methods.js";
import { serveGreeter } from "../gen/greeter/greeter.server.js";
import { createOrdersClient, type OrdersClient } from "../gen/shop/orders.client.js";
import { sampleLineItem, sampleOrder } from "../gen/shop/orders.samples.js";
import { serveOrders } from "../gen/shop/orders.server.js";
import { OutOfStock } from "../gen/shop/orders.types.js";

const folder = mkdtempSync(join(tmpdir(), "rpcgen-testing-page-"));
const file = join(folder, "greetings.jsonl");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// in-process, begins
const handler = {
  greet: ({ name }: { name: string }) => ({ text: `Hello, ${name}!` }),
  *greetOften({ name }: { name: string }) {
    for (;;) yield { text: `Hello again, ${name}!` };
  },
};

it("greets", async () => {
  const greeter = inProcess(createGreeterClient, serveGreeter(handler));
  expect(await greeter.greet({ name: "Ada" })).toEqual({ text: "Hello, Ada!" });
});
// in-process, ends

// mock, begins
async function buy(orders: OrdersClient, sku: string): Promise<string> {
  try {
    const { id } = await orders.place({ items: [{ sku, quantity: 1 }] });
    return `ordered as ${id}`;
  } catch (error) {
    if (error instanceof OutOfStock) return `only ${error.detail.available} left`;
    throw error;
  }
}

it("says what is left", async () => {
  const orders = mock(serveOrders);
  orders.place.when({ items: [{ sku: "pear" }] }).throws(new OutOfStock({ available: 0 }));
  orders.place.answers(({ items }) => ({ id: `A-${items.length}` }));

  const client = inProcess(createOrdersClient, orders.mount);
  expect(await buy(client, "apple")).toBe("ordered as A-1");
  expect(await buy(client, "pear")).toBe("only 0 left");
  expect(orders.place.calls.map(({ request }) => request.items[0]?.sku)).toEqual(["apple", "pear"]);
  orders.verify();
});
// mock, ends

// clock, begins
it("gives up in time", async () => {
  const clock = new VirtualClock();
  const orders = mock(serveOrders, { clock });
  orders.count.returns(7).after(60_000);

  const client = inProcess(createOrdersClient, orders.mount, { clock });
  await expect(clock.run(client.count({ timeoutMs: 5000 }))).rejects.toMatchObject({ code: "deadline-exceeded" });
});
// clock, ends

// samples, begins
it("adds up", () => {
  const order = sampleOrder({ items: [sampleLineItem({ quantity: 2 }), sampleLineItem({ quantity: 3 })] });
  expect(total(order.items)).toBe(5);
  for (const { items } of samples(sampleOrder, 100)) expect(total(items)).toBeGreaterThanOrEqual(0);
});
// samples, ends

function total(items: readonly { readonly quantity: number }[]): number {
  return items.reduce((sum, { quantity }) => sum + quantity, 0);
}

// record, begins
it("records, answers from the recording, and holds a server against it", async () => {
  const server = await serve({ port: 0, services: [serveGreeter(handler)] });
  const recorder = recordCalls({
    file,
    services: [GreeterJson],
    onProblem: (problem) => console.warn(problem.message),
  });
  const channel = connect(server.address, { interceptors: [recorder.client] });
  await createGreeterClient(channel).greet({ name: "Ada" });
  await recorder.close();

  const recording = readRecording(file);
  const greeter = inProcess(createGreeterClient, replayCalls(recording, serveGreeter));
  expect(await greeter.greet({ name: "Ada" })).toEqual({ text: "Hello, Ada!" });

  await verifyCalls(recording, { channel, methods: Greeter, json: GreeterJson });
  await channel.close();
  await server.close();
});
// record, ends

it("is what the document shows", () => {
  const own = readFileSync(new URL(import.meta.url), "utf8");
  const text = readFileSync(new URL("../../docs/TESTING.md", import.meta.url), "utf8");
  for (const name of ["in-process", "mock", "clock", "samples", "record"]) {
    const shown = new RegExp(`// ${name}, begins\n([^]*?)\n// ${name}, ends`).exec(own)?.[1] ?? "";
    expect(shown.length, name).toBeGreaterThan(100);
    expect(text, name).toContain(shown);
  }
});
