/** `.thrift` files to `.rpc` files: reads them with what they include, names what they declare, and writes each anew. */

import type { Report } from "../../report/report.js";
import type { SourceFile } from "../../source/source-file.js";
import { entry, printDocument } from "../document.js";
import type { Entry } from "../document.js";
import { followImports } from "../foreign-files.js";
import type { FindForeign } from "../foreign-files.js";
import type { ImportedFile } from "../imported-file.js";
import { rpcPath } from "../rpc-path.js";
import type { TypeNames } from "../type-names.js";
import { convertEnum, convertStruct, convertTypedef } from "./convert-struct.js";
import { convertService } from "./convert-thrift-service.js";
import { parseThrift } from "./parse-thrift.js";
import { ThriftConversion } from "./thrift-conversion.js";
import type { ThriftRun } from "./thrift-conversion.js";
import { isDeclaration, ThriftScope } from "./thrift-scope.js";
import type { ThriftDeclaration, ThriftFile, ThriftItem } from "./thrift-syntax.js";

/** Converts `entries` and all that they include; one `.rpc` file for each. What has no equal is reported. */
export function importThrift(
  entries: readonly SourceFile[],
  find: FindForeign,
  typeNames: TypeNames,
  report: Report,
): readonly ImportedFile[] {
  const files = followImports<ThriftFile>(
    entries,
    find,
    { parse: parseThrift, importsOf, isOptional: () => false },
    report,
  );
  const scope = new ThriftScope(files, typeNames, report);
  const run: ThriftRun = { scope, typeNames, methodNames: new Map(), report };
  return files.map((file) => {
    const conversion = new ThriftConversion(run, file);
    const text = convertFile(conversion);
    conversion.finish();
    return { path: rpcPath(file.path), text, source: file.syntax.source };
  });
}

function importsOf({ items }: ThriftFile): ReturnType<Parameters<typeof followImports<ThriftFile>>[2]["importsOf"]> {
  return items.flatMap((item) =>
    item.kind === "include" ? [{ path: item.path, span: item.pathSpan, isPublic: false }] : [],
  );
}

function convertFile(conversion: ThriftConversion): string {
  const { items } = conversion.file.syntax;
  const header: (readonly string[])[] = [];
  const declarations: Entry[] = [];
  for (const item of items) {
    if (isDeclaration(item)) {
      declarations.push(convertDeclaration(item, conversion));
      // Messages that were made for it stand behind it.
      declarations.push(...conversion.made.splice(0));
    } else {
      const kept = keptNotes(item, conversion);
      if (declarations.length > 0) declarations.push(kept);
      else header.push(...kept.notes, kept.marks);
    }
  }
  const namespaces = [...conversion.namespaces].sort().map((name) => `@namespace("${name}")`);
  return printDocument({
    header: header.filter((lines) => lines.length > 0),
    docs: "",
    annotations: namespaces,
    package: conversion.package,
    imports: [...conversion.imports].sort(),
    declarations: declarations.filter(({ text, notes, marks }) => text !== "" || notes.length + marks.length > 0),
  });
}

function convertDeclaration(item: ThriftDeclaration, conversion: ThriftConversion): Entry {
  const symbol = conversion.run.scope.symbolOf(item);
  if (symbol === undefined) {
    const { detached, leading, trailing } = item.remarks;
    return entry({ notes: [...detached, ...leading, ...trailing], marks: conversion.quote(item.span) });
  }
  switch (item.kind) {
    case "struct":
    case "union":
    case "exception":
      return convertStruct(item, symbol, conversion);
    case "enum":
      return convertEnum(item, symbol, conversion);
    case "typedef":
      return convertTypedef(item, symbol, conversion);
    case "service":
      return convertService(item, symbol, conversion);
  }
}

/** What becomes of statements that declare nothing: they stay as comments, but for includes, which are written anew. */
function keptNotes(item: Exclude<ThriftItem, ThriftDeclaration>, conversion: ThriftConversion): Entry {
  if (item.kind === "loose") return entry({ notes: item.paragraphs });
  const { detached, leading, trailing } = item.remarks;
  const notes = [...detached, ...leading, ...trailing];
  switch (item.kind) {
    case "include":
      return entry({ notes });
    case "namespace":
      return entry({ notes, marks: conversion.optionNote(`namespace ${item.language}`, item.span) });
    case "const":
      conversion.report.add("imported-constant", item.name.span, { name: item.name.text });
      return entry({ notes, marks: conversion.quote(item.span) });
    case "other":
      return entry({ notes, marks: conversion.optionNote(item.name.text, item.span) });
  }
}
