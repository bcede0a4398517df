/** Builds messages, errors, unions, enums and aliases of the AST. */

import type { CstNode } from "chevrotain";
import type {
  AliasNode,
  DeclarationNode,
  Decorated,
  EnumNode,
  EnumValueNode,
  FieldNode,
  Identifier,
  MethodNode,
  QualifiedName,
  ReservedNode,
  TypeNode,
} from "./ast.js";
import { reportOption } from "./foreign-option.js";
import { buildField } from "./build-field.js";
import { behind, buildIdentifier, buildInteger, buildQualifiedName, missingIdentifier } from "./build-literal.js";
import { decorate, refuseAnnotations, reportStrays, walkMembers } from "./build-member.js";
import type { Front } from "./build-member.js";
import { buildReserved } from "./build-reserved.js";
import { buildMethod } from "./build-service.js";
import { buildType, refuseStream } from "./build-type.js";
import { endOf, nodeOf, nodesOf, quote, spanOf, startOf, tokenOf } from "./cst.js";
import type { Building } from "./cst.js";
import { reportNoType } from "./no-type.js";
import { reportMissingNumbers, reportMissingValues } from "./missing-number.js";

/** The body of a message, an error or a union. */
interface Fields {
  readonly fields: readonly FieldNode[];
  readonly reserved: readonly ReservedNode[];
}

/**
 * Builds one declaration and, in front of it, those that were written inside it, where none can stand: that is reported
 * once, and their names are known all the same.
 */
export function buildDeclaration(building: Building, node: CstNode, decorated: Decorated): DeclarationNode[] {
  const nested: DeclarationNode[] = [];
  const inner =
    nodeOf(node, "message") ?? nodeOf(node, "enumeration") ?? nodeOf(node, "alias") ?? nodeOf(node, "service");
  if (inner === undefined) return [];
  const name = buildName(building, inner);
  const span = spanOf(building, node);
  const nest = (member: CstNode, front: Front): void => {
    const found = buildDeclaration(building, member, decorate(building, front));
    const [outermost] = found;
    if (outermost !== undefined) {
      const names = { name: outermost.name.text, owner: name.text };
      const label = "declare it outside, and name it here";
      building.report.add("nested-declaration", outermost.name.span, names, { label });
    }
    nested.push(...found);
  };
  const built = buildOne(building, inner, { ...decorated, name, span }, nest);
  return [...nested, built].sort((a, b) => a.span.start - b.span.start);
}

type Base = Decorated & { readonly name: Identifier; readonly span: DeclarationNode["span"] };
type Nest = (member: CstNode, front: Front) => void;

function buildOne(building: Building, node: CstNode, base: Base, nest: Nest): DeclarationNode {
  if (node.name === "enumeration") return buildEnum(building, node, base, nest);
  if (node.name === "alias") return buildAlias(building, node, base);
  if (node.name === "service") {
    const extended = nodeOf(node, "qualifiedName");
    const extendsToken = tokenOf(node, "Extends");
    if (extended === undefined && extendsToken !== undefined) {
      building.report.add("missing-part", behind(building, extendsToken), {
        part: "the name of a service",
        after: "`extends`",
      });
    }
    const parent: QualifiedName | undefined = extended && buildQualifiedName(building, extended);
    return { kind: "service", ...base, extends: parent, methods: buildMethods(building, node, base.name, nest) };
  }
  const isUnion = tokenOf(node, "Union") !== undefined;
  const errorsBefore = building.report.errorCount;
  const body = bodyOf(building, node, "fieldsBody", base.name);
  const { fields, reserved } = buildFields(building, body, nest);
  reportMissingNumbers(building, fields, reserved, isUnion ? "union member" : "field");
  const isBroken = building.report.errorCount > errorsBefore;
  if (isUnion) return { kind: "union", ...base, members: fields, reserved, isBroken };
  return { kind: tokenOf(node, "Error") === undefined ? "message" : "error", ...base, fields, reserved };
}

/** Builds the members of an inline union; numbers that are missing are reported with its message. */
export function buildUnionMembers(building: Building, body: CstNode): readonly FieldNode[] {
  const { fields, reserved } = buildFields(building, body, undefined);
  for (const { span } of reserved) {
    building.report.add("unexpected-text", span, {
      found: quote(span),
      wanted: "`reserved` stands in the message itself",
    });
  }
  return fields;
}

function buildName(building: Building, node: CstNode): Identifier {
  const token = tokenOf(node, "name");
  if (token !== undefined) return buildIdentifier(building, token);
  const keyword = ["Service", "Type", "Enum", "Union", "Error", "Message"]
    .map((name) => tokenOf(node, name))
    .find((word) => word !== undefined);
  const after = keyword === undefined ? "this" : `\`${keyword.image}\``;
  const place = behind(building, keyword ?? node);
  if (nodesOf(node, "stray").length === 0) building.report.add("missing-part", place, { part: "a name", after });
  return missingIdentifier(place);
}

/** How other languages go on behind the name of a declaration, and what is said here instead. */
const headAdvice: ReadonlyMap<string, readonly [begins: RegExp, advice: string]> = new Map([
  ["message", [/^(?:extends|implements|:)/, "a message takes over no other; it has it as a field"]],
  ["union", [/^=/, "its members stand in braces with numbers and names, such as `{ 1 card: Card }`"]],
  ["enum", [/^:/, "every enum is a 32-bit number"]],
  ["service", [/^(?:,|:|implements)/, "it extends one other service at most, `service A extends B`"]],
]);

/** The body; strays between name and body and a body that is missing are reported. */
function bodyOf(building: Building, node: CstNode, name: string, owner: Identifier): CstNode | undefined {
  const body = nodeOf(node, name);
  const strays = nodesOf(node, "stray");
  const keyword = quote({ ...spanOf(building, node), end: owner.span.start }).split(" ")[0] ?? "";
  if (owner.text === "" && strays.length > 0) {
    const span = spanOf(building, strays[0], strays.at(-1));
    building.report.add("malformed-name", span, { name: quote(span) });
  } else if (strays.length > 0) {
    const [begins, advice] = headAdvice.get(keyword) ?? [];
    const isHabit = begins?.test(quote(spanOf(building, strays[0], strays.at(-1)))) === true;
    reportStrays(
      building,
      strays,
      (isHabit ? advice : undefined) ?? `a body in braces follows \`${keyword} ${owner.text}\``,
    );
  }
  if (body === undefined && strays.length === 0 && owner.text !== "") {
    building.report.add("missing-part", behind(building, node), {
      part: "a body in braces",
      after: `\`${owner.text}\``,
    });
  }
  return body;
}

function buildFields(building: Building, body: CstNode | undefined, nest: Nest | undefined): Fields {
  const fields: FieldNode[] = [];
  const reserved: ReservedNode[] = [];
  walkMembers(building, body, "a field is written `1 name: type`", (member, front) => {
    if (member.name === "field") {
      fields.push(buildField(building, member, decorate(building, front), "member"));
    } else if (member.name === "oneof") {
      fields.push(buildOneof(building, member, decorate(building, front)));
    } else if (member.name === "declaration" && nest !== undefined) {
      nest(member, front);
    } else {
      refuseAnnotations(building, front, "cannot stand here");
      if (member.name === "reserved") reserved.push(buildReserved(building, member, "message"));
      else reportForeignLine(building, member);
    }
  });
  return { fields, reserved };
}

/** `oneof payment { ... }`, read as `payment?: union { ... }`. */
function buildOneof(building: Building, node: CstNode, decorated: Decorated): FieldNode {
  const keyword = tokenOf(node, "Oneof");
  const word = tokenOf(node, "Word");
  const body = nodeOf(node, "fieldsBody");
  const span = spanOf(building, node);
  const name = word === undefined ? missingIdentifier(span) : buildIdentifier(building, word);
  const text = `${name.text}?: union`;
  const head = spanOf(building, keyword, word ?? keyword);
  const fixes = [{ message: `write \`${text}\``, edits: [{ span: head, text }] }];
  const advice = `an inline union is written \`${text} { … }\``;
  building.report.add("foreign-declaration", spanOf(building, keyword), { word: "oneof", advice }, { fixes });
  const members = body === undefined ? [] : buildUnionMembers(building, body);
  const type: TypeNode = { kind: "union", members, span };
  return { kind: "field", ...decorated, number: undefined, name, isOptional: true, type, span };
}

/** `option x = y` and the like inside a body. */
function reportForeignLine(building: Building, node: CstNode): void {
  const span = spanOf(building, node);
  const text = quote(span);
  const word = text.split(" ")[0] ?? text;
  if (word === "option") building.report.add("foreign-option", span, { text });
  else
    building.report.add("foreign-declaration", span, { word, advice: "a message has all of its fields in one place" });
}

function buildEnum(building: Building, node: CstNode, base: Base, nest: Nest): EnumNode {
  const values: EnumValueNode[] = [];
  const reserved: ReservedNode[] = [];
  const errorsBefore = building.report.errorCount;
  const body = bodyOf(building, node, "enumBody", base.name);
  walkMembers(building, body, "a value is written `NAME = 1`", (member, front) => {
    if (member.name === "enumValue") {
      values.push(buildEnumValue(building, member, decorate(building, front)));
    } else if (member.name === "declaration") {
      nest(member, front);
    } else {
      refuseAnnotations(building, front, "cannot stand here");
      if (member.name === "reserved") reserved.push(buildReserved(building, member, "enum"));
      else reportForeignLine(building, member);
    }
  });
  reportMissingValues(building, values, reserved);
  const isClosed = tokenOf(node, "Closed") !== undefined;
  const isBroken = building.report.errorCount > errorsBefore;
  return { kind: "enum", ...base, isClosed, values, reserved, isBroken };
}

function buildEnumValue(building: Building, node: CstNode, decorated: Decorated): EnumValueNode {
  const { report } = building;
  const numberToken = tokenOf(node, "Number");
  const word = tokenOf(node, "Word");
  const span = spanOf(building, node);
  const swapped = tokenOf(nodeOf(nodeOf(node, "literal"), "qualifiedName"), "Word");
  if (word === undefined && numberToken !== undefined && swapped !== undefined) {
    const text = `${swapped.image} = ${numberToken.image}`;
    const fixes = [{ message: `write \`${text}\``, edits: [{ span, text }] }];
    const place = spanOf(building, numberToken);
    report.add("number-first", place, { name: swapped.image }, { label: `write \`${text}\``, fixes });
    const number = buildInteger(building, numberToken, "number of an enum value");
    return { kind: "enumValue", ...decorated, name: buildIdentifier(building, swapped), number, span };
  }
  if (word === undefined) {
    report.add(
      "missing-part",
      behind(building, numberToken ?? node),
      { part: "a name", after: `\`${quote(span)}\`` },
      {
        label: "a value is written `NAME = 1`",
      },
    );
    const unnamed: EnumValueNode = {
      kind: "enumValue",
      ...decorated,
      name: missingIdentifier(span),
      number: undefined,
      span,
    };
    building.misnumbered.add(unnamed);
    return unnamed;
  }
  const name = buildIdentifier(building, word);
  const literal = nodeOf(node, "literal");
  const valueToken = tokenOf(literal, "Number") ?? numberToken;
  const sign = tokenOf(node, "Equals") ?? tokenOf(node, "Colon");
  if (numberToken !== undefined) {
    const text = `${name.text} = ${valueToken?.image ?? ""}`;
    const fixes = [{ message: `write \`${text}\``, edits: [{ span, text }] }];
    report.add(
      "number-first",
      spanOf(building, numberToken),
      { name: name.text },
      { label: `write \`${text}\``, fixes },
    );
  } else if (sign?.image === ":") {
    const place = spanOf(building, sign);
    const fixes = [{ message: "write `=`", edits: [{ span: place, text: " =" }] }];
    report.add("unexpected-text", place, { found: ":", wanted: "a value is written `NAME = 1`" }, { fixes });
  }
  const number = valueToken && buildInteger(building, valueToken, "number of an enum value");
  if (sign !== undefined && valueToken === undefined) {
    const place = literal === undefined ? behind(building, sign) : spanOf(building, literal);
    report.add("missing-part", place, { part: "a whole number", after: `\`${name.text} ${sign.image}\`` });
  }
  const group = nodeOf(node, "group");
  if (group !== undefined) reportOption(building, spanOf(building, group), startOf(node));
  const value: EnumValueNode = { kind: "enumValue", ...decorated, name, number, span };
  if (number === undefined && (valueToken !== undefined || sign !== undefined)) building.misnumbered.add(value);
  return value;
}

function buildAlias(building: Building, node: CstNode, base: Base): AliasNode {
  const typeNode = nodeOf(node, "type");
  const colon = tokenOf(node, "Colon");
  const equals = tokenOf(node, "Equals") ?? colon;
  if (colon !== undefined) {
    const span = spanOf(building, colon);
    const fixes = [{ message: "write `=`", edits: [{ span, text: " =" }] }];
    building.report.add(
      "unexpected-text",
      span,
      { found: ":", wanted: "an alias is written `type Name = string`" },
      { fixes },
    );
  }
  const last = equals ?? tokenOf(node, "name") ?? tokenOf(node, "Type") ?? node;
  const place = behind(building, last);
  const strays = nodesOf(node, "stray");
  const body = strays.findLast((stray) => tokenOf(nodeOf(stray, "group"), "OpenBrace") !== undefined);
  if (body !== undefined && typeNode === undefined) {
    reportBraces(building, node, base.name, body);
    return { kind: "alias", ...base, type: { kind: "missing", span: place } };
  }
  if (equals === undefined && base.name.text !== "") {
    const after = `\`type ${base.name.text}\``;
    building.report.add(
      "missing-part",
      place,
      { part: "`=`", after },
      { label: "an alias is written `type Name = string`" },
    );
  }
  if (typeNode === undefined) {
    if (equals !== undefined) reportNoType(building, strays, place, base.name.text);
    return { kind: "alias", ...base, type: { kind: "missing", span: place } };
  }
  const built = buildType(building, typeNode);
  if (built.optional !== undefined) {
    const wanted = "presence belongs to the fields that use the alias";
    building.report.add("unexpected-text", built.optional, { found: quote(built.optional), wanted });
  }
  return { kind: "alias", ...base, type: refuseStream(building, built) };
}

/** `type Name { ... }`, `type Name = { ... }` and `type Name struct { ... }`: a message, as other languages write it. */
function reportBraces(building: Building, node: CstNode, name: Identifier, body: CstNode): void {
  const head = { ...spanOf(building, node), end: startOf(body) };
  const text = `message ${name.text} `;
  const fields = numberedFields(
    building.source.text.slice(startOf(body) + 1, Math.max(startOf(body) + 1, endOf(body) - 1)),
  );
  const whole = `${text}{ ${fields ?? "…"} }`;
  const edits = fields === undefined ? [{ span: head, text }] : [{ span: { ...head, end: endOf(body) }, text: whole }];
  const fixes = [{ message: `write \`${whole}\``, edits }];
  const advice = `a message is written \`${text}{ … }\``;
  building.report.add(
    "foreign-declaration",
    { ...head, end: name.span.end },
    { word: quote({ ...head, end: name.span.end }), advice },
    { fixes },
  );
}

/** `a: string, b?: Money` with numbers in front, undefined where the text between the braces is not that simple. */
function numberedFields(text: string): string | undefined {
  const lines = text
    .split(/[,;\n]/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const isSimple =
    lines.length > 0 && lines.length <= 10 && lines.every((line) => /^\w+\??: ?[\w.]+(?:\[\])?$/.test(line));
  return isSimple ? lines.map((line, index) => `${index + 1} ${line}`).join(", ") : undefined;
}

function buildMethods(building: Building, node: CstNode, owner: Identifier, nest: Nest): MethodNode[] {
  const methods: MethodNode[] = [];
  const body = bodyOf(building, node, "serviceBody", owner);
  walkMembers(building, body, "a method is written `name(Parameters): Result`", (member, front) => {
    if (member.name === "method") {
      methods.push(buildMethod(building, member, decorate(building, front)));
    } else if (member.name === "declaration") {
      nest(member, front);
    } else {
      refuseAnnotations(building, front, "cannot stand here");
      reportForeignLine(building, member);
    }
  });
  return methods;
}
