/** From every identifier that is generated for a file to the name in the `.rpc` file that it was made from. */

import type { Described, ErrorSchema, FileSchema, MessageSchema, Schema, ServiceSchema } from "../schema/schema.js";
import { methodName, propertyName } from "./names.js";
import type { Names } from "./names.js";

/** Where a name was written. */
export interface Origin {
  /** Logical path of the `.rpc` file. */
  readonly source: string;
  /** Line and column count from 1, the column in UTF-16 units. */
  readonly line: number;
  readonly column: number;
  /** In UTF-16 units. */
  readonly length: number;
  /** What is declared inside: properties, methods, and the literals of a union. */
  readonly members: ReadonlyMap<string, Origin>;
}

/** By exported identifier, for all files that are generated for one `.rpc` file. */
export function originsIn(file: FileSchema, schema: Schema, names: Names): ReadonlyMap<string, Origin> {
  const origins = new Map<string, Origin>();
  const add = (origin: Origin, ...identifiers: readonly string[]): void => {
    for (const identifier of identifiers) origins.set(identifier, origin);
  };
  for (const declared of file.enums) {
    const { source: _, ...own } = names.enum(declared.fullName);
    const values = declared.values.map((value) => [value.name, at(file.path, value)] as const);
    add(at(file.path, declared, values), ...Object.values(own));
  }
  for (const message of [...file.messages, ...file.unions, ...file.errors]) {
    const { source: _, ...own } = names.message(message.fullName);
    add(at(file.path, message, membersOf(file.path, message)), ...Object.values(own));
    for (const member of "members" in message ? message.members : []) {
      if (member.kind !== "inlineUnion") continue;
      const type = names.inlineUnion(message.fullName, member.name);
      const arms = member.members.map((arm) => [arm.name, at(file.path, arm)] as const);
      add(at(file.path, member, arms), type, `${type}Init`);
    }
  }
  for (const error of file.errors) {
    const { class: name, errorCodec } = names.error(error.fullName);
    add(at(file.path, error), name, errorCodec);
  }
  for (const service of file.services) {
    const { source: _, ...own } = names.service(service.fullName);
    add(at(file.path, service, methodsOf(service, file.path, schema)), ...Object.values(own));
  }
  return origins;
}

type Members = readonly (readonly [string, Origin])[];

function at(source: string, { name, line, column }: Described, members: Members = []): Origin {
  return { source, line, column, length: name.length, members: new Map(members) };
}

/** Of a message or an error the properties, of a union the kinds. */
function membersOf(source: string, message: MessageSchema | ErrorSchema | FileSchema["unions"][number]): Members {
  if (message.kind === "union") return message.fields.map((field) => [field.name, at(source, field)]);
  return message.members.map((member) => [propertyName(member.name), at(source, member)]);
}

/** Methods that are taken over stand in front, and where they were written. */
function methodsOf(service: ServiceSchema, source: string, schema: Schema): Members {
  const base = service.extends === undefined ? undefined : schema.declarations.get(service.extends);
  const baseFile = schema.files.find((file) => file.services.some(({ fullName }) => fullName === service.extends));
  const inherited = base?.kind === "service" && baseFile !== undefined ? methodsOf(base, baseFile.path, schema) : [];
  const own = service.methods.slice(inherited.length);
  return [...inherited, ...own.map((method) => [methodName(method), at(source, method)] as const)];
}
