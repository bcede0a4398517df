/** What names mean in `.thrift` files: the declarations of the file itself, and behind a dot those of one it includes. */

import type { Report } from "../../report/report.js";
import type { ForeignFile } from "../foreign-files.js";
import { portablePart } from "../rpc-path.js";
import type { DeclaredKind, TypeNames } from "../type-names.js";
import type { ThriftDeclaration, ThriftFile } from "./thrift-syntax.js";
import { namesOf } from "./struct-names.js";

export type LinkedThrift = ForeignFile<ThriftFile>;

export interface ThriftSymbol {
  readonly node: ThriftDeclaration;
  readonly file: LinkedThrift;
  readonly kind: DeclaredKind;
  /** In `.rpc`. */
  readonly name: string;
}

/** Every declaration of one run, and what each file's package is called. */
export class ThriftScope {
  readonly #symbols: Map<LinkedThrift, Map<string, ThriftSymbol>> = new Map();
  readonly #byNode: Map<ThriftDeclaration, ThriftSymbol> = new Map();
  readonly #packages: Map<LinkedThrift, string> = new Map();

  constructor(files: readonly LinkedThrift[], typeNames: TypeNames, report: Report) {
    for (const file of files) this.#packages.set(file, packageNameOf(file));
    const inOrder = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
    for (const isService of [true, false]) {
      for (const file of inOrder) {
        for (const item of file.syntax.items) {
          if (!isDeclaration(item) || (item.kind === "service") !== isService) continue;
          this.#declare(item, file, typeNames, report);
        }
      }
    }
  }

  packageOf(file: LinkedThrift): string {
    return this.#packages.get(file) ?? "";
  }

  /** Undefined for a second declaration of one name. */
  symbolOf(node: ThriftDeclaration): ThriftSymbol | undefined {
    return this.#byNode.get(node);
  }

  /** `Order` of the file itself, or `shop.Order` of a file it includes as shop.thrift. */
  find(name: string, file: LinkedThrift): ThriftSymbol | undefined {
    const own = this.#symbols.get(file)?.get(name);
    if (own !== undefined) return own;
    for (const { file: included } of file.imports) {
      const prefix = `${stemOf(included.path)}.`;
      if (!name.startsWith(prefix)) continue;
      const found = this.#symbols.get(included)?.get(name.slice(prefix.length));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #declare(node: ThriftDeclaration, file: LinkedThrift, typeNames: TypeNames, report: Report): void {
    const symbols = this.#symbols.get(file) ?? new Map<string, ThriftSymbol>();
    this.#symbols.set(file, symbols);
    if (symbols.has(node.name.text)) {
      report.add("imported-duplicate", node.name.span, { name: node.name.text });
      return;
    }
    const kind = kindOf(node);
    const wanted = node.name.text;
    const name = typeNames.claim(this.packageOf(file), file.path, [wanted, `${wanted}_`], { kind, ...namesOf(node) });
    const symbol: ThriftSymbol = { node, file, kind, name };
    symbols.set(wanted, symbol);
    this.#byNode.set(node, symbol);
    if (name === wanted) return;
    const reason = `\`${wanted}\` is taken, or would meet what is generated for another declaration`;
    report.add("imported-name", node.name.span, { name: wanted, chosen: name, reason });
  }
}

export function isDeclaration(item: ThriftFile["items"][number]): item is ThriftDeclaration {
  return ["struct", "union", "exception", "enum", "typedef", "service"].includes(item.kind);
}

function kindOf(node: ThriftDeclaration): DeclaredKind {
  switch (node.kind) {
    case "struct":
      return "message";
    case "exception":
      return "error";
    case "typedef":
      return "alias";
    default:
      return node.kind;
  }
}

/** The namespace for all languages, or else for one; a file without any has its own name. */
function packageNameOf(file: LinkedThrift): string {
  const namespaces = file.syntax.items.filter((item) => item.kind === "namespace");
  const ranked = ["*", "js", "java", "py", "go", "rs", "cpp", "cpp2"];
  const named = namespaces.filter(({ name }) => /[A-Za-z0-9]/.test(name));
  const chosen = ranked.flatMap((language) => named.find((item) => item.language === language) ?? [])[0] ?? named[0];
  const parts = (chosen?.name ?? stemOf(file.path)).split(/[./]/).map((part) => part.replace(/[^A-Za-z0-9_]/g, "_"));
  return parts
    .filter((part) => part !== "")
    .map((part) => portablePart(/^[0-9]/.test(part) ? `_${part}` : part))
    .join(".");
}

function stemOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/\.thrift$/, "");
}
