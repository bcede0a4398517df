/** Random `.rpc` files in which nothing is wrong, with everything that `.proto` has no words for. */

import fc from "fast-check";

const docs = fc.constantFrom("", "", "/// Said once.\n", '/// One.\n///\n///   - two */ "three"\n', "///  /four\n");
const deprecated = fc.constantFrom("", "", "", "@deprecated ", '@deprecated("use \\"B\\" \\u{1f600}") ');
const own = fc.constantFrom("", "", "@acme.audit ", '@acme.deep.er("a\\n", -1.50, true, 90s, word) ', '@example("x") ');
const front = fc.tuple(docs, deprecated, own).map((parts) => parts.join(""));

const names = "id placedAt snake_case htmlURL X _under a1B2 class message string reserved_word_ URLOf kind".split(" ");

/** What may stand behind the colon, with annotations that suit it. */
const type = fc.constantFrom(
  ["", "string"],
  ['@minLength(1) @pattern("^\\\\d$") ', "string"],
  ["@min(-3) @max(12) ", "sint32"],
  ["@js(number) ", "int64"],
  ["@secret ", "bytes"],
  ["@unpacked @unique ", "E0[]"],
  ["@items(1, 4) ", "A0[]"],
  ["", "A1"],
  ["", "map<A0, U0>"],
  ["", "M0"],
  ["", "E0"],
  ["", "duration"],
  ["", "json"],
  ["", "U0[]"],
) as fc.Arbitrary<readonly [string, string]>;

const member = fc.tuple(front, fc.nat({ max: 30 }), type, fc.boolean());

const fields = (isUnion: boolean): fc.Arbitrary<string> =>
  fc.uniqueArray(fc.nat({ max: names.length - 1 }), { maxLength: 6 }).chain((indexes) =>
    fc.array(member, { minLength: indexes.length, maxLength: indexes.length }).map((members) =>
      members
        .map(([head, gap, [marks, written], isOptional], at) => {
          const isMany = /[[<]|A1/.test(written);
          if (isUnion && isMany) return "";
          const mark = isOptional && !isMany && !isUnion ? "?" : "";
          return `${head}${marks}${at * 40 + gap + 1} ${names[indexes[at] ?? 0] ?? ""}${mark}: ${written}`;
        })
        .join("\n"),
    ),
  );

const reserved = fc.constantFrom("", "reserved 900, 400 to 402", 'reserved "oldName", "old_one", 500 to max');
const inlineUnion = fc.tuple(front, fc.constantFrom("", "@required ")).map(([head, mark]) => {
  const members = "300 card: string, @deprecated 301 cash: bool";
  return `${head}${mark}howTo?: union { ${members} }`;
});
const body = fc
  .tuple(reserved, fields(false), fc.oneof(fc.constant(""), inlineUnion))
  .map((parts) => `{\n${parts.join("\n")}\n}`);

const method = fc.tuple(
  front,
  fc.constantFrom(
    "get(M0): M0",
    "@idempotent @timeout(1.5s) find(id: A0, at?: timestamp, all: A1): M0? throws R0, R1",
    "URLOf(): string?",
    "@idempotencyKey(shared) @retry(3, 50ms) @hedge(0.5s) pay(M0): M0",
    "@idempotent @cache(1m, 10) @rateLimit(1.5, 3) @concurrency(9, adaptive) look(M0): M0",
    '@name("Other_Name") other(/// Which.\n@min(1) n: uint32): A1',
    "oneway log(U0)",
    "oneway ping()",
    "watch(M0): stream U0",
    "put(stream M0): void throws R0",
    "talk(stream U0): stream M0",
    "all(): map<string, E0>",
    "when(): timestamp",
  ),
);
const service = fc
  .tuple(front, fc.uniqueArray(method, { maxLength: 5, selector: ([, text]) => text }))
  .map(
    ([head, methods]) => `${head}@timeout(3s) service S0 {\n${methods.map((parts) => parts.join("")).join("\n")}\n}`,
  );
const derived = fc.constantFrom("", "service S1 extends S0 { more(): bool }");

const enums = fc.constantFrom(
  "enum E0 { NONE = 0, SOME = 1 }",
  '@allowAlias closed enum E0 { B = 4, NONE = 0, @deprecated C = 4, low = -2147483648, reserved 7, 5 to 6, "OLD" }',
);

/** The text of a file that stands alone. */
export const randomFile: fc.Arbitrary<string> = fc
  .tuple(front, enums, fields(true), fc.array(body, { minLength: 4, maxLength: 4 }), service, derived)
  .map(([head, enumText, members, [first = "", ...bodies], ...services]) =>
    [
      `@namespace("acme")\npackage random.v1`,
      `type A0 = string`,
      `@items(0, 9) type A1 = A0[]`,
      `${head}${enumText}`,
      `enum Clash { NONE = 0, OTHER = 1 }`,
      `${head}message M0 ${first}`,
      `union U0 { 999 none: bool\n${members}\n}`,
      `@code(NOT_FOUND) error R0 ${bodies[0] ?? ""}`,
      `error R1 ${bodies[1] ?? ""}`,
      `message Last ${bodies[2] ?? ""}`,
      ...services,
    ].join("\n\n"),
  );
