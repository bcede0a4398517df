/** The light printer prints what ts-morph prints, and does not wake the compiler for it. */

import * as tsMorph from "ts-morph";
import type { Structures } from "ts-morph";
import { expect, test } from "vitest";
import { printStructure, StructureKind } from "./structure-printer.js";

const structures: Readonly<Record<string, Structures>> = {
  "a function": {
    kind: StructureKind.Function,
    name: "decode",
    isExported: true,
    docs: ["Reads."],
    parameters: [
      { name: "r", type: "Reader" },
      { name: "end", type: "number", hasQuestionToken: true },
      { name: "text", type: "string", initializer: '"x"' },
    ],
    returnType: "Order",
    statements: "return r;",
  },
  "a parameter with a comment, behind which a comma may not stand": {
    kind: StructureKind.Function,
    name: "late",
    parameters: [
      { name: "a", type: "number /* of what? */" },
      { name: "b", type: "`x${string}`" },
    ],
  },
  "an interface": {
    kind: StructureKind.Interface,
    name: "Order",
    isExported: true,
    properties: [{ name: "id", type: "string", isReadonly: true, docs: ["One.\n\nTwo."] }],
    methods: [{ name: "get", parameters: [{ name: "x", type: "A" }], returnType: "B" }],
  },
  "an import": {
    kind: StructureKind.ImportDeclaration,
    moduleSpecifier: "./a.js",
    isTypeOnly: true,
    namedImports: [{ name: "A" }, { name: "B", alias: "C" }],
  },
  "a class": {
    kind: StructureKind.Class,
    name: "Gone",
    isExported: true,
    extends: "DeclaredError<Detail>",
    ctors: [{ parameters: [{ name: "detail", type: "Detail" }], statements: "super(detail);" }],
  },
};

test.each(Object.entries(structures))("%s is printed as ts-morph prints it", (_, structure) => {
  const options = { indentNumberOfSpaces: 2 };
  expect(printStructure(structure, options)).toBe(tsMorph.printStructure(structure, options));
});

test("whoever imports ts-morph beside the printer gets all of it", () => {
  expect(tsMorph.ts.version).toMatch(/^\d+\.\d+\.\d+$/);
  expect(tsMorph.ts.SyntaxKind.SourceFile).toBeTypeOf("number");
});

test("the kinds are those of ts-morph", () => {
  expect(StructureKind).toEqual(tsMorph.StructureKind);
});
