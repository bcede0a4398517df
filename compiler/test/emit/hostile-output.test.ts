/** What is generated from hostile names and texts: it type-checks strictly, and holds nothing but declarations. */

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";
import { generate } from "../support/load-generated.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const example = (path: string): string => readFileSync(join(root, "idl-examples", path), "utf8");

const evil = [
  "*/ globalThis.pwned = 1; /*",
  "`${process.exit(1)}`",
  "@ts-ignore @ts-nocheck",
  "//# sourceMappingURL=evil.map",
  "<!-- --> </script>",
  "eslint-disable",
];
const docs = evil.map((line) => `/// ${line}`).join("\n");

const hostile = `
${docs}
package hostile.v1

${docs}
enum Date { "x": 0 }
`.replace('"x": 0', "constructor = 0, \n" + docs + "\n class = 1");

const more = `
${docs}
message Map { ${docs}
 1 Map: string 2 entries: map<string, Map> 3 decodeMap: string 4 r: string 5 m: int32 6 isPending: bool
 7 __proto__: string 8 constructor: string 9 end: Date 10 unknown: bytes 11 stop: int32[] 12 w: int64 13 p: double
 choice?: union { 14 __defineGetter__: string, 15 arguments: Map, 16 kind: Date } 17 await: int32 18 of: int32 }
message Reader { 1 buffer: bytes }
message Writer { 1 codec: Reader[] }
message Codec {}
message UnknownFields { 1 value: string }
union UnknownMember { 1 Uint8Array: Reader, 2 none: Map, 3 toString: bytes }
${docs}
@deprecated("*/ evil() /* \`\${0}\` @ts-ignore")
error Error { 1 name: string 2 stack: Error2[] }
message Error2 { 1 detail: json 2 at: timestamp 3 lasting: duration }
error DeclaredError {}
${docs}
service Promise { then(Map): Map throws Error, DeclaredError
 constructor(a: string, await: int32): UnknownMember
 hasOwnProperty(stream Reader): stream Writer }
`;

const outputs = [
  generate("hostile", { "hostile.rpc": hostile + more }),
  generate("torture", { "torture.rpc": example("torture/torture.rpc") }),
  generate(
    "shop",
    Object.fromEntries(
      ["orders", "money", "payments", "health"].map((name) => [`${name}.rpc`, example(`shop/${name}.rpc`)]),
    ),
  ),
];

test("the output type-checks under every strict option", () => {
  for (const { directory } of outputs) {
    const config = {
      extends: join(root, "tsconfig.base.json"),
      compilerOptions: {
        noEmit: true,
        composite: false,
        incremental: false,
        lib: ["es2022"],
        allowImportingTsExtensions: true,
        noPropertyAccessFromIndexSignature: true,
        paths: { "@rpcgen/runtime/codegen/v1": [join(root, "runtime/src/codegen/v1.ts")] },
      },
      include: ["."],
    };
    writeFileSync(join(directory, "tsconfig.json"), JSON.stringify(config));
    const tsc = join(root, "node_modules/typescript7/bin/tsc");
    let problems = "";
    try {
      execFileSync(process.execPath, [tsc, "-p", directory], { encoding: "utf8", stdio: "pipe" });
    } catch (error) {
      problems = String((error as { stdout: unknown }).stdout);
    }
    expect(problems).toBe("");
  }
}, 60_000);

test("the output holds imports, types, functions, classes and constants, and nothing that runs by itself", () => {
  const declarations = new Set([
    ts.SyntaxKind.ImportDeclaration,
    ts.SyntaxKind.InterfaceDeclaration,
    ts.SyntaxKind.TypeAliasDeclaration,
    ts.SyntaxKind.FunctionDeclaration,
    ts.SyntaxKind.ClassDeclaration,
    ts.SyntaxKind.VariableStatement,
  ]);
  for (const { texts } of outputs) {
    for (const [path, text] of texts) {
      const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022);
      const others = file.statements.filter((statement) => !declarations.has(statement.kind));
      expect(
        others.map((statement) => statement.getText(file)),
        path,
      ).toEqual([]);
      for (const statement of file.statements) {
        if (!ts.isVariableStatement(statement)) continue;
        expect(statement.declarationList.flags & ts.NodeFlags.Const, path).toBeTruthy();
      }
    }
  }
});

test("no text from the IDL speaks to tools", () => {
  for (const { texts } of outputs) {
    for (const [path, text] of texts) {
      expect(text, path).not.toMatch(/@ts-|[#@]\s*sourceMappingURL|eslint-disable|\r|[\u2028\u2029\u202e]/);
      expect(text.match(/@generated/g), path).toHaveLength(1);
      expect(text.endsWith("\n") && !text.endsWith("\n\n"), path).toBe(true);
      expect(
        text.split("\n").filter((line) => /\s$/.test(line)),
        path,
      ).toEqual([]);
    }
  }
});

test("loading hostile output runs nothing and changes no prototype", async () => {
  const before = Object.getOwnPropertyNames(Object.prototype).join();
  const codecs = await outputs[0]?.load("hostile.codec.ts");
  const map = codecs?.["MapCodec"] as { encode: unknown };
  expect(map.encode).toBeTypeOf("function");
  expect("pwned" in globalThis).toBe(false);
  expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(before);
});

test("the same input gives the same output, letter by letter", () => {
  const again = generate("again", { "hostile.rpc": hostile + more });
  expect([...again.texts]).toEqual([...(outputs[0]?.texts ?? [])]);
});
