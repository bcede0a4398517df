/** Digests a service: equal fingerprints mean equal bytes and equal dispatch indexes on both sides. */

import { createHash } from "node:crypto";
import type { Declaration, FieldSchema, MethodSchema, TypeSchema } from "./schema.js";

/** A service as far as its fingerprint goes. */
export interface Fingerprinted {
  readonly fullName: string;
  readonly methods: readonly MethodSchema[];
}

/** What an earlier run found out: descriptions by declaration, and fingerprints with everything they were made from. */
export class FingerprintMemory {
  readonly descriptions: WeakMap<Declaration, Description> = new WeakMap();
  #services: Map<string, RememberedFingerprint> = new Map();
  #used: Map<string, RememberedFingerprint> = new Map();

  /** The fingerprint of last time, if nothing that the service reaches is another object now. */
  find(service: Fingerprinted, declarations: ReadonlyMap<string, Declaration>): string | undefined {
    const known = this.#services.get(service.fullName);
    if (known === undefined || !areEqual(known.methods, service.methods.map(methodLine))) return undefined;
    for (const [name, declaration] of known.reached) if (declarations.get(name) !== declaration) return undefined;
    this.#used.set(service.fullName, known);
    return known.fingerprint;
  }

  keep(service: Fingerprinted, reached: ReadonlyMap<string, Declaration | undefined>, fingerprint: string): void {
    this.#used.set(service.fullName, { methods: service.methods.map(methodLine), reached, fingerprint });
  }

  /** Ends a run: services that it did not ask for are forgotten. */
  sweep(): void {
    this.#services = this.#used;
    this.#used = new Map();
  }
}

interface RememberedFingerprint {
  readonly methods: readonly string[];
  readonly reached: ReadonlyMap<string, Declaration | undefined>;
  readonly fingerprint: string;
}

/** Makes the function that gives services their fingerprints. */
export type Fingerprinter = typeof createFingerprinter;

/** For whoever only wants to know what is wrong: nothing is hashed, and every fingerprint is empty. */
export const noFingerprints: Fingerprinter = () => () => "";

/**
 * Makes a function that gives the fingerprint of a service: 16 hex digits over its methods in dispatch order and
 * everything that travels in them, at any depth. Docs, constraints, deadlines, TypeScript forms and the order of
 * declarations and of fields do not matter. Names do, since JSON, `Any` and errors carry them.
 */
export function createFingerprinter(
  declarations: ReadonlyMap<string, Declaration>,
  memory: FingerprintMemory = new FingerprintMemory(),
): (service: Fingerprinted) => string {
  const describeOnce = (name: string): Description => {
    const declaration = declarations.get(name);
    if (declaration === undefined) return describe(name, undefined);
    const known = memory.descriptions.get(declaration);
    if (known !== undefined) return known;
    const description = describe(name, declaration);
    memory.descriptions.set(declaration, description);
    return description;
  };
  return (service) => {
    const known = memory.find(service, declarations);
    if (known !== undefined) return known;
    const reached = new Set<string>();
    for (const method of service.methods) {
      for (const name of [method.input, method.output, ...method.throws]) reached.add(name);
    }
    // A set that grows while it is walked visits what was added: each declaration once, circles included.
    for (const name of reached) for (const next of describeOnce(name).uses) reached.add(next);
    const hash = createHash("sha256");
    hash.update(line(["rpcgen-fingerprint-1", service.fullName, ...service.methods.map(methodLine)]));
    hash.update(
      [...reached]
        .sort()
        .map((name) => describeOnce(name).line)
        .join(""),
    );
    const fingerprint = hash.digest("hex").slice(0, 16);
    memory.keep(service, new Map([...reached].map((name) => [name, declarations.get(name)])), fingerprint);
    return fingerprint;
  };
}

function areEqual(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index]);
}

interface Description {
  /** Its full name and the digest of everything in it that matters. */
  readonly line: string;
  /** Full names of what it refers to. */
  readonly uses: readonly string[];
}

function describe(name: string, declaration: Declaration | undefined): Description {
  const parts: string[] = [declaration?.kind ?? "missing"];
  const uses: string[] = [];
  if (declaration?.kind === "enum") {
    // Names that share a number are sorted too, but the first written one is what JSON prints.
    const values = [...declaration.values].sort((a, b) => a.number - b.number);
    parts.push(String(declaration.isClosed), ...values.map((value) => `${value.number}=${value.name}`));
  } else if (declaration !== undefined && "fields" in declaration) {
    if (declaration.kind === "error") parts.push(declaration.code);
    const unions = new Map<string, number>();
    for (const field of declaration.fields) {
      // The name of an inline union is in no byte; which fields exclude each other is, so its first number stands for it.
      if (field.union !== undefined && !unions.has(field.union)) unions.set(field.union, field.number);
      parts.push(fieldLine(field, field.union === undefined ? undefined : unions.get(field.union)));
      if (field.type.kind !== "scalar" && field.type.kind !== "builtin") uses.push(field.type.name);
    }
  }
  return { line: line([name, createHash("sha256").update(line(parts)).digest("hex")]), uses };
}

function fieldLine(field: FieldSchema, union: number | undefined): string {
  return line([
    String(field.number),
    field.jsonName,
    field.cardinality,
    field.mapKey ?? "",
    typeText(field.type),
    field.presence,
    String(field.packed),
    String(union ?? ""),
  ]);
}

function methodLine(method: MethodSchema): string {
  return line([method.wireName, method.shape, method.input, method.output, ...method.throws]);
}

function typeText(type: TypeSchema): string {
  return `${type.kind} ${type.name}`;
}

/** Joins unambiguously, whatever the parts hold. */
function line(parts: readonly string[]): string {
  return `${JSON.stringify(parts)}\n`;
}
