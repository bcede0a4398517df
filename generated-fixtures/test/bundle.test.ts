/** What a bundler leaves of a client: nothing of JSON where nobody speaks it. */

import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { expect, test } from "vitest";

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/**
 * The code with which a program starts that imports names from the shop's generated files and from the runtime; what it may load
 * later is left out.
 */
async function bundle(source: string): Promise<string> {
  const build = await rolldown({
    input: "entry.ts",
    platform: "node",
    logLevel: "silent",
    resolve: {
      alias: {
        "@rpcgen/runtime/codegen/v1": path("../../runtime/src/codegen/v1.ts"),
        "@rpcgen/runtime": path("../../runtime/src/index.ts"),
      },
      extensionAlias: { ".js": [".ts"] },
    },
    treeshake: { moduleSideEffects: (id) => id === "entry.ts" },
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === "entry.ts" ? id : null),
        load: (id) => (id === "entry.ts" ? source : null),
      },
    ],
  });
  const { output } = await build.generate({ format: "esm" });
  await build.close();
  const chunks = new Map(output.flatMap((chunk) => (chunk.type === "chunk" ? [[chunk.fileName, chunk] as const] : [])));
  // A set visits what is added to it while it is walked.
  const started = new Set([output[0].fileName]);
  for (const name of started) for (const imported of chunks.get(name)?.imports ?? []) started.add(imported);
  return [...started].map((name) => chunks.get(name)?.code ?? "").join("\n");
}

const client = `
  import { connect, jsonCodec } from "@rpcgen/runtime";
  import { createOrdersClient } from ${JSON.stringify(path("../gen/shop/orders.client.ts"))};
  import { OrdersJson } from ${JSON.stringify(path("../gen/shop/orders.methods.ts"))};
`;

test("a client carries JSON only where it asks for it", async () => {
  const plain = await bundle(`${client} export default createOrdersClient(connect("memory:x"));`);
  const codec = "{ codec: jsonCodec({ services: [OrdersJson] }) }";
  const speaksJson = await bundle(`${client} export default createOrdersClient(connect("memory:x", ${codec}));`);
  const traces = ["JsonReader", "orderFromJson", "orderToJson", "OutOfStockErrorJson"];
  expect(traces.filter((trace) => plain.includes(trace))).toEqual([]);
  expect(traces.filter((trace) => !speaksJson.includes(trace))).toEqual([]);
  expect(plain.length).toBeLessThan(speaksJson.length * 0.8);
});

test("a client of one server carries no code of fleets in what it loads at the start", async () => {
  const plain = await bundle(`${client} export default createOrdersClient(connect("memory:x"));`);
  expect(["class OutlierRecord", "class Membership", "class Breaker"].filter((part) => plain.includes(part))).toEqual(
    [],
  );
});
