/** `.proto` files to `.rpc` files: reads them with what they import, names what they declare, and writes each anew. */

import type { Report } from "../../report/report.js";
import type { SourceFile } from "../../source/source-file.js";
import type { Entry } from "../document.js";
import { entry, printDocument } from "../document.js";
import { followImports } from "../foreign-files.js";
import type { FindForeign } from "../foreign-files.js";
import type { ImportedFile } from "../imported-file.js";
import { rpcPath } from "../rpc-path.js";
import { quotedLines } from "../rpc-text.js";
import type { TypeNames } from "../type-names.js";
import { Conversion } from "./conversion.js";
import type { ImportOptions } from "./conversion.js";
import { convertEnum } from "./convert-enum.js";
import { convertExtend, convertMessage } from "./convert-message.js";
import { keptRemarks } from "./message-work.js";
import { convertOptions, leftAsComments } from "./convert-options.js";
import { convertService } from "./convert-service.js";
import { fileFeatures } from "./features.js";
import type { Features } from "./features.js";
import { nameDeclarations } from "./name-declarations.js";
import { parseProto } from "./parse-proto.js";
import { isStandardPath, nestedIn, ProtoScope } from "./proto-scope.js";
import type { LinkedFile } from "./proto-scope.js";
import { convertOwnAliases, findOwnAliases, ownImports, rpcPathsOf, spelledImports } from "./own-file.js";
import { ownOptionsPath } from "./own-options.js";
import type { ProtoEnum, ProtoFile, ProtoMessage, ProtoOption } from "./proto-syntax.js";

/** Converts `entries` and all that they import; one `.rpc` file for each. What has no equal is reported. */
export function importProto(
  entries: readonly SourceFile[],
  find: FindForeign,
  typeNames: TypeNames,
  options: ImportOptions,
  report: Report,
): readonly ImportedFile[] {
  const wanted: SourceFile[] = [];
  for (const source of entries) {
    if (source.path === ownOptionsPath) continue;
    if (!isStandardPath(source.path)) wanted.push(source);
    else report.add("imported-standard", { source, start: 0, end: 0 }, { path: source.path });
  }
  const files = followImports<ProtoFile>(
    wanted,
    (path, from) => (isStandardPath(path) || path === ownOptionsPath ? undefined : find(path, from)),
    { parse: parseProto, importsOf, isOptional: isKnownPath },
    report,
  );
  const scope = new ProtoScope(files);
  const named = nameDeclarations(files, scope, typeNames, report);
  const own = { aliases: findOwnAliases(files), paths: rpcPathsOf(files) };
  return files.map((file) => {
    const conversion = new Conversion({ scope, typeNames, ...named, ...own, options, report }, file);
    const text = convertFile(conversion);
    conversion.finish();
    return { path: rpcPath(file.path), text, source: file.syntax.source };
  });
}

function importsOf({ items }: ProtoFile): ReturnType<Parameters<typeof followImports<ProtoFile>>[2]["importsOf"]> {
  const written = items.flatMap((item) =>
    item.kind === "import" ? [{ path: item.path, span: item.pathSpan, isPublic: item.modifier === "public" }] : [],
  );
  const known = new Set(written.map(({ path }) => path));
  return [...written, ...ownImports(items).filter(({ path }) => !known.has(path))];
}

/** Files that need not be there: what they declare is known, or is good for options only. */
function isKnownPath(path: string): boolean {
  return isStandardPath(path) || path === "google/protobuf/descriptor.proto" || path === ownOptionsPath;
}

function convertFile(conversion: Conversion): string {
  const { file } = conversion;
  const { items } = file.syntax;
  const features = fileFeatures(file.syntax);
  const packageItem = items.find((item) => item.kind === "package");
  const scope = packageItem?.name.text ?? "";
  const options = items.flatMap((item) => (item.kind === "option" ? [item.option] : []));
  // That a whole file is deprecated has no equal: the annotation stands on declarations.
  const isForFile = ({ name }: ProtoOption): boolean => name === "deprecated";
  const own = options.filter((option) => !isForFile(option));
  const converted = convertOptions(own, scope, conversion);
  const left = leftAsComments(options.filter(isForFile), conversion);
  const header: (readonly string[])[] = [];
  const declarations: Entry[] = [...convertOwnAliases(conversion)];
  for (const item of items) {
    if (item.kind === "message" || item.kind === "enum") declarations.push(...flattened(item, features, conversion));
    else if (item.kind === "service") {
      declarations.push(convertService(item, conversion.run.scope.symbolOf(item), conversion));
    } else if (item.kind === "extend") {
      declarations.push(...convertExtend(item, conversion));
      for (const { group } of item.fields) {
        if (group !== undefined) declarations.push(...flattened(group, features, conversion));
      }
    } else if (item.kind === "loose") declarations.push(entry({ notes: item.paragraphs }));
    else {
      const kept = item.kind === "package" ? [entry({ notes: item.remarks.detached })] : keptRemarks(item.remarks);
      for (const { notes } of kept) header.push(...notes.filter(([line = ""]) => !isMark(line, conversion)));
    }
  }
  const docs = packageItem === undefined ? [] : [...packageItem.remarks.leading, ...packageItem.remarks.trailing];
  const namespaces = [...conversion.namespaces].sort().map((name) => `@namespace("${name}")`);
  return printDocument({
    header: [...header, [...importNotes(file), ...converted.marks, ...left]].filter((lines) => lines.length > 0),
    docs: docs.map((lines) => lines.join("\n")).join("\n\n"),
    annotations: [...namespaces, ...converted.annotations],
    package: conversion.package,
    imports: spelledImports(conversion),
    declarations,
  });
}

/** The line by which an export marks its files; what is imported is for people to edit. */
function isMark(line: string, { own }: Conversion): boolean {
  return own !== undefined && line.startsWith("@generated by rpcgen");
}

/** `import public` hands names on, which `.rpc` does not do. */
function importNotes(file: LinkedFile): readonly string[] {
  return file.syntax.items.flatMap((item) =>
    item.kind === "import" && item.modifier !== ""
      ? quotedLines("proto", item.span.source.text.slice(item.span.start, item.span.end))
      : [],
  );
}

/** A declaration, and behind it those that are nested in it. */
function flattened(declared: ProtoMessage | ProtoEnum, features: Features, conversion: Conversion): readonly Entry[] {
  const symbol = conversion.run.scope.symbolOf(declared);
  if (declared.kind === "enum") return [convertEnum(declared, symbol, features, conversion)];
  const own = convertMessage(declared, symbol, features, conversion);
  return [
    ...(own === undefined ? [] : [own]),
    ...nestedIn(declared).flatMap((inner) => flattened(inner, features, conversion)),
  ];
}
