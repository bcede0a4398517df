/** Imports that a bundler says stay imports do so, also where they end like files of ours. */

import { expect, test } from "vitest";
import { setUpEsbuild } from "./esbuild-setup.js";
import { resolveModule, type RollupContext } from "./rollup-hooks.js";
import { Session } from "./session.js";

const session = (): Session => new Session({ types: false });

test("Rollup's answer is handed on as it came", async () => {
  const asked: string[] = [];
  const context: RollupContext = {
    addWatchFile: () => {},
    warn: () => {},
    error: ({ message }) => {
      throw new Error(message);
    },
    resolve: (source) => {
      asked.push(source);
      return Promise.resolve({ id: "@acme/orders/orders.rpc", external: true });
    },
  };
  const answer = await resolveModule(context, session(), "@acme/orders/orders.rpc", "/app/main.ts");
  expect(answer).toEqual({ id: "@acme/orders/orders.rpc", external: true });
  expect(asked).toEqual(["@acme/orders/orders.rpc"]);
});

test("and so is esbuild's", async () => {
  type Resolve = (args: object) => Promise<unknown>;
  let ask: Resolve = () => Promise.reject(new Error("nobody wants to resolve"));
  setUpEsbuild(
    {
      initialOptions: {},
      onStart: () => {},
      onEnd: () => {},
      onResolve: (_: unknown, callback: Resolve) => (ask = callback),
      onLoad: () => {},
      resolve: (path: string) => Promise.resolve({ path, external: true, errors: [] }),
    },
    session(),
  );
  const args = {
    path: "@acme/orders/orders.rpc",
    importer: "/app/main.ts",
    resolveDir: "/app",
    kind: "import-statement",
  };
  expect(await ask(args)).toEqual({ path: "@acme/orders/orders.rpc", external: true });
});
