/** Names that differ where they are written and meet in JSON, in `.proto` or on the wire. */

import type { Report } from "../../report/report.js";
import { snakeCase } from "../../schema/naming.js";
import type { Places } from "../../schema/places.js";
import type { FieldSchema, MethodSchema, Schema } from "../../schema/schema.js";
import type { FieldOwner } from "../../schema/field-owner.js";
import { fieldOwners } from "../../schema/field-owner.js";
import type { Rule } from "../rule.js";

interface Named {
  readonly name: string;
}

export const memberNames: Rule = (schema, places, report) => {
  for (const owner of fieldOwners(schema)) checkFields(owner, places, report);
  for (const file of schema.files) {
    for (const { values } of file.enums) new NameSpace("", places, report).addAll(values, (value) => value.name);
    for (const { methods } of file.services) {
      new NameSpace<MethodSchema>("paths of calls", places, report).addAll(methods, (method) => method.wireName);
    }
  }
  checkDeclarations(schema, places, report);
};

function checkFields(owner: FieldOwner, places: Places, report: Report): void {
  const json = new NameSpace("JSON", places, report);
  const proto = new NameSpace(".proto", places, report);
  const fields = new Map<string, FieldSchema>();
  for (const field of owner.fields) {
    // One finding for a pair is enough, the gravest one.
    if (json.add(field, field.jsonName) && proto.add(field, field.protoName)) json.warnOfCase(field, field.jsonName);
    fields.set(field.jsonName, field);
  }
  // Readers of JSON accept both spellings, so one field's `.proto` name must not be another's JSON name.
  for (const field of owner.fields) {
    const other = fields.get(field.protoName);
    if (other !== undefined && other !== field && other.protoName !== field.protoName) {
      reportCollision(field.protoName, "JSON", other, field, places, report);
    }
  }
  if (owner.kind === "union") return;
  for (const member of owner.members) if (member.kind === "inlineUnion") proto.add(member, snakeCase(member.name));
}

/** Types share one namespace per package; on some disks and in some languages case does not tell them apart. */
function checkDeclarations(schema: Schema, places: Places, report: Report): void {
  const byPackage = new Map<string, NameSpace<Named>>();
  for (const file of schema.files) {
    const names = byPackage.get(file.package) ?? new NameSpace<Named>("", places, report);
    byPackage.set(file.package, names);
    // The names of messages that the compiler makes differ where those of their methods do.
    const messages = file.messages.filter((message) => !message.isSynthetic);
    for (const list of [messages, file.enums, file.unions, file.errors, file.aliases, file.services]) {
      names.addAll(list, (declaration) => declaration.name);
    }
  }
}

/** The names of one place: equal ones are refused, those that differ in case alone draw a warning. */
class NameSpace<T extends Named = Named> {
  readonly #target: string;
  readonly #places: Places;
  readonly #report: Report;
  readonly #names: Map<string, T> = new Map();
  readonly #folded: Map<string, T> = new Map();

  constructor(target: string, places: Places, report: Report) {
    this.#target = target;
    this.#places = places;
    this.#report = report;
  }

  addAll(things: readonly T[], nameOf: (thing: T) => string): void {
    for (const thing of things) if (this.add(thing, nameOf(thing))) this.warnOfCase(thing, nameOf(thing));
  }

  /** False where the name was taken, which is then reported. */
  add(thing: T, name: string): boolean {
    const first = this.#names.get(name);
    if (first !== undefined) {
      reportCollision(name, this.#target, first, thing, this.#places, this.#report);
      return false;
    }
    this.#names.set(name, thing);
    return true;
  }

  /** Warns where case alone tells a name from an earlier one. */
  warnOfCase(thing: T, name: string): void {
    const folded = name.toLowerCase();
    const similar = this.#folded.get(folded);
    if (similar === undefined) this.#folded.set(folded, thing);
    else {
      const span = this.#places.of(similar);
      this.#report.add(
        "names-differ-in-case",
        this.#places.of(thing),
        { first: similar.name, second: thing.name },
        {
          related: span === undefined ? [] : [{ span, message: `\`${similar.name}\` is here` }],
        },
      );
    }
  }
}

function reportCollision(
  name: string,
  target: string,
  first: Named,
  second: Named,
  places: Places,
  report: Report,
): void {
  const span = places.of(first);
  report.add(
    "name-collision",
    places.of(second),
    { name, target, first: `\`${first.name}\``, second: `\`${second.name}\`` },
    {
      label: "rename it, or give it a name of its own with `@name`",
      related: span === undefined ? [] : [{ span, message: `\`${first.name}\` is here` }],
    },
  );
}
