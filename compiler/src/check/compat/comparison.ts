/** What every rule looks at: two builds, what in one is what in the other, and who reads whom. */

import type { Places, Part } from "../../schema/places.js";
import type {
  Declaration,
  Described,
  FieldSchema,
  FileSchema,
  MethodSchema,
  Schema,
  ServiceSchema,
} from "../../schema/schema.js";
import type { FieldOwner } from "../../schema/field-owner.js";
import { positionAt } from "../../source/source-file.js";
import type { Finding, Place } from "./finding.js";
import { jsonFate } from "./json-fate.js";
import { pairMethods } from "./pair-methods.js";
import type { DescribeMessage, PairedMethods } from "./pair-methods.js";
import { pairDeclarations } from "./pair-declarations.js";
import type { DeclarationPair, PairedDeclarations } from "./pair-declarations.js";
import { rolesOf } from "./roles.js";
import type { Reading, Role } from "./roles.js";
import type { Builds, Slot } from "./wire-slot.js";
import { wireFate } from "./wire-fate.js";

/** One of the two schemas, with the places of its things as far as they are known. */
export interface Build {
  readonly schema: Schema;
  readonly places: Places;
}

/** A rule compares everything that it is about; it neither changes anything nor fails. */
export type CompatRule = (comparison: Comparison) => Iterable<Finding>;

/** Two declarations with fields that are the same thing, and what people call them. */
export interface OwnerPair {
  readonly old: FieldOwner;
  readonly new: FieldOwner;
  /** What the fields are: those of a message, members of a union, parameters, or the one value that a method returns. */
  readonly noun: "field" | "member" | "parameter" | "result";
  /** Of the declaration or method in the old build, for instance `shop.v1.Order` or `shop.v1.Orders.find`. */
  readonly fullName: string;
  /** The same in the new build. */
  readonly newFullName: string;
}

export interface ServicePair extends PairedMethods {
  readonly old: ServiceSchema;
  readonly new: ServiceSchema;
}

export class Comparison {
  readonly old: Build;
  readonly new: Build;
  readonly declarations: PairedDeclarations;
  readonly services: readonly ServicePair[];
  readonly owners: readonly OwnerPair[];
  readonly #newNames: ReadonlyMap<string, string>;
  readonly #oldFiles: ReadonlyMap<string, FileSchema>;
  readonly #newFiles: ReadonlyMap<string, FileSchema>;
  readonly #oldRoles: ReadonlyMap<string, ReadonlySet<Role>>;
  readonly #newRoles: ReadonlyMap<string, ReadonlySet<Role>>;
  readonly #forward: Builds;
  readonly #backward: Builds;

  constructor(old: Build, now: Build) {
    this.old = old;
    this.new = now;
    this.declarations = pairDeclarations(old.schema, now.schema);
    const newNames = new Map(this.declarations.pairs.map((pair) => [pair.old.fullName, pair.new.fullName]));
    const describe: DescribeMessage = (name, isOld) =>
      describeMessage(isOld ? old.schema : now.schema, name, isOld, newNames);
    this.services = this.declarations.pairs.flatMap((pair) => servicePair(pair, describe));
    this.owners = [...ownerPairs(this.declarations.pairs), ...syntheticPairs(this.services, old, now, newNames)];
    this.#newNames = newNames;
    this.#oldFiles = filesByDeclaration(old.schema);
    this.#newFiles = filesByDeclaration(now.schema);
    this.#oldRoles = rolesOf(old.schema);
    this.#newRoles = rolesOf(now.schema);
    const isPair = (before: string, after: string): boolean => this.newName(before) === after;
    this.#forward = { writer: old.schema, reader: now.schema, isPair };
    this.#backward = {
      writer: now.schema,
      reader: old.schema,
      isPair: (writer, reader) => isPair(reader, writer),
    };
  }

  /** What a declaration of the old build is called in the new one; its own name for the standard library. */
  newName(fullName: string): string | undefined {
    const known = this.#newNames.get(fullName);
    if (known !== undefined || this.#oldFiles.get(fullName)?.isStandard !== true) return known;
    return fullName;
  }

  oldFile(fullName: string): FileSchema | undefined {
    return this.#oldFiles.get(fullName);
  }

  newFile(fullName: string): FileSchema | undefined {
    return this.#newFiles.get(fullName);
  }

  /** What becomes of the bytes of one slot in the other, both ways. */
  wireReading(old: Slot, now: Slot): Reading {
    return { newReadsOld: wireFate(old, now, this.#forward), oldReadsNew: wireFate(now, old, this.#backward) };
  }

  /** What becomes of the JSON of one slot in the other, both ways. */
  jsonReading(old: Slot, now: Slot): Reading {
    return { newReadsOld: jsonFate(old, now, this.#forward), oldReadsNew: jsonFate(now, old, this.#backward) };
  }

  /** The ways in which a declaration travels in either build; either name may be undefined. */
  roles(old: string | undefined, now: string | undefined): ReadonlySet<Role> {
    return new Set([...(this.#oldRoles.get(old ?? "") ?? []), ...(this.#newRoles.get(now ?? "") ?? [])]);
  }

  /** Where something of the old schema stands; `declaration` is the full name of what it belongs to. */
  oldPlace(thing: Described, declaration: string, part?: Part): Place {
    return placeOf(this.old, this.#oldFiles.get(declaration), thing, part);
  }

  newPlace(thing: Described, declaration: string, part?: Part): Place {
    return placeOf(this.new, this.#newFiles.get(declaration), thing, part);
  }
}

function placeOf({ places }: Build, file: FileSchema | undefined, thing: Described, part: Part | undefined): Place {
  const span = places.of(thing, part);
  if (span === undefined) return { file: file?.path ?? "", line: thing.line, column: thing.column, span };
  return { file: span.source.displayPath, ...positionAt(span.source, span.start), span };
}

function filesByDeclaration(schema: Schema): ReadonlyMap<string, FileSchema> {
  const files = new Map<string, FileSchema>();
  for (const file of schema.files) {
    const all: readonly (readonly Declaration[])[] = [
      file.messages,
      file.enums,
      file.unions,
      file.errors,
      file.aliases,
      file.services,
    ];
    for (const { fullName } of all.flat()) files.set(fullName, file);
  }
  return files;
}

function* ownerPairs(pairs: readonly DeclarationPair[]): Iterable<OwnerPair> {
  for (const { old, new: now } of pairs) {
    if (!("fields" in old) || !("fields" in now)) continue;
    const noun = old.kind === "union" ? "member" : "field";
    yield { old, new: now, noun, fullName: old.fullName, newFullName: now.fullName };
  }
}

function servicePair({ old, new: now }: DeclarationPair, describe: DescribeMessage): ServicePair[] {
  if (old.kind !== "service" || now.kind !== "service") return [];
  return [{ old, new: now, ...pairMethods(old.methods, now.methods, describe) }];
}

/** By name, or by its fields where the compiler made it: those are named after the method. */
function describeMessage(schema: Schema, name: string, isOld: boolean, newNames: ReadonlyMap<string, string>): string {
  const declared = schema.declarations.get(name);
  const newName = (type: string): string => (isOld ? (newNames.get(type) ?? type) : type);
  if (declared?.kind !== "message" || !declared.isSynthetic) return newName(name);
  return declared.fields.map((field) => `${field.name}: ${field.cardinality} ${newName(field.type.name)}`).join(", ");
}

/** The messages that the compiler made for both of two methods; under names that only they have, these are pairs, too. */
function syntheticPairs(
  services: readonly ServicePair[],
  old: Build,
  now: Build,
  newNames: Map<string, string>,
): readonly OwnerPair[] {
  const found: OwnerPair[] = [];
  const add = (service: ServicePair, methods: readonly [MethodSchema, MethodSchema], noun: OwnerPair["noun"]): void => {
    const [before, after] = methods;
    const [oldName, newName] = noun === "parameter" ? [before.input, after.input] : [before.output, after.output];
    const [from, to] = [old.schema.declarations.get(oldName), now.schema.declarations.get(newName)];
    // A method that is inherited by many services has one message for them all.
    if (from?.kind !== "message" || to?.kind !== "message" || newNames.has(oldName)) return;
    if (!from.isSynthetic || !to.isSynthetic) return;
    newNames.set(oldName, newName);
    const fullName = `${service.old.fullName}.${before.name}`;
    found.push({ old: from, new: to, noun, fullName, newFullName: `${service.new.fullName}.${after.name}` });
  };
  for (const service of services) {
    for (const { old: before, new: after } of service.pairs) {
      if (before.hasInlineInput && after.hasInlineInput) add(service, [before, after], "parameter");
      if (before.outputForm !== "message" && before.outputForm === after.outputForm) {
        add(service, [before, after], "result");
      }
    }
  }
  return found;
}

/** `Order.total` for people, where the full name is `shop.v1.Order.total`. */
export function shortName(fullName: string, packageName: string): string {
  return packageName !== "" && fullName.startsWith(`${packageName}.`)
    ? fullName.slice(packageName.length + 1)
    : fullName;
}

/** A field of a pair as people call it, for instance `Order.total` or `parameter id of Orders.find`. */
export function fieldLabel(pair: OwnerPair, field: Pick<FieldSchema, "name">, packageName: string): string {
  const owner = shortName(pair.fullName, packageName);
  if (pair.noun === "result") return `${owner}()`;
  return pair.noun === "parameter" ? `${owner}(${field.name})` : `${owner}.${field.name}`;
}
