/** The shop's client: one call of every shape, one declared error, one deadline, one cancellation, and a crowd. */

import { RpcError, connect } from "@rpcgen/runtime";
import { createOrdersClient } from "./gen/shop/orders.client.js";
import type { NoteInit } from "./gen/shop/orders.types.js";
import { OutOfStock } from "./gen/shop/orders.types.js";

const address = process.argv[2] ?? "rpc://127.0.0.1:7000";
const channel = connect(address);
const orders = createOrdersClient(channel);

/** Prints one line of the story: what was called, what came of it, and how long it took. */
async function show(shape: string, code: string, run: () => Promise<string>): Promise<void> {
  const start = performance.now();
  const outcome = await run();
  const took = `${(performance.now() - start).toFixed(1)} ms`;
  console.log(`${shape.padEnd(15)} ${code}\n${" ".repeat(16)}${outcome}  (${took})`);
}

let id = "";

await show("unary", `orders.place({ items: [3 apples], payment: card })`, async () => {
  const order = await orders.place({
    items: [{ sku: "apple", quantity: 3, price: { currency: "EUR", minorUnits: 45n } }],
    payment: { kind: "card", value: { token: "tok_1", lastDigits: "4242" } },
  });
  id = order.id;
  return `→ order ${order.id}, ${order.status}, placed ${String(order.placedAt?.toISOString())}`;
});

await show("declared error", `orders.place({ items: [500 pears] })`, async () => {
  try {
    await orders.place({ items: [{ sku: "pear", quantity: 500 }] });
    return "→ this should not have worked";
  } catch (error) {
    if (!(error instanceof OutOfStock)) throw error;
    return `→ caught as OutOfStock: only ${String(error.detail.available)} of “${error.detail.sku}” left`;
  }
});

await show("server stream", `for await (const order of orders.watch({ id }))`, async () => {
  const seen: string[] = [];
  for await (const order of orders.watch({ id })) seen.push(order.status);
  return `→ ${seen.join(", ")}`;
});

await show("client stream", `orders.import(three orders, one of them empty)`, async () => {
  const summary = await orders.import([
    { id: "B-1", items: [{ sku: "apple", quantity: 1 }] },
    { id: "B-2" },
    { id: "B-3", items: [{ sku: "pear", quantity: 1 }] },
  ]);
  return `→ ${String(summary.imported)} imported, rejected: ${summary.rejected.join(", ")}`;
});

await show("both ways", `for await (const note of orders.chat(notes))`, async () => {
  async function* notes(): AsyncGenerator<NoteInit> {
    yield { author: "Ann", text: "gift wrap" };
    yield { author: "Ann", text: "before Friday" };
  }
  const answers: string[] = [];
  for await (const note of orders.chat(notes())) answers.push(note.text);
  return `→ ${answers.join(" · ")}`;
});

await show("oneway", `orders.log({ kind: "cancelled", … })`, async () => {
  await orders.log({ kind: "cancelled", value: { id: "B-2", reason: "empty" } });
  return "→ sent; nothing comes back, by design";
});

await show("inherited", `orders.check(), and orders.count()`, async () => {
  const [status, count] = await Promise.all([orders.check(), orders.count()]);
  return `→ ${status}, ${String(count)} order`;
});

await show("deadline", `orders.get({ id: "slow" }, { timeoutMs: 50 })`, async () => {
  try {
    await orders.get({ id: "slow" }, { timeoutMs: 50 });
    return "→ this should not have answered";
  } catch (error) {
    if (!RpcError.is(error)) throw error;
    return `→ ${String(error)}`;
  }
});

await show("cancellation", `orders.watch({ id }, { signal }), aborted after two`, async () => {
  const controller = new AbortController();
  const seen: string[] = [];
  try {
    for await (const order of orders.watch({ id }, { signal: controller.signal })) {
      seen.push(order.status);
      if (seen.length === 2) controller.abort();
    }
    return "→ this should have been cancelled";
  } catch (error) {
    if (!RpcError.is(error)) throw error;
    return `→ ${seen.join(", ")}, then ${String(error)}`;
  }
});

const total = 100_000;
const inFlight = 1_000;
await show(
  "a crowd",
  `${total.toLocaleString("en")} × orders.get({ id }), ${inFlight.toLocaleString("en")} in flight`,
  async () => {
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next++ < total) await orders.get({ id });
    };
    const start = performance.now();
    await Promise.all(Array.from({ length: inFlight }, worker));
    const seconds = (performance.now() - start) / 1000;
    return `→ ${Math.round(total / seconds).toLocaleString("en")} calls a second over one connection`;
  },
);

await channel.close();
