/** The output and the built runtime in a Node that makes no code from strings, has no `__proto__` and freezes its globals. */

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

const folder = ".cache/locked-down";

/** Writes a generated folder as JavaScript, only its types taken away. */
function writeScripts(from: string, to: string): void {
  for (const name of readdirSync(from, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".ts")) continue;
    const target = join(to, name.replace(/\.ts$/, ".js"));
    mkdirSync(dirname(target), { recursive: true });
    const compilerOptions = {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
    };
    writeFileSync(target, ts.transpileModule(readFileSync(join(from, name), "utf8"), { compilerOptions }).outputText);
  }
}

const program = `
import { connect, fromBytes, fromJsonString, serve, toBytes, toJsonString } from "@rpcgen/runtime";
import { createTortureClient } from "./gen/torture/torture.client.js";
import { HostileCodec, MapsCodec } from "./gen/torture/torture.codec.js";
import { serveTorture } from "./gen/torture/torture.server.js";
import { Broken } from "./gen/torture/torture.types.js";

const hostile = HostileCodec.fromJson(JSON.parse('{"constructor":"c","toString":"t"}'));
const maps = fromJsonString(MapsCodec, '{"byString":{"__proto__":"own"}}');
const handler = {
  ...Object.fromEntries(serveTorture({}).service.methods.map(({ name }) => [name, () => {}])),
  then_: (tree) => tree,
  catch: (tree) => { throw new Broken({ name: "n", detail: tree }); },
  async *constructor_(tree) { yield tree; },
};
const server = await serve({ port: 0, services: [serveTorture(handler)] });
const channel = connect(server.address);
const torture = createTortureClient(channel);
const caught = await torture.catch({ value: 2 }).catch((error) => error);
const streamed = [];
for await (const tree of torture.constructor_({ value: 3 })) streamed.push(tree.value);
console.log(JSON.stringify([
  fromBytes(HostileCodec, toBytes(HostileCodec, hostile)).constructor_,
  toJsonString(MapsCodec, fromBytes(MapsCodec, toBytes(MapsCodec, maps))),
  (await torture.then_({ value: 1 })).value,
  caught instanceof Broken && caught.detail.detail.value,
  streamed,
]));
await channel.close();
await server.close();
`;

test("works without code from strings, without __proto__ and with frozen intrinsics", () => {
  rmSync(folder, { recursive: true, force: true });
  writeScripts("generated-fixtures/gen", join(folder, "gen"));
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  writeFileSync(join(folder, "main.js"), program);
  const flags = [
    "--disallow-code-generation-from-strings",
    "--disable-proto=throw",
    "--frozen-intrinsics",
    "--no-warnings",
  ];
  const run = spawnSync(process.execPath, [...flags, join(folder, "main.js")], { encoding: "utf8", timeout: 15_000 });
  expect(run.stderr).toBe("");
  expect(JSON.parse(run.stdout)).toEqual(["c", '{"byString":{"__proto__":"own"}}', 1, 2, [3]]);
});
