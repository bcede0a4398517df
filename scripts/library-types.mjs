/** Declarations of the `.rpc` files that ship with the compiler, for `import … from "rpcgen/stdlib/…"`: what `rpcgen types` writes beside others. */

import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openModules } from "../bin/modules.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Made from a copy, in which they are a project like any other. */
export async function writeLibraryTypes() {
  const library = mkdtempSync(join(tmpdir(), "rpcgen-library-"));
  const out = join(root, "dist/stdlib");
  try {
    cpSync(join(root, "compiler/stdlib"), join(library, "rpc"), { recursive: true });
    const modules = await openModules({ directory: library, config: false });
    const problems = await modules.writeAllTypes();
    if (problems.length > 0) throw new Error(problems.map(({ text }) => text).join("\n"));
    rmSync(out, { recursive: true, force: true });
    for (const path of readdirSync(join(library, "rpc"), { recursive: true })) {
      if (!path.endsWith(".d.rpc.ts")) continue;
      const target = join(out, path.replace(/\.d\.rpc\.ts$/, ".d.ts"));
      mkdirSync(dirname(target), { recursive: true });
      // The maps lead to where the copy stands.
      const text = readFileSync(join(library, "rpc", path), "utf8").replace(/\/\/# sourceMappingURL=.*\n$/, "");
      writeFileSync(target, text);
    }
  } finally {
    rmSync(library, { recursive: true, force: true });
  }
}
