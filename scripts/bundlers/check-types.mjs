/** What TypeScript knows of an import of an `.rpc` file, in each of its versions and without any bundler. */

import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root, run, write } from "../packages/workshop.mjs";

const typed = `import { createOrdersClient, OutOfStock, serveOrders, type Order, type OrdersHandler } from "../rpc/orders.rpc";
import { TooDear, type Money } from "../rpc/money.rpc";
import type { Channel } from "@rpcgen/runtime";

export async function place(channel: Channel): Promise<string> {
  const orders = createOrdersClient(channel);
  const order: Order = await orders.place({ sku: "apple", price: { currency: "EUR", minorUnits: 3n } });
  const price: Money | undefined = order.price;
  const url: string | undefined = order.extra?.typeUrl;
  // @ts-expect-error: there is no such field
  await orders.place({ skuu: "apple" });
  // @ts-expect-error: there is no such value
  const wrong: Order["status"] = 3;
  const limit = (error: unknown): bigint | undefined => (error instanceof TooDear ? error.detail.limit?.minorUnits : undefined);
  const left = (error: unknown): number | undefined => (error instanceof OutOfStock ? error.detail.available : undefined);
  return [order.id, price?.minorUnits, url, wrong, limit, left].join();
}

export const handler: OrdersHandler = {
  place: ({ sku }) => ({ id: sku, status: "SHIPPED" }),
  async *watch(id) {
    yield { id };
  },
};
export const mounted = serveOrders(handler);
`;

const configs = `import esbuild from "@rpcgen/unplugin/esbuild";
import rolldown from "@rpcgen/unplugin/rolldown";
import rollup from "@rpcgen/unplugin/rollup";
import rspack from "@rpcgen/unplugin/rspack";
import vite from "@rpcgen/unplugin/vite";
import webpack from "@rpcgen/unplugin/webpack";
import { defineConfig } from "rpcgen";
import { openModules, type RpcModules } from "rpcgen/modules";
import { rspack as rspackOf } from "@rspack/core";
import { build } from "esbuild";
import { rolldown as rolldownOf } from "rolldown";
import { rollup as rollupOf } from "rollup";
import { defineConfig as defineViteConfig } from "vite";
import webpackOf from "webpack";

export const own = defineConfig({ root: "rpc" });
export const viteConfig = defineViteConfig({ plugins: [vite({ types: false })] });
export const bundles = [
  rollupOf({ input: "x", plugins: [rollup()] }),
  rolldownOf({ input: "x", plugins: [rolldown({ config: false })] }),
  build({ plugins: [esbuild()] }),
];
export const compilers = [webpackOf({ plugins: [webpack()] }), rspackOf({ plugins: [rspack({ directory: "." })] })];
export const modules: Promise<RpcModules> = openModules({ directory: "." });
// @ts-expect-error: there is no such option
vite({ typess: false });
`;

const ours = `import { defineConfig, type Schema } from "rpcgen";
import vite, { type RpcgenOptions } from "@rpcgen/unplugin/vite";
import { openModules } from "rpcgen/modules";

export const all: [typeof defineConfig, typeof vite, typeof openModules, RpcgenOptions, Schema["files"] | undefined] = [
  defineConfig, vite, openModules, {}, undefined,
];
`;

const strict = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
};

export async function checkTypes({ check }, app) {
  write(join(app, "types/main.ts"), typed);
  write(join(app, "types/configs.ts"), configs);
  write(join(app, "types/ours.ts"), ours);
  const command = join(app, "node_modules/rpcgen/bin/rpcgen.cjs");
  const beside = ["orders", "money", "other"].map((name) => join(app, `rpc/${name}.d.rpc.ts`));
  check("bundling has written declarations for all files of the project", beside.every(existsSync));
  const before = beside.map((path) => existsSync(path) && readFileSync(path, "utf8")).join();
  check(
    "which `rpcgen types --check` finds to be right",
    run(process.execPath, [command, "types", "--check"], app).isRight,
  );
  for (const path of beside) rmSync(path, { force: true });
  const wanting = run(process.execPath, [command, "types", "--check"], app);
  check("and misses where they are gone", /exited|would write/.test(wanting.text) && !wanting.isRight, wanting.text);
  const written = run(process.execPath, [command, "types"], app);
  check(
    "`rpcgen types` writes the very same",
    written.isRight && beside.map((path) => readFileSync(path, "utf8")).join() === before,
    written.text,
  );
  for (const [folder, name] of [
    ["typescript5", "5.9"],
    ["typescript", "6.0"],
    ["typescript7", "7.0"],
  ]) {
    const compile = (files, options) => {
      const compilerOptions = {
        target: "es2022",
        lib: ["es2022", "esnext.disposable", "dom"],
        types: ["node"],
        module: "esnext",
        moduleResolution: "bundler",
        allowArbitraryExtensions: true,
        noEmit: true,
        ...options,
      };
      write(join(app, "types/tsconfig.json"), JSON.stringify({ compilerOptions, files }));
      return run(process.execPath, [join(root, "node_modules", folder, "bin/tsc"), "-p", "types"], app);
    };
    const client = compile(["main.ts"], { ...strict, skipLibCheck: false });
    check(`TypeScript ${name} checks a client and a server under bundler`, client.isRight, client.text);
    const declared = compile(["ours.ts"], { ...strict, skipLibCheck: false });
    check(`TypeScript ${name} finds nothing wrong in our own declarations`, declared.isRight, declared.text);
    const config = compile(["configs.ts"], { ...strict, exactOptionalPropertyTypes: false, skipLibCheck: true });
    check(`TypeScript ${name} takes the plug-in in every bundler's configuration`, config.isRight, config.text);
  }
}
