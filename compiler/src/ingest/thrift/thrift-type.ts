/** Types of `.thrift` to types of `.rpc`; what cannot stand where it stands is wrapped into a message that is made for it. */

import { entry } from "../document.js";
import type { ThriftConversion } from "./thrift-conversion.js";
import type { LinkedThrift, ThriftSymbol } from "./thrift-scope.js";
import type { ThriftType } from "./thrift-syntax.js";

/** A type as `.rpc` writes it. */
export interface RpcType {
  readonly text: string;
  readonly shape: "single" | "list" | "map";
  /** Whether its absence shows by itself. */
  readonly isMessage: boolean;
  /** Whether a list of it can have `@unique`. */
  readonly isPlain: boolean;
  /** Whether it can be the key of a map. */
  readonly isKey: boolean;
  /** What narrows the type to what Thrift has. */
  readonly annotations: readonly string[];
  /** For the names of messages that wrap it, for instance `Int32`. */
  readonly label: string;
}

const scalars: ReadonlyMap<string, Partial<RpcType> & { readonly text: string }> = new Map([
  ["bool", { text: "bool" }],
  ["byte", { text: "int32", annotations: ["@min(-128)", "@max(127)"] }],
  ["i8", { text: "int32", annotations: ["@min(-128)", "@max(127)"] }],
  ["i16", { text: "int32", annotations: ["@min(-32768)", "@max(32767)"] }],
  ["i32", { text: "int32" }],
  ["i64", { text: "int64" }],
  ["float", { text: "float", isKey: false }],
  ["double", { text: "double", isKey: false }],
  ["string", { text: "string" }],
  ["slist", { text: "string" }],
  ["binary", { text: "bytes", isKey: false }],
  ["uuid", { text: "bytes", isKey: false, annotations: ["@minLength(16)", "@maxLength(16)"] }],
]);

/** Follows typedefs at most so far; longer chains are circles. */
const aliasCountMax = 100;

/** The type; undefined, and reported, where it is not known. `what` ends the sentence of the finding. */
export function rpcType(type: ThriftType, what: string, conversion: ThriftConversion): RpcType | undefined {
  switch (type.kind) {
    case "named":
      return namedType(type, what, conversion);
    case "list":
    case "set":
      return listType(type, what, conversion);
    case "map":
      return mapType(type, what, conversion);
  }
}

/** The same where only a single value may stand: lists and maps are wrapped into a message. */
export function singleType(type: ThriftType, what: string, conversion: ThriftConversion): RpcType | undefined {
  const found = rpcType(type, what, conversion);
  if (found === undefined || found.shape === "single") return found;
  const known = conversion.wrappers.get(found.text);
  const field = found.shape === "map" ? "entries" : "items";
  const name = known ?? conversion.mint(found.label, found.shape === "map" ? [field] : []);
  if (known === undefined) {
    conversion.wrappers.set(found.text, name);
    const docs = "Made on import: a list or map cannot stand inside of another, nor in a union.";
    const items = [entry({ annotations: found.annotations, text: `1 ${field}: ${found.text}` })];
    conversion.made.push(entry({ docs, text: `message ${name}`, items }));
  }
  const { source, start, end } = type.span;
  const instead = `message \`${name}\` is made to hold it`;
  conversion.report.add("imported-shape", type.span, { text: source.text.slice(start, end), instead });
  return message(name);
}

function message(text: string): RpcType {
  return {
    text,
    shape: "single",
    isMessage: true,
    isPlain: false,
    isKey: false,
    annotations: [],
    label: lastPart(text),
  };
}

function namedType(
  type: Extract<ThriftType, { kind: "named" }>,
  what: string,
  conversion: ThriftConversion,
): RpcType | undefined {
  const scalar = scalars.get(type.name.text);
  if (scalar !== undefined) {
    const label = upperFirst(scalar.text);
    return { shape: "single", isMessage: false, isPlain: true, isKey: true, annotations: [], label, ...scalar };
  }
  const symbol = conversion.run.scope.find(type.name.text, conversion.file);
  const found = symbol === undefined ? undefined : declaredType(symbol, conversion);
  if (found !== undefined) return found;
  if (symbol?.kind === "error") {
    conversion.report.add("imported-shape", type.span, {
      text: type.name.text,
      instead: `it is an exception, so ${what}`,
    });
  } else conversion.report.add("imported-type-unknown", type.span, { type: type.name.text, what });
  return undefined;
}

/** What a declaration is as a type; an alias is what it stands for, under its own name. */
function declaredType(symbol: ThriftSymbol, conversion: ThriftConversion): RpcType | undefined {
  if (symbol.kind === "error" || symbol.kind === "service") return undefined;
  if (symbol.kind === "alias" && !isAliasSound(symbol, conversion)) return undefined;
  const text = conversion.write(symbol);
  switch (symbol.node.kind) {
    case "struct":
    case "union":
      return message(text);
    case "enum":
      return { ...message(text), isMessage: false, isPlain: true };
    case "typedef": {
      const meant = aliasTarget(symbol, conversion);
      if (meant === undefined) return undefined;
      const shape = meant.kind === "named" ? "single" : meant.kind === "map" ? "map" : "list";
      if (meant.kind !== "named") return { ...message(text), shape, isMessage: false };
      const scalar = scalars.get(meant.name.text);
      // Its own annotations stand on the alias.
      if (scalar !== undefined) {
        return { ...message(text), isMessage: false, isPlain: true, isKey: scalar.isKey ?? true };
      }
      const target = conversion.run.scope.find(meant.name.text, meant.file);
      const isEnum = target?.node.kind === "enum";
      return { ...message(text), isMessage: !isEnum, isPlain: isEnum };
    }
    case "exception":
    case "service":
      return undefined;
  }
}

/** The type at the end of a chain of typedefs, with the file in which its name is looked up; undefined for a circle. */
function aliasTarget(
  symbol: ThriftSymbol,
  conversion: ThriftConversion,
): (ThriftType & { readonly file: LinkedThrift }) | undefined {
  let at = symbol;
  for (let count = 0; count < aliasCountMax; count++) {
    if (at.node.kind !== "typedef") return undefined;
    const { type } = at.node;
    const next = type.kind === "named" ? conversion.run.scope.find(type.name.text, at.file) : undefined;
    if (next === undefined || next.node.kind !== "typedef") return { ...type, file: at.file };
    at = next;
  }
  return undefined;
}

/** Whether everything that a typedef is made of is known, so that the alias is declared. */
export function isAliasSound(symbol: ThriftSymbol, conversion: ThriftConversion): boolean {
  return symbol.node.kind === "typedef" && isKnown(symbol.node.type, symbol.file, conversion, 0);
}

function isKnown(type: ThriftType, file: LinkedThrift, conversion: ThriftConversion, depth: number): boolean {
  if (depth > aliasCountMax) return false;
  const isKnownInside = (inner: ThriftType): boolean => isKnown(inner, file, conversion, depth + 1);
  if (type.kind === "map") return isKnownInside(type.key) && isKnownInside(type.value);
  if (type.kind !== "named") return isKnownInside(type.element);
  if (scalars.has(type.name.text)) return true;
  const symbol = conversion.run.scope.find(type.name.text, file);
  if (symbol === undefined || symbol.kind === "error" || symbol.kind === "service") return false;
  return symbol.node.kind !== "typedef" || isKnown(symbol.node.type, symbol.file, conversion, depth + 1);
}

function listType(
  type: Extract<ThriftType, { kind: "list" | "set" }>,
  what: string,
  conversion: ThriftConversion,
): RpcType | undefined {
  const element = singleType(type.element, what, conversion);
  if (element === undefined) return undefined;
  const annotations = [...element.annotations];
  if (type.kind === "set") {
    if (element.isPlain) annotations.push("@unique");
    else {
      const { source, start, end } = type.span;
      const instead = "it is a list, and nothing says that no value stands in it twice";
      conversion.report.add("imported-shape", type.span, { text: source.text.slice(start, end), instead });
    }
  }
  const label = `${element.label}${type.kind === "set" ? "Set" : "List"}`;
  return { ...listOf(element.text), annotations, label };
}

function listOf(text: string): RpcType {
  return { ...message(""), text: `${text}[]`, shape: "list", isMessage: false };
}

function mapType(
  type: Extract<ThriftType, { kind: "map" }>,
  what: string,
  conversion: ThriftConversion,
): RpcType | undefined {
  const key = singleType(type.key, what, conversion);
  const value = singleType(type.value, what, conversion);
  if (key === undefined || value === undefined) return undefined;
  const label = `${key.label}${value.label}Map`;
  if (key.isKey) {
    // Constraints would count for the values, and the keys have none.
    return { ...listOf(""), text: `map<${key.text}, ${value.text}>`, shape: "map", label };
  }
  const pair = `map<${key.text}, ${value.text}>`;
  const known = conversion.wrappers.get(pair);
  const name = known ?? conversion.mint(`${key.label}${value.label}Entry`);
  if (known === undefined) {
    conversion.wrappers.set(pair, name);
    const docs = "Made on import: keys of this type cannot be those of a map.";
    const items = [
      entry({ annotations: key.annotations, text: `1 key: ${key.text}` }),
      entry({ annotations: value.annotations, text: `2 value: ${value.text}` }),
    ];
    conversion.made.push(entry({ docs, text: `message ${name}`, items }));
  }
  const { source, start, end } = type.span;
  const instead = `it is a list of \`${name}\`, which is made to hold a key and its value`;
  conversion.report.add("imported-shape", type.span, { text: source.text.slice(start, end), instead });
  return { ...listOf(name), label };
}

function lastPart(text: string): string {
  return upperFirst(text.slice(text.lastIndexOf(".") + 1));
}

function upperFirst(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
