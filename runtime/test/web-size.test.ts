/** A client for one method is small, and carries nothing of servers. */

import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const gen = `${root}generated-fixtures/gen`;

/** The minified bundle of `code` for browsers: its length when it is gzipped, and the modules in it. */
async function bundle(code: string): Promise<{ readonly bytes: number; readonly modules: readonly string[] }> {
  const build = await rolldown({
    input: "entry",
    platform: "browser",
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === "entry" ? id : undefined),
        load: (id) => (id === "entry" ? code : undefined),
      },
    ],
    resolve: {
      extensionAlias: { ".js": [".ts", ".js"] },
      alias: {
        "@rpcgen/runtime/codegen/v1": `${root}runtime/src/codegen/v1.ts`,
        "@rpcgen/runtime/web": `${root}runtime/src/web.ts`,
      },
    },
  });
  const { output } = await build.generate({ format: "esm", minify: true });
  expect(output).toHaveLength(1);
  const modules = Object.entries(output[0].modules).flatMap(([id, { renderedLength }]) =>
    renderedLength > 0 ? [id] : [],
  );
  return { bytes: gzipSync(output[0].code, { level: 9 }).length, modules };
}

const one = (method: string, file: string): string => `
  import { connectUnary } from "@rpcgen/runtime/web";
  import { ${method} } from "${gen}/${file}.client.ts";
  console.log(await ${method}(connectUnary("wss://example.com/rpc"), {}));`;

// Of each, what its codec brings comes on top of the client itself: `place` has an order with its items, payment and delivery.
it.each([
  ["greeterGreet", "greeter/greeter", 10_900],
  ["ordersCount", "shop/orders", 10_900],
  ["ordersPlace", "shop/orders", 13_100],
])("a client for %s alone", async (method, file, bytesMax) => {
  const { bytes, modules } = await bundle(one(method, file));
  expect(bytes).toBeLessThan(bytesMax);
  expect(modules.filter((id) => /\/(server|transport|client|registry|balance|resilience|json)\//.test(id))).toEqual([]);
  expect(modules.filter((id) => id.endsWith("streams.ts"))).toEqual([]);
});

it("a client that may stream is little larger", async () => {
  const { bytes, modules } = await bundle(one("ordersCount", "shop/orders").replaceAll("connectUnary", "connect"));
  expect(bytes).toBeLessThan(11_650);
  expect(modules.filter((id) => id.endsWith("streams.ts"))).toHaveLength(1);
});
