/** Prints `x.secrets.ts`: where the secrets of messages stand, for whoever shows or records them. */

import { anyMessage, isSecret } from "../../schema/secret-messages.js";
import type { FieldSchema, FileSchema, MethodSchema, Schema } from "../../schema/schema.js";
import { propertyName } from "../names.js";
import type { Traits } from "./emission-memory.js";
import { commentText, propertyKey, stringLiteral } from "./escape.js";
import type { Statement, TsFile } from "./print.js";
import type { Emission } from "./signature.js";
import type { Holder } from "../../schema/with-holders.js";

/** Adds what is known of the secrets of each message of the file that has some. */
export function addSecrets(file: TsFile, _schema: Schema, source: FileSchema, { secret }: Traits): void {
  for (const declared of [...source.messages, ...source.unions, ...source.errors]) {
    if (secret.has(declared.fullName)) file.add(secretFields(file, declared, secret));
  }
}

/** The name of a message's secrets in this file, imported where they stand in another; undefined where it has none. */
export function secretsOf(file: TsFile, fullName: string, { secret }: Pick<Traits, "secret">): string | undefined {
  if (!secret.has(fullName)) return undefined;
  const { source, secrets } = file.names.message(fullName);
  return file.value(source, "secrets", secrets);
}

const everything = '"all"';

/** A property of a method's facts: where its request and its answers have secrets; "" where neither has. */
export function methodSecrets(at: Emission, method: MethodSchema, traits: Traits): string {
  const request = secretsOfWhole(at.file, method.input, traits);
  const answer = method.outputForm === "value" ? valueSecrets(at, method, traits) : answerSecrets(at, method, traits);
  const said = [
    ...(request === undefined ? [] : [`request: ${request}`]),
    ...(answer === undefined ? [] : [`answer: ${answer}`]),
  ];
  return said.length === 0 ? "" : `secrets: { ${said.join(", ")} }`;
}

function answerSecrets(at: Emission, method: MethodSchema, traits: Traits): string | undefined {
  return method.outputForm === "void" ? undefined : secretsOfWhole(at.file, method.output, traits);
}

/** Of a message that is all of a request or an answer. */
function secretsOfWhole(file: TsFile, fullName: string, traits: Traits): string | undefined {
  return fullName === anyMessage ? everything : secretsOf(file, fullName, traits);
}

/** Of an answer that is the one field of the message that carries it. */
function valueSecrets(at: Emission, { output }: MethodSchema, traits: Traits): string | undefined {
  const carrier = at.schema.declarations.get(output);
  const field = carrier?.kind === "message" ? carrier.fields[0] : undefined;
  if (field === undefined) return undefined;
  if (isSecret(field)) return everything;
  const { type } = field;
  const inside = type.kind === "message" || type.kind === "union" ? secretsOf(at.file, type.name, traits) : undefined;
  // A map that a handler gives as an object would be taken for a message, and its keys for fields.
  return inside !== undefined && field.cardinality === "map" ? everything : inside;
}

function secretFields(file: TsFile, declared: Holder, secret: ReadonlySet<string>): Statement {
  const { secrets } = file.names.message(declared.fullName);
  const isUnion = declared.kind === "union";
  const parts: string[] = [];
  if (isUnion) parts.push("isUnion: true");
  const plain = declared.fields.filter((field) => field.union === undefined);
  const fields = places(file, plain, secret, isUnion).map((place) => `\n    ${place},`);
  parts.push(`fields: {${fields.join("")}${fields.length === 0 ? "" : "\n  "}}`);
  if (!isUnion) {
    const unions = declared.members.flatMap((member) => {
      if (member.kind === "field" || member.members.every((field) => !holdsSecrets(field, secret))) return [];
      return [
        `${propertyKey(propertyName(member.name))}: { ${places(file, member.members, secret, true).join(", ")} }`,
      ];
    });
    if (unions.length > 0) parts.push(`unions: { ${unions.join(", ")} }`);
  }
  return [
    `/** Where the secrets of ${commentText(declared.name)} stand. */`,
    `export const ${secrets}: ${file.door("SecretFields")} = {`,
    ...parts.map((part) => `  ${part},`),
    "};",
  ].join("\n");
}

function holdsSecrets(field: FieldSchema, secret: ReadonlySet<string>): boolean {
  return (
    isSecret(field) || ((field.type.kind === "message" || field.type.kind === "union") && secret.has(field.type.name))
  );
}

/** Fields by their properties or, in a union (`byKind`), by the names of its members. */
function places(file: TsFile, fields: readonly FieldSchema[], secret: ReadonlySet<string>, byKind: boolean): string[] {
  return fields
    .filter((field) => holdsSecrets(field, secret))
    .map((field) => {
      const name = byKind ? field.name : propertyName(field.name);
      const json = field.jsonName === name ? [] : [`json: ${stringLiteral(field.jsonName)}`];
      const facts = [...json, ...inside(file, field, secret)];
      return `${propertyKey(name)}: ${facts.length === 0 ? "{}" : `{ ${facts.join(", ")} }`}`;
    });
}

function inside(file: TsFile, field: FieldSchema, secret: ReadonlySet<string>): readonly string[] {
  const { type } = field;
  if (isSecret(field) || (type.kind !== "message" && type.kind !== "union")) return [];
  const name = secretsOf(file, type.name, { secret });
  const isMap = field.cardinality === "map" ? ["isMap: true"] : [];
  return name === undefined ? [] : [`inside: () => ${name}`, ...isMap];
}
