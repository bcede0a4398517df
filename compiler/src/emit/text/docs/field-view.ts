/** What is shown of a field, a union's member or a parameter. */

import type { FieldSchema } from "../../../schema/schema.js";
import { wireType } from "../../ts/value-type.js";
import { Constraints, constraintPhrases } from "./constraint.js";
import { memberId } from "./page-context.js";
import type { PageContext, Piece } from "./page-context.js";

export interface FieldView {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly type: readonly Piece[];
  readonly presence: string;
  readonly jsonName: string;
  readonly wire: string;
  readonly docs: string;
  readonly constraints: readonly { readonly text: string; readonly code: string }[];
  readonly examples: readonly string[];
  readonly isDeprecated: boolean;
  readonly deprecated: string;
  /** Whether there is more to say than fits into one line. */
  readonly hasNotes: boolean;
}

/** Fields that stand together: those of a message, or the members of one inline union. */
export interface FieldGroup {
  /** The inline union's name, "" for plain fields. */
  readonly union: string;
  readonly id: string;
  readonly docs: string;
  readonly isDeprecated: boolean;
  readonly deprecated: string;
  readonly fields: readonly FieldView[];
}

/** `id` names the place on the page, where the field's own name would not be enough. */
export function fieldView(
  at: PageContext,
  field: FieldSchema,
  { isUnionMember = false, id = memberId("field", field.name) }: { isUnionMember?: boolean; id?: string } = {},
): FieldView {
  const asked = new Constraints(field.annotations);
  const constraints = constraintPhrases(field.annotations).filter(({ text }) => text !== "required");
  const docs = at.markdown(field.docs);
  const isDeprecated = field.deprecated !== undefined;
  return {
    id,
    number: field.number,
    name: field.name,
    type: at.type(field),
    presence: presenceOf(field, asked, isUnionMember),
    jsonName: field.jsonName,
    wire: wireText(field),
    docs,
    constraints,
    examples: asked.examples,
    isDeprecated,
    deprecated: at.markdown(field.deprecated ?? ""),
    hasNotes: docs !== "" || constraints.length > 0 || asked.examples.length > 0 || isDeprecated,
  };
}

function presenceOf(field: FieldSchema, asked: Constraints, isUnionMember: boolean): string {
  if (isUnionMember || field.union !== undefined) return "one of";
  if (asked.has("required")) return "required";
  if (field.cardinality === "repeated") return "list";
  if (field.cardinality === "map") return "map";
  return field.presence === "explicit" ? "optional" : "implicit";
}

const wireWords = { 0: "varint", 1: "8 bytes", 2: "length-delimited", 5: "4 bytes" } as const;

function wireText(field: FieldSchema): string {
  if (field.cardinality === "map") return "length-delimited";
  const word = wireWords[wireType(field.type)];
  const zigzag = field.type.kind === "scalar" && field.type.name.startsWith("sint") ? `zigzag ${word}` : word;
  return field.packed ? `packed ${zigzag}` : zigzag;
}
