/** Asks the real protoc whether what is exported of every example compiles, and what it understands: `node scripts/protoc-check.mjs`. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const examples = ["greeter", "shop", "route-guide", "chat", "library", "evolution/v1", "evolution/v2", "torture"];

if (spawnSync("protoc", ["--version"]).error !== undefined) {
  console.error("protoc is not installed (Debian: protobuf-compiler)");
  process.exit(2);
}

let failed = 0;
for (const example of examples) {
  const out = mkdtempSync(join(tmpdir(), "rpcgen-protoc-"));
  const source = join(root, "idl-examples", example);
  const command = ["export", source, "--root", source, "--no-config", "--to", "proto", "--out", out, "--quiet"];
  const exported = spawnSync(process.execPath, [join(root, "bin/rpcgen.cjs"), ...command], { encoding: "utf8" });
  const files = readdirSync(out, { recursive: true }).filter((path) => path.endsWith(".proto"));
  const result = join(out, "set.bin");
  const compiled = spawnSync("protoc", ["-I", out, `--descriptor_set_out=${result}`, ...files], { encoding: "utf8" });
  const isRight = exported.status === 0 && compiled.status === 0 && files.length > 0;
  console.log(`${isRight ? "right" : "WRONG"}  ${example}: ${files.length} files`);
  const said = `${exported.stderr}${compiled.stderr}`.trim();
  if (said !== "") console.log(said);
  if (!isRight) failed += 1;
  rmSync(out, { recursive: true });
}
console.log(`${examples.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
