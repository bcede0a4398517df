/** Files that `rpcgen export` made of `.rpc` files: what stands in the options of the file itself. */

import { Report } from "../../report/report.js";
import type { Span } from "../../source/source-file.js";
import { entry } from "../document.js";
import type { Entry } from "../document.js";
import type { ForeignImport } from "../foreign-files.js";
import { rpcPath } from "../rpc-path.js";
import type { Conversion, OwnAlias } from "./conversion.js";
import { ownOptions } from "./own-options.js";
import type { OwnOptions } from "./own-options.js";
import { isStandardPath, packageOf } from "./proto-scope.js";
import type { LinkedFile } from "./proto-scope.js";
import type { ProtoFile, ProtoOption } from "./proto-syntax.js";

export function isOwnFile(file: ProtoFile): boolean {
  return ownOf(file.items) !== undefined;
}

/** What the `.rpc` file imports and the `.proto` had no use for, such as the files of errors. */
export function ownImports(items: ProtoFile["items"]): readonly ForeignImport[] {
  const found = ownOf(items);
  if (found === undefined) return [];
  const span = found.span;
  return found.own.texts("imports").map((path) => ({ path: protoPath(path), span, isPublic: false }));
}

export function findOwnAliases(files: readonly LinkedFile[]): ReadonlyMap<string, OwnAlias> {
  const aliases = new Map<string, OwnAlias>();
  for (const file of files) {
    const packageName = packageOf(file);
    for (const options of ownOf(file.syntax.items)?.own.all("aliases") ?? []) {
      const name = options.text("name") ?? "";
      if (name === "" || name.includes(".")) continue;
      const isSingle = !options.isTrue("is_list") && options.text("map_key") === undefined;
      const fullName = packageName === "" ? name : `${packageName}.${name}`;
      aliases.set(fullName, { name, package: packageName, file, isSingle, options });
    }
  }
  return aliases;
}

/** The aliases of a file as declarations. */
export function convertOwnAliases(conversion: Conversion): readonly Entry[] {
  const own = [...conversion.run.aliases.values()].filter(({ file }) => file === conversion.file);
  return own.flatMap(({ name, options }) => {
    const type = aliasedType(options.text("type") ?? "", conversion);
    if (type === undefined) return [];
    const key = options.text("map_key");
    const text = key !== undefined ? `map<${key}, ${type}>` : options.isTrue("is_list") ? `${type}[]` : type;
    return [
      entry({
        docs: options.text("docs") ?? "",
        annotations: options.annotations(conversion.namespaces),
        text: `type ${name} = ${text}`,
      }),
    ];
  });
}

/** A full name with a dot in front, or a type of the language. */
function aliasedType(type: string, conversion: Conversion): string | undefined {
  if (!type.startsWith(".")) return type === "" ? undefined : type;
  const span = ownOf(conversion.file.syntax.items)?.span;
  if (span === undefined) return undefined;
  const symbol = conversion.findType({ text: type, span }, "", "an alias of it is left out");
  return symbol === undefined ? undefined : conversion.write(symbol);
}

/** Paths count from the root, unless a file of the same path stands beside the importing one: that would be taken. */
export function spelledImports(conversion: Conversion): readonly string[] {
  for (const path of conversion.own?.texts("imports") ?? []) conversion.imports.add(path);
  const directory = rpcPath(conversion.file.path).split("/").slice(0, -1);
  return [...conversion.imports].sort().map((path) => {
    const beside = [...directory, path].join("/");
    if (directory.length === 0 || !conversion.run.paths.has(beside)) return path;
    const parts = path.split("/");
    const shared = parts.findIndex((part, index) => part !== directory[index]);
    const up = directory.length - shared;
    return `${up === 0 ? "./" : "../".repeat(up)}${parts.slice(shared).join("/")}`;
  });
}

function protoPath(path: string): string {
  return path.replace(/\.rpc$/, ".proto");
}

function ownOf(items: ProtoFile["items"]): { readonly own: OwnOptions; readonly span: Span } | undefined {
  const options = items.flatMap((item): readonly ProtoOption[] => (item.kind === "option" ? [item.option] : []));
  // What is wrong with it is reported where the file is converted.
  const own = ownOptions(options, "file", new Report());
  const span = options.find(({ name }) => name.endsWith("rpcgen.file)"))?.span;
  return own === undefined || span === undefined ? undefined : { own, span };
}

/** The paths of all `.rpc` files of a run. */
export function rpcPathsOf(files: readonly LinkedFile[]): ReadonlySet<string> {
  return new Set(files.filter(({ path }) => !isStandardPath(path)).map(({ path }) => rpcPath(path)));
}
