/** What is shown of a message, an error, a union, an enum or an alias. */

import type {
  AliasSchema,
  Declaration,
  EnumSchema,
  ErrorSchema,
  InlineUnionSchema,
  MessageSchema,
  ReservedSchema,
  UnionSchema,
} from "../../../schema/schema.js";
import { highlight } from "../highlight.js";
import { Constraints, constraintPhrases } from "./constraint.js";
import { fieldView } from "./field-view.js";
import type { FieldGroup } from "./field-view.js";
import { memberId } from "./page-context.js";
import type { PageContext } from "./page-context.js";
import { sampleAsJson, sampleAsTypeScript } from "./print-sample.js";
import type { Sample } from "./sample.js";

/** What the pages of all declarations have in common. */
export function declarationView(at: PageContext, declared: Declaration): object {
  const file = at.site.fileOf(declared.fullName);
  const { sourceUrl } = at.site.settings;
  const path = file?.path ?? "";
  const hasUrl = sourceUrl !== "" && file?.isStandard !== true;
  const address = sourceUrl
    .replaceAll("{path}", path.split("/").map(encodeURIComponent).join("/"))
    .replaceAll("{line}", String(declared.line));
  return {
    kind: declared.kind === "alias" ? "type" : declared.kind,
    letter: letterOf(declared),
    name: declared.name,
    fullName: declared.fullName,
    docs: at.markdown(declared.docs, 2),
    isDeprecated: declared.deprecated !== undefined,
    deprecated: at.markdown(declared.deprecated ?? ""),
    source: path,
    line: declared.line,
    sourceHref: hasUrl ? address : "",
    notes: noteOf(declared),
    foreign: new Constraints(declared.annotations).foreign,
    uses: usesView(at, declared.fullName),
  };
}

/** Message, error or union: its fields, and what it looks like. */
export function fieldsView(at: PageContext, declared: MessageSchema | ErrorSchema | UnionSchema): object {
  const sample = at.site.samples.of(declared.fullName);
  const names = at.site.names.message(declared.fullName);
  const written = new Constraints(declared.annotations).examples;
  return {
    groups: declared.kind === "union" ? [plainGroup(at, declared.fields)] : groupsOf(at, declared),
    hasFields: declared.fields.length > 0,
    isUnion: declared.kind === "union",
    fieldsTitle: declared.kind === "union" ? "Members" : "Fields",
    examples: written.map(exampleHtml),
    hasExamples: written.length > 0,
    json: highlight(sampleAsJson(sample), "json"),
    typescript: highlight(typescriptOf(names.init, sample, declared.kind), "ts"),
    reserved: reservedTexts(declared.reserved),
    code: declared.kind === "error" ? declared.code : "",
    isError: declared.kind === "error",
  };
}

function typescriptOf(init: string, sample: Sample, kind: "message" | "error" | "union"): string {
  const head = `const ${{ message: "message", error: "detail", union: "value" }[kind]}: ${init} = `;
  return `${head}${sampleAsTypeScript(sample, 0, head.length)};`;
}

/** What stands in an example is JSON more often than not, and is then laid out like the rest. */
function exampleHtml(example: string): string {
  try {
    return highlight(JSON.stringify(JSON.parse(example), undefined, 2), "json");
  } catch {
    return highlight(example, "text");
  }
}

function groupsOf(at: PageContext, declared: MessageSchema | ErrorSchema): readonly FieldGroup[] {
  const groups: FieldGroup[] = [];
  let plain: FieldGroup["fields"][number][] = [];
  const close = (): void => {
    if (plain.length > 0) groups.push({ ...emptyGroup, fields: plain });
    plain = [];
  };
  for (const member of declared.members) {
    if (member.kind === "field") plain.push(fieldView(at, member));
    else {
      close();
      groups.push(unionGroup(at, member));
    }
  }
  close();
  return groups;
}

const emptyGroup: FieldGroup = { union: "", id: "", docs: "", isDeprecated: false, deprecated: "", fields: [] };

function plainGroup(at: PageContext, fields: UnionSchema["fields"]): FieldGroup {
  return { ...emptyGroup, fields: fields.map((field) => fieldView(at, field, { isUnionMember: true })) };
}

function unionGroup(at: PageContext, union: InlineUnionSchema): FieldGroup {
  return {
    union: union.name,
    id: memberId("field", union.name),
    docs: at.markdown(union.docs),
    isDeprecated: union.deprecated !== undefined,
    deprecated: at.markdown(union.deprecated ?? ""),
    fields: union.members.map((field) => fieldView(at, field)),
  };
}

export function enumView(at: PageContext, declared: EnumSchema): object {
  return {
    values: declared.values.map((value) => ({
      id: memberId("value", value.name),
      name: value.name,
      number: value.number,
      docs: at.markdown(value.docs),
      isDefault: value.number === 0,
      isDeprecated: value.deprecated !== undefined,
      deprecated: at.markdown(value.deprecated ?? ""),
    })),
    reserved: reservedTexts(declared.reserved),
  };
}

export function aliasView(at: PageContext, declared: AliasSchema): object {
  const asked = new Constraints(declared.annotations);
  return {
    type: at.type(declared),
    constraints: constraintPhrases(declared.annotations),
    hasConstraints: constraintPhrases(declared.annotations).length > 0,
    examples: asked.examples.map(exampleHtml),
    hasExamples: asked.examples.length > 0,
  };
}

/** One letter for each kind, which lists show in a small square. */
export function letterOf({ kind }: { readonly kind: Declaration["kind"] }): string {
  return { service: "S", message: "M", union: "U", enum: "E", error: "X", alias: "T" }[kind];
}

function noteOf(declared: Declaration): readonly string[] {
  switch (declared.kind) {
    case "error":
      return [`status ${declared.code}`];
    case "enum":
      return [declared.isClosed ? "closed: other numbers are refused" : "open: numbers of newer peers are kept"];
    case "union":
      return ["holds one of its members"];
    default:
      return [];
  }
}

function reservedTexts({ ranges, names }: ReservedSchema): readonly string[] {
  return [
    ...ranges.map(({ from, to }) => (from === to ? `${from}` : `${from} to ${to}`)),
    ...names.map((name) => `"${name}"`),
  ];
}

const roles = {
  field: "field",
  request: "request",
  answer: "answer",
  parameter: "parameter",
  thrown: "thrown",
  extended: "extends it",
  alias: "is one",
} as const;

function usesView(at: PageContext, fullName: string): readonly object[] {
  return (at.site.uses.get(fullName) ?? []).map(({ owner, member, role }) => {
    const id = member === "" ? "" : memberId(role === "field" ? "field" : "method", member);
    const { text } = at.named(owner);
    return { text: member === "" ? text : `${text}.${member}`, href: at.hrefOf(owner, id), role: roles[role] };
  });
}
