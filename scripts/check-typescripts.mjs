/** Type-checks the generated fixtures under every supported TypeScript, strict and lax: what users' projects will do. */

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const compilers = [
  { name: "TypeScript 5.9", folder: "typescript5" },
  { name: "TypeScript 6.0", folder: "typescript" },
  { name: "TypeScript 7.0", folder: "typescript7" },
];

const shared = {
  target: "es2022",
  module: "nodenext",
  moduleResolution: "nodenext",
  noEmit: true,
  paths: {
    "@rpcgen/runtime": ["./runtime/dist/index.d.ts"],
    "@rpcgen/runtime/codegen/v1": ["./runtime/dist/codegen/v1.d.ts"],
  },
};

// A strict project for Node and a lax one for browsers, so that both sets of globals are tried.
const optionSets = {
  strict: {
    lib: ["es2022", "esnext.disposable"],
    types: ["node"],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noPropertyAccessFromIndexSignature: true,
    noImplicitOverride: true,
    noImplicitReturns: true,
    noFallthroughCasesInSwitch: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    erasableSyntaxOnly: true,
    verbatimModuleSyntax: true,
    isolatedModules: true,
    isolatedDeclarations: true,
    declaration: true,
    skipLibCheck: false,
  },
  lax: {
    lib: ["es2022", "esnext.disposable", "dom", "dom.asynciterable"],
    types: [],
    strict: false,
    skipLibCheck: true,
  },
};

const folders = readdirSync(join(root, "generated-fixtures")).filter((name) => /^gen(-|$)/.test(name));
if (folders.length === 0 || !existsSync(join(root, "runtime/dist/index.d.ts"))) {
  console.error("There is nothing to check yet: run `npm run build` and `npm run fixtures` first.");
  process.exit(1);
}

const work = join(root, ".cache/typescripts");
rmSync(work, { recursive: true, force: true });
mkdirSync(work, { recursive: true });
let passed = 0;
let failed = 0;
for (const { name, folder } of compilers) {
  const tsc = join(root, "node_modules", folder, "bin/tsc");
  for (const [set, options] of Object.entries(optionSets)) {
    const project = join(work, `${folder}-${set}.json`);
    // Without baseUrl, paths are counted from the file they stand in.
    const paths = Object.fromEntries(
      Object.entries(shared.paths).map(([key, [path]]) => [key, [`../../${path.slice(2)}`]]),
    );
    const config = {
      compilerOptions: { ...shared, ...options, paths, rootDir: "../.." },
      include: folders.map((gen) => `../../generated-fixtures/${gen}/**/*.ts`),
    };
    writeFileSync(project, JSON.stringify(config, undefined, 2));
    const run = spawnSync(process.execPath, [tsc, "-p", project], { cwd: root, encoding: "utf8" });
    const isFine = run.status === 0;
    if (isFine) passed += 1;
    else failed += 1;
    console.log(`${isFine ? "passed" : "FAILED"}  ${name}, ${set}`);
    if (!isFine) console.log(`${run.stdout}${run.stderr}`.trim().split("\n").slice(0, 20).join("\n"));
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
