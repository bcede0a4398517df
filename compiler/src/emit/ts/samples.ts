/** Prints `x.samples.ts`: a factory of samples for each message, and the data that it makes them from. */

import { rulesOf } from "../../schema/ruled-messages.js";
import type { Annotation, FieldSchema, FileSchema, Schema } from "../../schema/schema.js";
import type { ScalarName, TypeSchema } from "../../schema/schema.js";
import type { Holder } from "../../schema/with-holders.js";
import { propertyName } from "../names.js";
import { commentText, stringLiteral } from "./escape.js";
import type { TsFile } from "./print.js";
import { enumOf, is64Bit } from "./value-type.js";

/** The door of the runtime for this kind of file. */
const samplesDoor = "@rpcgen/runtime/codegen/samples-v1";

/** Adds a factory for each message, union and detail of an error of the file. */
export function addSamples(file: TsFile, schema: Schema, source: FileSchema): void {
  const all = [...source.messages, ...source.unions, ...source.errors];
  for (const declared of all) file.add(shape(file, schema, declared));
  for (const declared of all) file.add(factory(file, declared));
}

function factory(file: TsFile, declared: Holder): string {
  const names = file.names.message(declared.fullName);
  const type = file.type(names.source, "types", names.type);
  const door = (name: string, isType: boolean): string => file.from(samplesDoor, name, isType);
  return [
    `/** A {@link ${commentText(names.type)}} that keeps its rules; \`overrides\` take the place of what would be made. */`,
    `export function ${names.sample}(overrides?: ${door("SampleOverrides", true)}<${type}>, options?: ${door("SampleOptions", true)}): ${type} {`,
    `  return ${door("sample", false)}(${shapeName(file, declared.fullName)}, overrides, options);`,
    "}",
  ].join("\n");
}

function shapeName(file: TsFile, fullName: string): string {
  const { source, shape } = file.names.message(fullName);
  return file.value(source, "samples", shape);
}

function shape(file: TsFile, schema: Schema, declared: Holder): string {
  const names = file.names.message(declared.fullName);
  const type = file.type(names.source, "types", names.type);
  const members =
    declared.kind === "union"
      ? declared.fields.map((field) => fieldText(file, schema, field, field.name))
      : declared.members.map((member) => {
          if (member.kind === "field") return fieldText(file, schema, member, propertyName(member.name));
          const oneOf = member.members.map((field) => fieldText(file, schema, field, field.name));
          const required = rulesOf(member).some(({ name }) => name === "required") ? ", isRequired: true" : "";
          return `{ name: ${stringLiteral(propertyName(member.name))}, oneOf: [${oneOf.join(", ")}]${required} }`;
        });
  return [
    `export const ${shapeName(file, declared.fullName)}: ${file.from(samplesDoor, "SampleShape", true)}<${type}> = {`,
    `  name: ${stringLiteral(declared.fullName)},`,
    ...(declared.kind === "union" ? ["  isUnion: true,"] : []),
    `  members: [${members.map((member) => `\n    ${member},`).join("")}${members.length === 0 ? "" : "\n  "}],`,
    "};",
  ].join("\n");
}

function fieldText(file: TsFile, schema: Schema, field: FieldSchema, name: string): string {
  const rules = rulesText(field);
  const many =
    field.cardinality === "repeated"
      ? [`many: "list"`]
      : field.mapKey === undefined
        ? []
        : [`many: { key: ${scalarText(field.mapKey, field)} }`];
  const isOptional = field.cardinality === "single" && field.presence === "explicit";
  const parts = [
    `name: ${stringLiteral(name)}`,
    `type: ${typeText(file, schema, field.type, field)}`,
    ...many,
    ...(isOptional ? ["isOptional: true"] : []),
    ...(rules === "" ? [] : [`rules: { ${rules} }`]),
  ];
  return `{ ${parts.join(", ")} }`;
}

function typeText(file: TsFile, schema: Schema, type: TypeSchema, field: FieldSchema): string {
  switch (type.kind) {
    case "scalar":
      return scalarText(type.name, field);
    case "builtin":
      return stringLiteral(type.name);
    case "enum": {
      // Of several names for one number the first is what is received.
      const byNumber = new Map<number, string>();
      for (const { name, number } of enumOf(schema, type.name).values) {
        if (!byNumber.has(number)) byNumber.set(number, name);
      }
      return `[${[...byNumber.values()].map(stringLiteral).join(", ")}]`;
    }
    case "message":
    case "union":
      return `() => ${shapeName(file, type.name)}`;
  }
}

/** Scalars by what they hold; how they are written does not matter here. */
function scalarText(name: ScalarName, field: FieldSchema): string {
  const held = name.replace(/^s(int|fixed)/, "int").replace("fixed", "uint");
  const form = is64Bit(name) && field.int64 !== "bigint" ? `:${field.int64}` : "";
  return stringLiteral(`${held}${form}`);
}

function rulesText(field: FieldSchema): string {
  return rulesOf(field).map(ruleText).join(", ");
}

function ruleText({ name, args }: Annotation): string {
  const values = args.map((arg) => ("value" in arg ? String(arg.value) : "0"));
  const [first = "0", second = "0"] = values;
  switch (name) {
    case "items":
      return `items: [${first}, ${second}]`;
    case "unique":
      return "isUnique: true";
    case "required":
      return "isRequired: true";
    case "minLength":
    case "maxLength":
      return `${name}: ${first}`;
    default:
      return `${name}: ${stringLiteral(first)}`;
  }
}
