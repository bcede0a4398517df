/** What names mean in `.proto` files: every declaration by its full name, and which files see which. */

import type { ForeignFile } from "../foreign-files.js";
import type { ProtoEnum, ProtoFile, ProtoMessage, ProtoService } from "./proto-syntax.js";

export type LinkedFile = ForeignFile<ProtoFile>;

/** A message, enum or service, or the name of an extension. */
export interface ProtoSymbol {
  /** In `.proto`, for instance `shop.v1.Order.Item`. */
  readonly fullName: string;
  readonly package: string;
  /** Undefined for the well-known types that the standard library has. */
  readonly file: LinkedFile | undefined;
  readonly node: ProtoMessage | ProtoEnum | ProtoService | undefined;
  readonly kind: "message" | "enum" | "service" | "extension";
  /** The message it is nested in. */
  readonly outer: ProtoSymbol | undefined;
}

/** The well-known types that come with the compiler, by full name, and the `.rpc` files that declare them. */
export const standardTypes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    any: ["Any"],
    duration: ["Duration"],
    empty: ["Empty"],
    field_mask: ["FieldMask"],
    struct: ["Struct", "Value", "ListValue", "NullValue"],
    timestamp: ["Timestamp"],
    wrappers: ["Double", "Float", "Int64", "UInt64", "Int32", "UInt32", "Bool", "String", "Bytes"].map(
      (name) => `${name}Value`,
    ),
  }).flatMap(([file, names]) =>
    names.map((name) => [`google.protobuf.${name}`, `google/protobuf/${file}.rpc`] as const),
  ),
);

/** Whether a `.proto` file is one of those whose types the standard library has. */
export function isStandardPath(path: string): boolean {
  return /^google\/protobuf\/(any|duration|empty|field_mask|struct|timestamp|wrappers)\.proto$/.test(path);
}

export function packageOf(file: LinkedFile): string {
  for (const item of file.syntax.items) if (item.kind === "package") return item.name.text;
  return "";
}

/** Every declaration of one run. */
export class ProtoScope {
  /** Several files may declare one name if none sees both. */
  readonly #byName: Map<string, ProtoSymbol[]> = new Map();
  readonly #byNode: Map<ProtoSymbol["node"], ProtoSymbol> = new Map();
  readonly #visible: Map<LinkedFile, ReadonlySet<LinkedFile>> = new Map();
  readonly #public: Map<LinkedFile, ReadonlySet<LinkedFile>> = new Map();

  constructor(files: readonly LinkedFile[]) {
    for (const fullName of standardTypes.keys()) {
      const kind = fullName.endsWith("NullValue") ? "enum" : "message";
      this.#add({
        fullName,
        package: "google.protobuf",
        file: undefined,
        node: undefined,
        kind,
        outer: undefined,
      });
    }
    for (const file of files) this.#addFile(file);
  }

  /** The symbols that a file declares: outer ones before those that are nested in them. */
  symbolOf(node: NonNullable<ProtoSymbol["node"]>): ProtoSymbol {
    const symbol = this.#byNode.get(node);
    if (symbol === undefined) throw new Error(`${node.name.text} was never declared`);
    return symbol;
  }

  /** What a name written inside of `scope` means, from the innermost scope outwards. */
  find(
    name: string,
    scope: string,
    file: LinkedFile,
    isWanted: (symbol: ProtoSymbol) => boolean,
  ): ProtoSymbol | undefined {
    const visible = this.visibleFrom(file);
    const at = (fullName: string): ProtoSymbol | undefined =>
      this.#byName
        .get(fullName)
        ?.find((symbol) => (symbol.file === undefined || visible.has(symbol.file)) && isWanted(symbol));
    if (name.startsWith(".")) return at(name.slice(1));
    for (let prefix = scope; prefix !== ""; prefix = prefix.slice(0, Math.max(0, prefix.lastIndexOf(".")))) {
      const found = at(`${prefix}.${name}`);
      if (found !== undefined) return found;
    }
    return at(name);
  }

  /** The file, what it imports, and what those import publicly. */
  visibleFrom(file: LinkedFile): ReadonlySet<LinkedFile> {
    const known = this.#visible.get(file);
    if (known !== undefined) return known;
    const visible = new Set([file]);
    for (const { file: imported } of file.imports) {
      for (const each of this.#publicFrom(imported)) visible.add(each);
    }
    this.#visible.set(file, visible);
    return visible;
  }

  /** The file and what it imports publicly, however far that goes. */
  #publicFrom(file: LinkedFile): ReadonlySet<LinkedFile> {
    const known = this.#public.get(file);
    if (known !== undefined) return known;
    const reached = new Set([file]);
    for (const one of reached) {
      for (const { edge, file: next } of one.imports) if (edge.isPublic) reached.add(next);
    }
    this.#public.set(file, reached);
    return reached;
  }

  #addFile(file: LinkedFile): void {
    const packageName = packageOf(file);
    for (const item of file.syntax.items) {
      if (item.kind === "message" || item.kind === "enum" || item.kind === "service") {
        this.#declare(item, packageName, packageName, file, undefined);
      } else if (item.kind === "extend") {
        for (const { name, group } of item.fields) {
          this.#extension(join(packageName, name.text), packageName, file);
          if (group !== undefined) this.#declare(group, packageName, packageName, file, undefined);
        }
      }
    }
  }

  #declare(
    node: ProtoMessage | ProtoEnum | ProtoService,
    scope: string,
    packageName: string,
    file: LinkedFile,
    outer: ProtoSymbol | undefined,
  ): void {
    const fullName = join(scope, node.name.text);
    const symbol: ProtoSymbol = { fullName, package: packageName, file, node, kind: node.kind, outer };
    this.#byNode.set(node, symbol);
    this.#add(symbol);
    if (node.kind !== "message") return;
    for (const inner of nestedIn(node)) this.#declare(inner, fullName, packageName, file, symbol);
    for (const item of node.items) {
      if (item.kind !== "extend") continue;
      for (const { name } of item.fields) this.#extension(join(fullName, name.text), packageName, file);
    }
  }

  #extension(fullName: string, packageName: string, file: LinkedFile): void {
    this.#add({ fullName, package: packageName, file, node: undefined, kind: "extension", outer: undefined });
  }

  #add(symbol: ProtoSymbol): void {
    const known = this.#byName.get(symbol.fullName);
    if (known === undefined) this.#byName.set(symbol.fullName, [symbol]);
    else known.push(symbol);
  }
}

/** The messages and enums that a message declares, those of its groups included, in written order. */
export function nestedIn(message: ProtoMessage): readonly (ProtoMessage | ProtoEnum)[] {
  return message.items.flatMap((item) => {
    if (item.kind === "message" || item.kind === "enum") return [item];
    const fields =
      item.kind === "field" ? [item] : item.kind === "oneof" || item.kind === "extend" ? fieldsOf(item) : [];
    return fields.flatMap(({ group }) => (group === undefined ? [] : [group]));
  });
}

function fieldsOf(
  item: Extract<ProtoMessage["items"][number], { kind: "oneof" | "extend" }>,
): readonly Extract<ProtoMessage["items"][number], { kind: "field" }>[] {
  return item.kind === "extend" ? item.fields : item.items.filter((inner) => inner.kind === "field");
}

function join(scope: string, name: string): string {
  return scope === "" ? name : `${scope}.${name}`;
}
