/** Names for everything that `.proto` files declare: nested declarations get the names of those around them in front. */

import type { Report } from "../../report/report.js";
import { portablePart } from "../rpc-path.js";
import type { DeclaredKind, TypeNames, Unnamed } from "../type-names.js";
import type { ProtoRun } from "./conversion.js";
import { generatedMembers } from "./convert-message.js";
import { isOwnFile } from "./own-file.js";
import { nestedIn, packageOf } from "./proto-scope.js";
import type { LinkedFile, ProtoScope, ProtoSymbol } from "./proto-scope.js";
import type { ProtoEnum, ProtoMessage, ProtoService } from "./proto-syntax.js";

type Node = ProtoMessage | ProtoEnum | ProtoService;

/** Services have the first choice, since their names are in the paths of calls; then what is not nested; then the rest. */
export function nameDeclarations(
  files: readonly LinkedFile[],
  scope: ProtoScope,
  typeNames: TypeNames,
  report: Report,
): Pick<ProtoRun, "names" | "homes" | "packages"> {
  const names = new Map<ProtoSymbol, string>();
  const homes = new Map<string, LinkedFile[]>();
  const packages = new Map<string, string>();
  const inOrder = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const file of inOrder) namePackage(file, packages, report);
  const give = (node: Node, file: LinkedFile, candidates: readonly string[]): void => {
    const symbol = scope.symbolOf(node);
    const packageName = packages.get(symbol.package) ?? symbol.package;
    const claimed = typeNames.claim(packageName, file.path, candidates, unnamed(node));
    // What was exported had its names before, and they got along with each other.
    const name = isOwnFile(file.syntax) ? node.name.text : claimed;
    names.set(symbol, name);
    const fullName = packageName === "" ? name : `${packageName}.${name}`;
    homes.set(fullName, [...(homes.get(fullName) ?? []), file]);
    if (name !== candidates[0]) tell(node, symbol, name, candidates[0] ?? "", report);
  };
  const outermost = (file: LinkedFile): readonly Node[] =>
    file.syntax.items.flatMap((item): readonly Node[] => {
      if (item.kind === "message" || item.kind === "enum" || item.kind === "service") return [item];
      return item.kind === "extend" ? item.fields.flatMap(({ group }) => (group === undefined ? [] : [group])) : [];
    });
  for (const isService of [true, false]) {
    for (const file of inOrder) {
      for (const node of outermost(file)) {
        if ((node.kind === "service") === isService) give(node, file, [node.name.text, `${node.name.text}_`]);
      }
    }
  }
  for (const file of inOrder) {
    // The list grows while it is walked: inner ones follow once the outer one has its name.
    const queue = [...outermost(file)];
    for (const node of queue) {
      if (node.kind !== "message") continue;
      const outer = names.get(scope.symbolOf(node)) ?? node.name.text;
      for (const inner of nestedIn(node)) {
        give(inner, file, [outer + upperFirst(inner.name.text), `${outer}_${inner.name.text}`]);
        queue.push(inner);
      }
    }
  }
  return { names, homes, packages };
}

function unnamed(node: Node): Unnamed {
  const kind: DeclaredKind = node.kind;
  return node.kind === "message" ? { kind, ...generatedMembers(node) } : { kind, unions: [], maps: [] };
}

function tell(node: Node, symbol: ProtoSymbol, name: string, wanted: string, report: Report): void {
  const because = `\`${wanted}\` is taken, or would meet what is generated for another declaration`;
  const reason = node.kind === "service" ? `${because}; the paths of its calls change with it` : because;
  report.add("imported-name", node.name.span, { name: symbol.fullName, chosen: name, reason });
}

/** Packages are folders of generated code in some languages, so their parts have to be names that every system takes. */
function namePackage(file: LinkedFile, packages: Map<string, string>, report: Report): void {
  const name = packageOf(file);
  if (packages.has(name)) return;
  const chosen = name.split(".").map(portablePart).join(".");
  packages.set(name, chosen);
  const item = file.syntax.items.find((one) => one.kind === "package");
  if (chosen === name || item === undefined) return;
  const reason = "a part of it is a device on Windows; the paths of its calls change with it";
  report.add("imported-name", item.name.span, { name, chosen, reason });
}

function upperFirst(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}
