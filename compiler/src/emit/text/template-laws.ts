/** What no template may contain: ways to objects behind the values, and parts that nobody can name beforehand. */

/** Something forbidden in a template. */
export interface Forbidden {
  /** Counted from 1. */
  readonly line: number;
  readonly reason: string;
}

/** Names that every object or array has by itself. */
const inherited: ReadonlySet<string> = new Set([
  ...Object.getOwnPropertyNames(Object.prototype),
  "prototype",
  "arguments",
  "caller",
]);

/** The first forbidden thing in a parsed template; `known` are the names of the templates that may be partials. */
export function findForbidden(node: unknown, known: ReadonlyMap<string, string>): Forbidden | undefined {
  if (Array.isArray(node)) return firstOf(node, known);
  if (typeof node !== "object" || node === null) return undefined;
  const reason = reasonAgainst(node as Readonly<Record<string, unknown>>, known);
  if (reason !== undefined) return { line: lineOf(node), reason };
  return firstOf(Object.values(node), known);
}

function firstOf(nodes: readonly unknown[], known: ReadonlyMap<string, string>): Forbidden | undefined {
  for (const node of nodes) {
    const found = findForbidden(node, known);
    if (found !== undefined) return found;
  }
  return undefined;
}

function reasonAgainst(
  node: Readonly<Record<string, unknown>>,
  known: ReadonlyMap<string, string>,
): string | undefined {
  switch (node.type) {
    case "PathExpression":
      return reasonAgainstPath(node.parts);
    case "Decorator":
    case "DecoratorBlock":
      return "decorators are not allowed";
    case "PartialStatement":
    case "PartialBlockStatement":
      return reasonAgainstPartial(node.name, known);
    default:
      return undefined;
  }
}

function reasonAgainstPath(parts: unknown): string | undefined {
  const names: readonly unknown[] = Array.isArray(parts) ? parts : [];
  const name = names.find((part): part is string => typeof part === "string" && inherited.has(part));
  return name === undefined ? undefined : `\`${name}\` is out of reach of templates`;
}

function reasonAgainstPartial(name: unknown, known: ReadonlyMap<string, string>): string | undefined {
  const original: unknown = typeof name === "object" && name !== null ? Reflect.get(name, "original") : undefined;
  if (typeof original !== "string" && typeof original !== "number")
    return "the name of a partial has to be written out";
  if (original === "@partial-block" || known.has(String(original))) return undefined;
  return `there is no template \`${original}\``;
}

function lineOf(node: object): number {
  const loc: unknown = Reflect.get(node, "loc");
  const start: unknown = typeof loc === "object" && loc !== null ? Reflect.get(loc, "start") : undefined;
  const line: unknown = typeof start === "object" && start !== null ? Reflect.get(start, "line") : undefined;
  return typeof line === "number" ? line : 1;
}
