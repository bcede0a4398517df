/** Mints every identifier and path of the generated TypeScript, and reports where two of them would meet. */

import type { Report } from "../report/report.js";
import { Places } from "../schema/places.js";
import type { Declaration, FileSchema, MethodSchema, Schema } from "../schema/schema.js";
import { reservedTypeNames, safeLocal, safeMethod, safeProperty } from "./reserved.js";

/** Paths of the files generated for one `.rpc` file, relative to the output directory. */
export interface FilePaths {
  readonly secrets: string;
  readonly types: string;
  readonly codec: string;
  readonly rules: string;
  readonly methods: string;
  readonly client: string;
  readonly server: string;
  /** Only where samples are asked for. */
  readonly samples: string;
}

/** What is generated for a message, a union, or the detail of an error. */
export interface MessageNames {
  /** Logical path of the `.rpc` file that declares it. */
  readonly source: string;
  readonly type: string;
  readonly init: string;
  readonly encode: string;
  readonly decode: string;
  readonly toJson: string;
  readonly fromJson: string;
  readonly codec: string;
  readonly check: string;
  readonly sample: string;
  /** Data, by names with a `$`, which keeps them apart from every name that an `.rpc` file can ask for. */
  readonly secrets: string;
  readonly shape: string;
}

export interface EnumNames {
  readonly source: string;
  readonly type: string;
  readonly toNumber: string;
  readonly fromNumber: string;
  readonly toJson: string;
  readonly fromJson: string;
}

/** The class of an error and its codec; its fields have the names of a message. */
export interface ErrorNames {
  readonly source: string;
  readonly class: string;
  readonly errorCodec: string;
  /** What a client needs of it: how it is read. */
  readonly errorDecoder: string;
  readonly errorJson: string;
}

export interface ServiceNames {
  readonly source: string;
  /** The object with the methods, for instance `Orders`. */
  readonly methods: string;
  readonly info: string;
  readonly json: string;
  readonly rules: string;
  readonly client: string;
  readonly createClient: string;
  readonly handler: string;
  readonly dispatch: string;
  readonly serve: string;
}

/** What a method has by itself, apart from its service. */
export interface MethodNames {
  /** What both sides know of it. */
  readonly info: string;
  /** The method as a client calls it. */
  readonly method: string;
  /** The function that calls it. */
  readonly call: string;
}

/** Every name of one compile. Asking for a declaration that the schema does not have throws: that is a bug here. */
export class Names {
  private readonly messages = new Map<string, MessageNames>();
  private readonly enums = new Map<string, EnumNames>();
  private readonly errors = new Map<string, ErrorNames>();
  private readonly services = new Map<string, ServiceNames>();
  /** By service and method. */
  private readonly methods = new Map<string, MethodNames>();
  /** Types of inline unions and decoders of map entries, by message and member. */
  private readonly members = new Map<string, string>();
  private readonly minted = new Map<string, Map<string, string>>();
  private readonly report: Report;
  private readonly places: Places;
  private asked: Set<string> | undefined;

  constructor(schema: Schema, report: Report, places: Places = new Places()) {
    this.report = report;
    this.places = places;
    const paths = new Map<string, string>();
    for (const file of schema.files) {
      const key = file.path.toLowerCase();
      const other = paths.get(key);
      if (other !== undefined) {
        report.add("output-collision", undefined, {
          path: filePaths(file.path).types,
          first: other,
          second: file.path,
        });
      }
      paths.set(key, file.path);
      this.mintFile(file);
    }
  }

  /** Runs `step` and notes in `asked` the full names of all declarations that it asks names for. */
  noting<T>(asked: Set<string>, step: () => T): T {
    this.asked = asked;
    try {
      return step();
    } finally {
      this.asked = undefined;
    }
  }

  /** Logical path of the `.rpc` file that declares something; undefined for what gets no names. */
  sourceOf(fullName: string): string | undefined {
    const names = this.messages.get(fullName) ?? this.enums.get(fullName) ?? this.services.get(fullName);
    return names?.source;
  }

  /** Of a message, a union, or the fields of an error. */
  message(fullName: string): MessageNames {
    this.asked?.add(fullName);
    return found(this.messages.get(fullName), fullName);
  }

  enum(fullName: string): EnumNames {
    this.asked?.add(fullName);
    return found(this.enums.get(fullName), fullName);
  }

  error(fullName: string): ErrorNames {
    this.asked?.add(fullName);
    return found(this.errors.get(fullName), fullName);
  }

  service(fullName: string): ServiceNames {
    this.asked?.add(fullName);
    return found(this.services.get(fullName), fullName);
  }

  /** For instance `ordersPlace` and what lies behind it. */
  method(service: string, method: string): MethodNames {
    this.asked?.add(service);
    return found(this.methods.get(`${service}.${method}`), `${service}.${method}`);
  }

  /** The type of an inline union, for instance `OrderPayment`; with "Init" behind it what is passed in. */
  inlineUnion(message: string, union: string): string {
    this.asked?.add(message);
    return found(this.members.get(`${message}.${union}`), `${message}.${union}`);
  }

  /** The decoder of a map field's entries, for instance `decodeOrderLabelsEntry`. */
  entryDecoder(message: string, field: string): string {
    this.asked?.add(message);
    return found(this.members.get(`${message}.${field}`), `${message}.${field}`);
  }

  /** Every identifier that the files generated for one `.rpc` file declare: imports give way to them. */
  declaredIn(source: string): ReadonlySet<string> {
    return new Set(this.minted.get(source)?.keys());
  }

  private mintFile(file: FileSchema): void {
    for (const message of file.messages) {
      this.mintMessage(file, message, message.name);
      this.mintMembers(file, message, message.name);
    }
    for (const union of file.unions) {
      this.mintMessage(file, union, union.name);
      this.checkProperties(union.fullName, union.fields);
    }
    for (const error of file.errors) {
      this.mintMessage(file, error, `${error.name}Detail`);
      this.mintMembers(file, error, `${error.name}Detail`);
      this.errors.set(error.fullName, {
        source: file.path,
        class: this.mint(file, error, error.fullName, typeName(error.name)),
        errorCodec: this.mint(file, error, error.fullName, `${error.name}Error`),
        errorDecoder: this.mint(file, error, error.fullName, `${error.name}ErrorDecoder`),
        errorJson: this.mint(file, error, error.fullName, `${error.name}ErrorJson`),
      });
    }
    for (const declared of file.enums) {
      const { name } = declared;
      this.enums.set(declared.fullName, {
        source: file.path,
        type: this.mint(file, declared, declared.fullName, typeName(name)),
        toNumber: this.mint(file, declared, declared.fullName, `${camel(name)}ToNumber`),
        fromNumber: this.mint(file, declared, declared.fullName, `${camel(name)}FromNumber`),
        toJson: this.mint(file, declared, declared.fullName, `${camel(name)}ToJson`),
        fromJson: this.mint(file, declared, declared.fullName, `${camel(name)}FromJson`),
      });
    }
    for (const service of file.services) {
      const { name } = service;
      this.services.set(service.fullName, {
        source: file.path,
        methods: this.mint(file, service, service.fullName, typeName(name)),
        info: this.mint(file, service, service.fullName, `${name}Service`),
        json: this.mint(file, service, service.fullName, `${name}Json`),
        rules: this.mint(file, service, service.fullName, `${name}Rules`),
        client: this.mint(file, service, service.fullName, `${name}Client`),
        createClient: this.mint(file, service, service.fullName, `create${pascal(name)}Client`),
        handler: this.mint(file, service, service.fullName, `${name}Handler`),
        dispatch: this.mint(file, service, service.fullName, `dispatch${pascal(name)}`),
        serve: this.mint(file, service, service.fullName, `serve${pascal(name)}`),
      });
      this.checkMethods(service.fullName, service.methods);
      for (const method of service.methods) {
        const call = `${camel(name)}${pascal(method.name)}`;
        const key = `${service.fullName}.${method.name}`;
        this.methods.set(key, {
          info: this.mint(file, method, key, `${call}Info`),
          method: this.mint(file, method, key, `${call}Method`),
          call: this.mint(file, method, key, call),
        });
      }
    }
  }

  private mintMessage(file: FileSchema, declared: Declaration, name: string): void {
    const mint = (identifier: string): string => this.mint(file, declared, declared.fullName, identifier);
    this.messages.set(declared.fullName, {
      source: file.path,
      type: mint(typeName(name)),
      init: mint(`${name}Init`),
      encode: mint(`encode${pascal(name)}`),
      decode: mint(`decode${pascal(name)}`),
      toJson: mint(`${camel(name)}ToJson`),
      fromJson: mint(`${camel(name)}FromJson`),
      codec: mint(`${name}Codec`),
      check: mint(`check${pascal(name)}`),
      sample: mint(`sample${pascal(name)}`),
      secrets: mint(`secrets$${name}`),
      shape: mint(`shape$${name}`),
    });
  }

  private mintMembers(
    file: FileSchema,
    message: Extract<Declaration, { fields: unknown; members: unknown }>,
    name: string,
  ): void {
    for (const member of message.members) {
      const key = `${message.fullName}.${member.name}`;
      if (member.kind === "inlineUnion") {
        const type = this.mint(file, member, key, `${name}${pascal(member.name)}`);
        this.mint(file, member, key, `${type}Init`);
        this.members.set(key, type);
      } else if (member.cardinality === "map") {
        const decoder = `decode${pascal(name)}${pascal(member.name)}Entry`;
        this.members.set(key, this.mint(file, member, key, decoder));
      }
    }
    this.checkProperties(message.fullName, message.members);
  }

  /** Notes that `identifier` is taken by `owner` in all files of one source; reports it where it already was. */
  private mint(file: FileSchema, owner: Member, fullName: string, identifier: string): string {
    const minted = this.minted.get(file.path) ?? new Map<string, string>();
    this.minted.set(file.path, minted);
    const label = `${nouns[owner.kind]} ${fullName}`;
    const other = minted.get(identifier);
    if (other === undefined) minted.set(identifier, label);
    else if (other !== label) this.collide(owner, identifier, other, label);
    return identifier;
  }

  private checkProperties(owner: string, members: readonly Member[]): void {
    this.checkUnique(owner, members, (member) => propertyName(member.name));
  }

  private checkMethods(owner: string, methods: readonly MethodSchema[]): void {
    this.checkUnique(owner, methods, methodName);
  }

  private checkUnique<T extends Member>(owner: string, members: readonly T[], nameOf: (member: T) => string): void {
    const seen = new Map<string, string>();
    for (const member of members) {
      const name = nameOf(member);
      const label = `${nouns[member.kind]} ${member.name} of ${owner}`;
      const other = seen.get(name);
      // Two members with one written name are already reported, where names are bound.
      if (other !== undefined && other !== label) this.collide(member, name, other, label);
      seen.set(name, label);
    }
  }

  private collide(at: object, name: string, first: string, second: string): void {
    this.report.add("name-collision", this.places.of(at), { name, target: "TypeScript", first, second });
  }
}

interface Member {
  readonly kind: keyof typeof nouns;
  readonly name: string;
}

const nouns = {
  message: "message",
  union: "union",
  error: "error",
  enum: "enum",
  service: "service",
  alias: "type",
  field: "field",
  inlineUnion: "union",
  method: "method",
} as const;

/** The paths of the files generated for the `.rpc` file at a logical path. */
export function filePaths(source: string): FilePaths {
  const stem = source.replace(/\.rpc$/, "");
  return {
    secrets: `${stem}.secrets.ts`,
    types: `${stem}.types.ts`,
    codec: `${stem}.codec.ts`,
    rules: `${stem}.rules.ts`,
    methods: `${stem}.methods.ts`,
    client: `${stem}.client.ts`,
    server: `${stem}.server.ts`,
    samples: `${stem}.samples.ts`,
  };
}

/** The property of a field or inline union in its message's interface. */
export function propertyName(name: string): string {
  return safeProperty(name);
}

/** The function of a method in clients and handlers. */
export function methodName(method: { readonly name: string }): string {
  return safeMethod(method.name);
}

/**
 * Names for local variables and parameters, one for each of `names` in order: the name itself where JavaScript and the
 * generated function (`taken`) leave it free, else with underscores behind it.
 */
export function localNames(names: readonly string[], taken: readonly string[] = []): readonly string[] {
  const used = new Set([...taken, ...names]);
  const given = new Set<string>();
  return names.map((name) => {
    let local = safeLocal(name);
    if (taken.includes(local)) local += "_";
    while (given.has(local) || (local !== name && used.has(local))) local += "_";
    given.add(local);
    return local;
  });
}

function typeName(name: string): string {
  return reservedTypeNames.has(name) ? `${name}_` : name;
}

function pascal(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

/** `orderStatus` for `OrderStatus`, `htmlPage` for `HTMLPage`. */
function camel(name: string): string {
  return name.replace(/^([A-Z]+(?=[A-Z][a-z]|$)|[A-Z])/, (capitals) => capitals.toLowerCase());
}

function found<T>(names: T | undefined, fullName: string): T {
  if (names === undefined) throw new Error(`no names were minted for ${fullName}`);
  return names;
}
