/** Large sources: no quadratic walk, no deep recursion, and limits that are said. */

import { expect, test } from "vitest";
import { check } from "../src/check/check.js";
import { emitProto } from "../src/emit/proto/emit-proto.js";
import { Report } from "../src/report/report.js";
import { Places } from "../src/schema/places.js";
import { analyzeText, analyzeTexts, schemaOf } from "./support/analyze-text.js";

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join("\n");
}

test("a message with ten thousand fields is understood, numbers above the gap that Protobuf keeps included", () => {
  const { schema, findings } = analyzeText(
    `message Wide {\n${lines(10_000, (index) => `${index < 5_000 ? index + 1 : index + 15_000} field${index}: string`)}\n}`,
  );
  expect(findings).toEqual([]);
  expect(schema.files[0]?.messages[0]?.fields).toHaveLength(10_000);
  expect(emitProto(schema).get("main.proto")).toContain("string field9999 = 24999;");
});

test("ten thousand fields with one number are all reported against the first", () => {
  const { diagnostics } = analyzeText(`message Wide {\n${lines(10_000, (index) => `1 field${index}: string`)}\n}`);
  expect(diagnostics).toHaveLength(100);
  expect(diagnostics[0]?.message).toBe("`field1` has number 1, which `field0` already has");
  expect(diagnostics[0]?.label).toBe("2 is free");
  expect(diagnostics[1]?.label).toBe("3 is free");
});

test("five thousand methods get their indexes in written order", () => {
  const { schema, findings } = analyzeText(
    `message M { 1 id: string }\nservice Many {\n${lines(5_000, (index) => `method${index}(M): M`)}\n}`,
  );
  expect(findings).toEqual([]);
  expect(schema.files[0]?.services[0]?.methods[4_999]).toMatchObject({ index: 4_999, wireName: "Method4999" });
});

test("a service has at most as many methods as a 16-bit index can tell apart", () => {
  const { files, declarations } = schemaOf("message M { 1 id: string }\nservice Many { get(M): M }");
  const [file] = files;
  const [service] = file?.services ?? [];
  const [method] = service?.methods ?? [];
  if (file === undefined || service === undefined || method === undefined) throw new Error("there is a method");
  const findings = (count: number): readonly string[] => {
    const methods = Array.from({ length: count }, (_, index) => ({ ...method, wireName: `M${index}`, index }));
    const report = new Report();
    check({ files: [{ ...file, services: [{ ...service, methods }] }], declarations }, new Places(), report);
    return report.findings().diagnostics.map(({ code, message }) => `${code}: ${message}`);
  };
  expect(findings(65_535)).toEqual([]);
  expect(findings(65_536)).toEqual(["too-many-methods: service `Many` has 65536 methods, and 65535 are the most"]);
});

test("a thousand files of one package see each other through their imports", () => {
  const files: Record<string, string> = {};
  for (let index = 999; index >= 0; index--) {
    const next = index === 999 ? "" : `import "f${index + 1}.rpc"\n`;
    const type = index === 999 ? "string" : `M${index + 1}`;
    files[`f${index}.rpc`] =
      `package many\n${next}message M${index} { 1 next: ${type} }\nservice S${index} { get(M${index}): M${index} }`;
  }
  const { schema, findings } = analyzeTexts(files, ["f0.rpc"]);
  expect(findings).toEqual([]);
  expect(schema.files).toHaveLength(1_000);
});

test("chains of aliases and of services may be long", () => {
  const aliases = lines(20_000, (index) => `type A${index} = ${index === 19_999 ? "string" : `A${index + 1}`}`);
  expect(analyzeText(`${aliases}\nmessage M { 1 a: A0 }`).findings).toEqual([]);
  const services = lines(2_000, (index) => `service S${index} ${index === 0 ? "" : `extends S${index - 1}`} {}`);
  expect(analyzeText(services).findings).toEqual([]);
});

test("thousands of unknown names are reported without comparing each with every name", () => {
  const known = lines(5_000, (index) => `message Known${index} { 1 id: string }`);
  const unknown = lines(
    5_000,
    (index) => `${index + 1 < 19_000 ? index + 1 : index + 2_000} f${index}: Unknwon${index}`,
  );
  const { diagnostics } = analyzeText(`${known}\nmessage M {\n${unknown}\n}`);
  expect(diagnostics).toHaveLength(100);
});
