/** Random projects of a few files that use each other, rightly and wrongly, to be edited step by step. */

import fc from "fast-check";

export const fileNames: readonly string[] = ["a.rpc", "b.rpc", "c.rpc", "deep/d.rpc", "deep/e.rpc"];

/** Few names, so that they meet: across files, across kinds, and with the messages that methods bring along. */
const names = ["Apple", "Berry", "Cherry", "Date", "OrdersGetRequest", "Aple"] as const;
const packages = ["package shop", "package shop.fruit", "package shop.Apple", ""] as const;
const scalars = ["string", "int32", "int64", "bytes", "timestamp"] as const;

const name = fc.constantFrom(...names);
const type = fc.oneof(
  fc.constantFrom(...scalars),
  name,
  name.map((one) => `${one}[]`),
  name.map((one) => `map<string, ${one}>`),
  name.map((one) => `shop.${one}`),
  name.map((one) => `fruit.${one}`),
);
const annotation = fc.constantFrom("", "", "", "@deprecated ", "@js(string) ", "@min(3) ", "@nonsense ");
const docs = fc.constantFrom("", "", "/// One.\n", "// Two.\n", "\n\n");

const field = fc.tuple(annotation, type);
const fields = fc
  .array(field, { maxLength: 3 })
  .map((all) => all.map(([marks, written], index) => `  ${marks}${index + 1} f${index}: ${written}`).join("\n"));

const declaration = fc.oneof(
  fc
    .tuple(docs, annotation, name, fields)
    .map(([text, marks, one, body]) => `${text}${marks}message ${one} {\n${body}\n}`),
  fc.tuple(docs, name, fields).map(([text, one, body]) => `${text}message ${one} {\n${body}\n}`),
  fc.tuple(docs, name).map(([text, one]) => `${text}enum ${one} { NONE = 0, SOME = 1 }`),
  fc.tuple(annotation, name, type).map(([marks, one, target]) => `${marks}type ${one} = ${target}`),
  fc.tuple(name, fields).map(([one, body]) => `error ${one} {\n${body}\n}`),
  fc.tuple(name, fields).map(([one, body]) => `union ${one} {\n${body}\n}`),
  fc
    .tuple(fc.constantFrom("Orders", "Stock"), fc.constantFrom("", " extends Orders", " extends Stock"), name, type)
    .map(
      ([one, base, taken, given]) =>
        `service ${one}${base} {\n  get(id: ${given}): ${taken}\n  put(${taken}): void throws ${taken}\n  look(): ${given}\n}`,
    ),
);

const importClause = fc
  .constantFrom("a.rpc", "b.rpc", "c.rpc", "deep/d.rpc", "d.rpc", "e.rpc", "../a.rpc", "gone.rpc")
  .map((path) => `import "${path}"`);

/** The text of one file; one in eight is broken somewhere. */
export const fileText: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...packages),
    fc.array(importClause, { maxLength: 3 }),
    fc.array(declaration, { maxLength: 5 }),
    fc.constantFrom("", "", "", "", "", "", "", "message {", "1 2 3"),
  )
  .map(([head, imports, body, tail]) => `${[head, ...imports, ...body, tail].join("\n")}\n`);

/** One step of somebody's work. */
export type Edit =
  | { readonly kind: "write"; readonly file: string; readonly text: string }
  | { readonly kind: "insert"; readonly file: string; readonly text: string }
  | { readonly kind: "remove"; readonly file: string }
  | { readonly kind: "open"; readonly file: string; readonly text: string }
  | { readonly kind: "close"; readonly file: string }
  | { readonly kind: "touch"; readonly file: string };

const file = fc.constantFrom(...fileNames);

export const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("write" as const), file, text: fileText }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("insert" as const),
      file,
      text: fc.oneof(declaration, fc.constant("// a remark")),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("remove" as const), file }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("open" as const), file, text: fileText }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("close" as const), file }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("touch" as const), file }) },
);

/**
 * The text of the file at an index when nothing is wrong with it: it imports those before it, and each name says where
 * it is declared. `shape` decides what kind of thing a name stands for, which is what those who use it have to notice.
 */
function soundText(index: number, shapes: readonly number[], remark: string): string {
  const earlier = fileNames.slice(0, index);
  const here = (fileNames[index] ?? "").startsWith("deep/");
  const imports = earlier.map(
    (path) => `import "${here ? (path.startsWith("deep/") ? path.slice(5) : `../${path}`) : path}"`,
  );
  const used = earlier.map(
    (_, at) => `  ${at + 1} f${at}: T${at}\n  ${at + 20} g${at}: A${at}\n  ${at + 40} h${at}: A${at}[]`,
  );
  const [kind = 0, fields = 0, methods = 0] = shapes;
  const extra = Array.from({ length: fields % 3 }, (_, at) => `  ${at + 60} x${at}: string`);
  const body = [...used, ...extra].join("\n");
  const type = [
    `message T${index} {\n${body}\n}`,
    `enum T${index} { NONE${index} = 0, SOME${index} = ${fields + 1} }\nmessage M${index} {\n${body}\n}`,
  ][kind % 2];
  const alias = [`type A${index} = string`, `type A${index} = T${index}`, `@js(string) type A${index} = int64`][
    fields % 3
  ];
  const base = index === 0 ? "" : ` extends S${index - 1}`;
  const all = ["get", "put", "look"]
    .slice(0, methods % 4)
    .map((name) => `  ${name}${index}(id: T${index}): ${fields % 2 === 0 ? "void" : `T${index}`}`);
  return `package sound\n${imports.join("\n")}\n${remark}\n${type}\n${alias}\nservice S${index}${base} {\n${all.join("\n")}\n}\n`;
}

const shapes = fc.array(fc.nat({ max: 11 }), { minLength: 3, maxLength: 3 });
const remark = fc.constantFrom("", "// One line more.\n", "\n\n");
const soundFile = (index: number): fc.Arbitrary<string> =>
  fc.tuple(shapes, remark).map(([chosen, text]) => soundText(index, chosen, text));

/** Files that use each other in many ways, all of them right. */
export const soundProject: fc.Arbitrary<readonly string[]> = fc.tuple(...fileNames.map((_, index) => soundFile(index)));

/** Replaces one file by another that is right too, mostly. */
export const soundEdit: fc.Arbitrary<Edit> = fc.nat({ max: fileNames.length - 1 }).chain((index) => {
  const file = fileNames[index] ?? "";
  const write = soundFile(index).map((text): Edit => ({ kind: "write", file, text }));
  const insert = fc.constantFrom("// A remark.", "", "???").map((text): Edit => ({ kind: "insert", file, text }));
  return fc.oneof({ weight: 5, arbitrary: write }, { weight: 2, arbitrary: insert });
});
