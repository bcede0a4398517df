/** The client of the fleet: calls without end, checks every answer, and says twice a second who answered how often. */

import { connect } from "@rpcgen/runtime";
import { createOrdersClient } from "../gen/shop/orders.client.js";

const [registry = "hub://127.0.0.1:7700", ca = "", seconds = "20"] = process.argv.slice(2);
const inFlight = 64;

const channel = connect(`${registry}/shop.orders.v1.Orders`, {
  tls: { ca: { file: ca } },
  // `get` is @idempotent, so that a call whose server dies under it may be made again at another.
  policies: { methods: { "*": { retry: { attempts: 3 } } } },
  observe(event) {
    if (event.kind === "member-added") console.log(`  + ${event.address}`);
    if (event.kind === "member-removed") console.log(`  - ${event.address}`);
  },
});
const orders = createOrdersClient(channel);

let [made, right] = [0, 0];
const failures = new Map<string, number>();
let answered = new Map<string, number>();
let slowestMs = 0;
let isOver = false;

async function caller(): Promise<void> {
  while (!isOver) {
    const id = `A-${String(++made)}`;
    const start = performance.now();
    try {
      const order = await orders.get({ id }, { timeoutMs: 3000 });
      if (order.id !== id) throw new Error(`asked for ${id}, got ${order.id}`);
      right++;
      answered.set(order.note ?? "", (answered.get(order.note ?? "") ?? 0) + 1);
    } catch (error) {
      const text = String(error);
      failures.set(text, (failures.get(text) ?? 0) + 1);
      // Whoever is refused at once must not ask again at once.
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    slowestMs = Math.max(slowestMs, performance.now() - start);
  }
}

const everyMs = 500;
const reporting = setInterval(() => {
  const shares = [...answered]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `${name} ${"▇".repeat(Math.ceil(count / 200))} ${String(count)}`);
  const failed = [...failures.values()].reduce((sum, count) => sum + count, 0);
  console.log(
    `${shares.join("   ").padEnd(70)} slowest ${slowestMs.toFixed(0).padStart(4)} ms   failed ${String(failed)}`,
  );
  answered = new Map();
  slowestMs = 0;
}, everyMs);

const stop = (): void => {
  isOver = true;
};
process.once("SIGTERM", stop);
setTimeout(stop, Number(seconds) * 1000).unref();
await Promise.all(Array.from({ length: inFlight }, caller));
clearInterval(reporting);
await channel.close();
for (const [text, count] of failures) console.log(`failed ${String(count)} times: ${text}`);
console.log(`${String(made)} calls made, ${String(right)} answered rightly, ${String(made - right)} failed`);
process.exitCode = made === right ? 0 : 1;
