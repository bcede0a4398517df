/** What the pages show as examples is true: values, their JSON, and calls, held against the code generated for them. */

import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runInThisContext } from "node:vm";
import { expect, test } from "vitest";
import { callOf, connecting } from "../../src/emit/text/docs/sample-call.js";
import { sampleAsJson, sampleAsTypeScript } from "../../src/emit/text/docs/print-sample.js";
import { SampleMaker } from "../../src/emit/text/docs/sample-maker.js";
import { textMatching } from "../../src/emit/text/docs/sample-pattern.js";
import { Names } from "../../src/emit/names.js";
import { Report } from "../../src/report/report.js";
import { StringValueCodec } from "../../../generated-fixtures/gen/google/protobuf/wrappers.codec.js";
import { JsonWriter, TypeRegistry } from "../../../runtime/src/codec/json/json-codec.js";
import { schemaOf } from "../support/analyze-text.js";
import { exampleSchema, repository } from "./example-site.js";

const schema = exampleSchema();
const generated = join(repository, "generated-fixtures/gen");

interface JsonCodec {
  readonly name: string;
  readonly toJson: (value: unknown, writer: JsonWriter) => unknown;
}

/** What the example of an Any holds. */
const registry = new TypeRegistry().add(StringValueCodec);

test("every example in JSON is what the generated code makes of the example in TypeScript", async () => {
  const samples = new SampleMaker(schema);
  let count = 0;
  for (const file of schema.files) {
    const declared = [...file.messages, ...file.unions, ...file.errors].filter(
      (one) => one.kind !== "message" || !one.isSynthetic,
    );
    if (declared.length === 0) continue;
    const module = (await import(
      pathToFileURL(join(generated, file.path.replace(/\.rpc$/, ".codec.ts"))).href
    )) as object;
    const codecs = new Map<string, JsonCodec>();
    for (const [name, value] of Object.entries(module)) if (name.endsWith("Codec")) codecs.set(value.name, value);
    for (const { fullName, kind } of declared) {
      const codec = codecs.get(fullName);
      expect(codec, fullName).toBeDefined();
      const sample = samples.of(fullName);
      const value: unknown = runInThisContext(`(${sampleAsTypeScript(sample)})`);
      const json: unknown = JSON.parse(sampleAsJson(sample));
      expect(codec?.toJson(value, new JsonWriter({ registry })), `${kind} ${fullName}`).toEqual(json);
      count += 1;
    }
  }
  expect(count).toBeGreaterThan(60);
});

test("every call compiles against the generated clients", () => {
  const at = {
    schema,
    names: new Names(schema, new Report()),
    samples: new SampleMaker(schema),
    moduleOf: (source: string, role: "client" | "types") =>
      `../../generated-fixtures/gen/${source.replace(/\.rpc$/, "")}.${role}.js`,
  };
  const directory = join(repository, ".cache/calls-in-docs");
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const services = schema.files.flatMap((file) => file.services);
  for (const service of services) {
    const calls = service.methods.map((method) => `{\n${callOf(at, service, method)}\n}`);
    writeFileSync(join(directory, `${service.fullName}.ts`), `${connecting(at, service)}\n${calls.join("\n")}\n`);
  }
  const config = {
    extends: "../../tsconfig.base.json",
    compilerOptions: {
      rootDir: "../..",
      noEmit: true,
      composite: false,
      declaration: false,
      declarationMap: false,
      isolatedDeclarations: false,
      noUnusedLocals: false,
    },
    include: ["*.ts"],
  };
  writeFileSync(join(directory, "tsconfig.json"), JSON.stringify(config));
  const { status, stdout } = spawnSync(process.execPath, ["scripts/tsc.mjs", "-p", directory], {
    cwd: repository,
    encoding: "utf8",
  });
  expect([stdout, status]).toEqual(["", 0]);
  expect(services.length).toBeGreaterThan(4);
});

test("examples keep to constraints and to what `@example` says", () => {
  const made = schemaOf(`package a.v1
    enum Size { NONE = 0 SMALL = 1 LARGE = 2 }
    message Order {
      @pattern("^[A-Z]{2}-[0-9]{4}$") 1 code: string
      @min(18) @max(99) 2 age: uint32
      @minLength(8) 3 password: string
      @maxLength(3) 4 short: string
      @items(2, 4) 5 pair: double[]
      @example("LARGE") 6 size: Size
      @example("first") @example("second") 7 words: string[]
      @example("not a number") 8 count: int32
      @max(-5) 9 below: int64
      @deprecated 10 gone: string
    }`);
  expect(JSON.parse(sampleAsJson(new SampleMaker(made).of("a.v1.Order")))).toEqual({
    code: "AA-1111",
    age: 18,
    password: "password",
    short: "sho",
    pair: [1.5, 1.5],
    size: "LARGE",
    words: ["first", "second"],
    count: 1,
    below: "-5",
  });
});

test.each([
  "^[a-z]+\\.(com|org)$",
  "^\\+?[0-9]{5,}$",
  "^(?:a|b)c*d?$",
  "^\\p{Lu}\\w+$",
  "^[^abc]$",
  "(?<year>\\d{4})-\\d\\d",
])("a text is found that %s matches", (pattern) => {
  expect(textMatching(pattern)).toMatch(new RegExp(pattern, "u"));
});

test.each(["(?=a)b", "[", "^a{5000}$", "a(b"])("no text is made up where %s is too much", (pattern) => {
  expect(textMatching(pattern)).toBeUndefined();
});

test("examples of types that hold themselves end, and large ones are cut", () => {
  const fields = Array.from({ length: 300 }, (_, index) => `${index + 1} f${index}: Node`).join("\n");
  const made = schemaOf(`package a.v1\nmessage Node { ${fields} }\nmessage Leaf { 1 next: Leaf[] 2 text: string }
    union Knot { 1 knot: Knot 2 end: bool }`);
  const samples = new SampleMaker(made);
  expect(sampleAsJson(samples.of("a.v1.Node"))).toBe("{}");
  expect(sampleAsJson(samples.of("a.v1.Leaf"))).toBe('{ "text": "text" }');
  expect(sampleAsJson(samples.of("a.v1.Knot"))).toBe('{ "end": true }');
});
