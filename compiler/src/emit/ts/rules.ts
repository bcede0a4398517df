/** Prints `x.rules.ts`: functions that check the values of messages against what their fields' annotations say. */

import type { Annotation, FieldSchema, InlineUnionSchema, MessageSchema, UnionSchema } from "../../schema/schema.js";
import type { FileSchema, Schema, ServiceSchema } from "../../schema/schema.js";
import { isSecret } from "../../schema/secret-messages.js";
import { rulesOf } from "../../schema/ruled-messages.js";
import { propertyName } from "../names.js";
import type { Traits } from "./emission-memory.js";
import { commentText, stringLiteral } from "./escape.js";
import type { Statement, TsFile } from "./print.js";
import type { Emission } from "./signature.js";
import { is64Bit, zeroLiteral } from "./value-type.js";

/** Where the check of a message is emitted to, and what it may look up. */
interface CheckEmission extends Emission {
  /** Full names of the messages that have checks. */
  readonly ruled: ReadonlySet<string>;
  /** Name of the function. */
  readonly check: string;
}

/** Adds a check for each message and union of the file that has rules. */
export function addRules(file: TsFile, schema: Schema, source: FileSchema, { ruled }: Traits): void {
  for (const declared of [...source.messages, ...source.unions]) {
    if (!ruled.has(declared.fullName)) continue;
    const at = { file, schema, ruled, check: file.names.message(declared.fullName).check };
    file.add(checkFunction(at, declared));
  }
}

/** Adds what ties a service's requests to their checks, where any has one. */
export function addServiceRules(at: Emission, service: ServiceSchema, { ruled }: Traits): void {
  if (!hasRules(service, ruled)) return;
  const names = at.file.names.service(service.fullName);
  const checks = service.methods.map((method) => {
    if (!ruled.has(method.input)) return "undefined";
    const { source, check } = at.file.names.message(method.input);
    return at.file.value(source, "rules", check);
  });
  at.file.add(
    [
      `/** What the requests of ${service.fullName} have to hold: checked by servers, and by clients that ask for it. */`,
      `export const ${names.rules}: ${at.file.door("ServiceRules")} = {`,
      `  service: ${at.file.value(at.file.source, "methods", names.info)},`,
      `  requests: [${checks.join(", ")}],`,
      "};",
    ].join("\n"),
  );
}

/** Whether any request of a service has rules. */
export function hasRules(service: ServiceSchema, ruled: ReadonlySet<string>): boolean {
  return service.methods.some((method) => ruled.has(method.input));
}

function checkFunction(at: CheckEmission, declared: MessageSchema | UnionSchema): Statement {
  const { source, init } = at.file.names.message(declared.fullName);
  const lines =
    declared.kind === "union"
      ? memberCases(at, declared.fields, "value", "")
      : declared.members.flatMap((member) => {
          return member.kind === "field" ? fieldLines(at, member) : inlineUnionLines(at, member);
        });
  return [
    ...declared.fields.flatMap((field) => patternLines(at, field)),
    `/** Checks what is said of the values in ${commentText(declared.name)}. */`,
    `export function ${at.check}(check: ${at.file.door("Check")}, value: ${at.file.type(source, "types", init)}): void {`,
    ...lines.map((line) => `  ${line}`),
    "}",
  ].join("\n");
}

function patternName(at: CheckEmission, field: FieldSchema): string {
  // `$` keeps it apart from every name that an `.rpc` file can ask for.
  return `pattern$${at.check}$${field.name}`;
}

/** Compiled once, beside the function that uses it. */
function patternLines(at: CheckEmission, field: FieldSchema): string[] {
  const pattern = rulesOf(field).find(({ name }) => name === "pattern");
  if (pattern === undefined) return [];
  return [`const ${patternName(at, field)} = new RegExp(${stringLiteral(textOf(pattern))}, "u");\n`];
}

function access(owner: string, name: string): string {
  const key = propertyName(name);
  return `${owner}.${key}`;
}

function fieldLines(at: CheckEmission, field: FieldSchema): string[] {
  const value = access("value", field.name);
  const label = stringLiteral(field.name);
  const nested = nestedCheck(at, field);
  const lines: string[] = [];
  if (has(field, "required")) lines.push(`if (${value} === undefined) check.fail(${label}, "is required");`);
  if (field.cardinality === "single") {
    if (nested !== undefined) {
      lines.push(...veiled(field, label, [`check.within(${label}, ${value}, ${nested});`]));
    }
    return [...lines, ...singleLines(at, field, value, label)];
  }
  lines.push(...collectionLines(at, field, value, label));
  const isMap = field.cardinality === "map";
  const inside: string[] = [];
  if (nested !== undefined) inside.push(`check.${isMap ? "eachValue" : "each"}(${label}, ${value}, ${nested});`);
  inside.push(...itemLines(at, field, value, label));
  return [...lines, ...veiled(field, label, inside)];
}

/** Of a secret field nothing is told that stands below its name: even keys of maps are content. */
function veiled(field: FieldSchema, label: string, lines: readonly string[]): readonly string[] {
  if (!isSecret(field) || lines.length === 0) return lines;
  return [`check.veil(${label}, () => {`, ...lines.map((line) => `  ${line}`), "});"];
}

/** The rules of one value; of an implicit field also where it is left out, which means zero. */
function singleLines(at: CheckEmission, field: FieldSchema, value: string, label: string): string[] {
  if (field.type.kind !== "scalar") return [];
  const isImplicit = field.presence === "implicit";
  const given = isImplicit ? `${value} ?? ${zeroLiteral(at.schema, field.type, field.int64)}` : value;
  return tests(at, field, given).map(({ fails, text }) => {
    const isBroken = isImplicit ? fails : `${value} !== undefined && ${fails}`;
    return `if (${isBroken}) check.fail(${label}, ${stringLiteral(text)});`;
  });
}

function collectionLines(at: CheckEmission, field: FieldSchema, value: string, label: string): string[] {
  const lines: string[] = [];
  const items = rulesOf(field).find(({ name }) => name === "items");
  if (items !== undefined) {
    const [least = "0", most = "0"] = items.args.map((arg) => (arg.kind === "number" ? arg.value : "0"));
    const size = `${at.file.door("sizeOf")}(${value})`;
    if (least !== "0")
      lines.push(`if (${size} < ${least}) check.fail(${label}, "must have at least ${counted(least, "item")}");`);
    lines.push(`if (${size} > ${most}) check.fail(${label}, "must have at most ${counted(most, "item")}");`);
  }
  if (has(field, "unique")) {
    lines.push(
      `if (${at.file.door("hasTwins")}(${value})) check.fail(${label}, "must not hold the same value twice");`,
    );
  }
  return lines;
}

/** The rules of each value in a list or map. */
function itemLines(at: CheckEmission, field: FieldSchema, value: string, label: string): string[] {
  const rules = tests(at, field, "each");
  if (rules.length === 0) return [];
  const isMap = field.cardinality === "map";
  const source = isMap ? `${at.file.door("entriesOf")}(${value})` : `(${value} ?? []).entries()`;
  const name = isMap ? at.file.door("entry") : at.file.door("item");
  return [
    `for (const [at, each] of ${source}) {`,
    ...rules.map(({ fails, text }) => `  if (${fails}) check.fail(${name}(${label}, at), ${stringLiteral(text)});`),
    "}",
  ];
}

function inlineUnionLines(at: CheckEmission, union: InlineUnionSchema): string[] {
  const value = access("value", union.name);
  const lines = memberCases(at, union.members, value, union.name);
  const isRequired = rulesOf(union).some(({ name }) => name === "required");
  const required = `if (${value} === undefined) check.fail(${stringLiteral(union.name)}, "is required");`;
  const guarded = lines.length === 0 ? [] : [`if (${value} !== undefined) {`, ...lines.map((line) => `  ${line}`), "}"];
  return [...(isRequired ? [required] : []), ...guarded];
}

/** The rules of a union's members, of which one is there. */
function memberCases(at: CheckEmission, members: readonly FieldSchema[], union: string, label: string): string[] {
  const cases = members.flatMap((member) => {
    const path = stringLiteral(label === "" ? member.name : `${label}.${member.name}`);
    const nested = nestedCheck(at, member);
    const own = tests(at, member, `${union}.value`).map(
      ({ fails, text }) => `if (${fails}) check.fail(${path}, ${stringLiteral(text)});`,
    );
    if (nested !== undefined) {
      own.push(...veiled(member, path, [`check.within(${path}, ${union}.value, ${nested});`]));
    }
    if (own.length === 0) return [];
    return [`  case ${stringLiteral(member.name)}:`, ...own.map((line) => `    ${line}`), "    break;"];
  });
  return cases.length === 0 ? [] : [`switch (${union}.kind) {`, ...cases, "  default:", "    break;", "}"];
}

function nestedCheck(at: CheckEmission, field: FieldSchema): string | undefined {
  const { type } = field;
  if (type.kind !== "message" && type.kind !== "union") return undefined;
  const names = at.file.names.message(type.name);
  return at.ruled.has(type.name) ? at.file.value(names.source, "rules", names.check) : undefined;
}

/** When a value breaks a rule, and what is said then. */
interface Test {
  readonly fails: string;
  readonly text: string;
}

function tests(at: CheckEmission, field: FieldSchema, value: string): Test[] {
  return rulesOf(field).flatMap((rule) => {
    switch (rule.name) {
      case "min":
      case "max":
        return [numberTest(field, rule, value)];
      case "minLength":
      case "maxLength":
        return [lengthTest(at, field, rule, value)];
      case "pattern":
        return [{ fails: `!${patternName(at, field)}.test(${value})`, text: `must match ${textOf(rule)}` }];
      default:
        return [];
    }
  });
}

function numberTest(field: FieldSchema, rule: Annotation, value: string): Test {
  const limit = numberOf(rule);
  const isWide = field.type.kind === "scalar" && is64Bit(field.type.name);
  const literal = isWide && field.int64 !== "number" ? `${limit}n` : limit;
  const compared = isWide && field.int64 === "string" ? `BigInt(${value})` : operand(value);
  const isMin = rule.name === "min";
  // Turned round, so that NaN, which is neither, breaks both.
  return {
    fails: `!(${compared} ${isMin ? ">=" : "<="} ${literal})`,
    text: `must be at ${isMin ? "least" : "most"} ${limit}`,
  };
}

function lengthTest(at: CheckEmission, field: FieldSchema, rule: Annotation, value: string): Test {
  const limit = numberOf(rule);
  const isMin = rule.name === "minLength";
  const isBytes = field.type.kind === "scalar" && field.type.name === "bytes";
  const text = `must have at ${isMin ? "least" : "most"} ${counted(limit, isBytes ? "byte" : "character")}`;
  if (isBytes) return { fails: `${lengthOf(value)} ${isMin ? "<" : ">"} ${limit}`, text };
  return { fails: `${at.file.door(isMin ? "isShorter" : "isLonger")}(${value}, ${limit})`, text };
}

/** The length of bytes that, where they are left out, are none. */
function lengthOf(value: string): string {
  const [given = value, other] = value.split(" ?? ");
  return other === undefined ? `${given}.length` : `(${given}?.length ?? 0)`;
}

/** An expression that binds as tightly as a name. */
function operand(value: string): string {
  return value.includes(" ") ? `(${value})` : value;
}

function has(field: FieldSchema, name: string): boolean {
  return rulesOf(field).some((rule) => rule.name === name);
}

function counted(count: string, noun: string): string {
  return `${count} ${noun}${count === "1" ? "" : "s"}`;
}

function numberOf(rule: Annotation): string {
  const first = rule.args[0];
  return first?.kind === "number" ? first.value : "0";
}

function textOf(rule: Annotation): string {
  const first = rule.args[0];
  return first?.kind === "string" ? first.value : "";
}
