/** How the tests run: on the sources, with the runtime's package name leading to its sources. */

import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const runtime = (path: string): string => fileURLToPath(new URL(`./runtime/src/${path}`, import.meta.url));

const never = ["**/node_modules/**", "**/dist/**"];
// They run the tests of other files once more with another client, or change what a module says: nobody may share modules with them.
const alone = ["runtime/test/web-{channel,client,stream-ids}.test.ts"];

export default defineConfig({
  resolve: {
    alias: [
      // As its users get it: out of the bundle.
      { find: /^rpcgen\/modules$/, replacement: fileURLToPath(new URL("./bin/modules.mjs", import.meta.url)) },
      { find: /^@rpcgen\/runtime\/codegen\/v1$/, replacement: runtime("codegen/v1.ts") },
      { find: /^@rpcgen\/runtime\/codegen\/samples-v1$/, replacement: runtime("codegen/samples-v1.ts") },
      { find: /^@rpcgen\/runtime\/balance$/, replacement: runtime("balance.ts") },
      { find: /^@rpcgen\/runtime\/host$/, replacement: runtime("host.ts") },
      { find: /^@rpcgen\/runtime\/hub$/, replacement: runtime("hub.ts") },
      { find: /^@rpcgen\/runtime\/cluster$/, replacement: runtime("cluster.ts") },
      { find: /^@rpcgen\/runtime\/testing$/, replacement: runtime("testing.ts") },
      { find: /^@rpcgen\/runtime\/web$/, replacement: runtime("web.ts") },
      { find: /^@rpcgen\/runtime\/registry(\/[\w-]+)?$/, replacement: runtime("registry$1.ts") },
      { find: /^@rpcgen\/runtime\/observe$/, replacement: runtime("observe.ts") },
      { find: /^@rpcgen\/runtime\/policies$/, replacement: runtime("policies.ts") },
      { find: /^@rpcgen\/runtime\/reflection$/, replacement: runtime("reflection.ts") },
      { find: /^@rpcgen\/runtime$/, replacement: runtime("index.ts") },
    ],
  },
  test: {
    testTimeout: 20_000,
    // Where eighteen thousand tests run beside whatever else a machine does, one that failed is tried once more, and named.
    ...(process.env.CI === undefined ? {} : { retry: 1, reporters: ["default", "./scripts/tries-reporter.mjs"] }),
    maxWorkers: "100%",
    projects: [
      {
        extends: true,
        test: {
          name: "together",
          include: ["{compiler,bin,runtime,unplugin,generated-fixtures,scripts}/**/*.test.ts"],
          exclude: [...never, ...alone],
          // One process a core, each of which loads the compiler once and not for every file: half of the time went there.
          // Nothing that a test does may outlast it, in whatever order the files come.
          isolate: false,
        },
      },
      { extends: true, test: { name: "alone", include: alone, exclude: never } },
    ],
  },
});
