/** Fuzzes what takes bytes and texts from others: `npm run fuzz -- --target session --seed 1 --seconds 30`; without a target, lists them. */

import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));
const file = join(root, ".cache/fuzz/main.mjs");

// The targets reach into the sources, which this Node may not be able to load by itself.
const bundle = await rolldown({
  input: join(root, "scripts/fuzz/main.ts"),
  platform: "node",
  cwd: root,
  external: (id) => !id.startsWith(".") && !id.startsWith("/") && !id.startsWith("@rpcgen/runtime"),
  resolve: {
    extensionAlias: { ".js": [".ts", ".js"] },
    alias: { "@rpcgen/runtime": join(root, "runtime/src/index.ts") },
  },
  logLevel: "warn",
});
await bundle.write({ file, format: "esm", codeSplitting: false, sourcemap: "inline" });
process.setSourceMapsEnabled(true);
await import(pathToFileURL(file).href);
