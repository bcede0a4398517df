/** The loose tree to the AST: nothing is trusted to be there, and everything that is wrong is reported in the user's words. */

import type { CstNode, IToken } from "chevrotain";
import { removal } from "../report/removal.js";
import type { Report } from "../report/report.js";
import type { SourceFile, Span } from "../source/source-file.js";
import type { DeclarationNode, FileSyntax, ImportNode, PackageNode } from "./ast.js";
import { buildDeclaration, buildUnionMembers } from "./build-declaration.js";
import { behind, buildQualifiedName, buildString } from "./build-literal.js";
import { decorate, refuseAnnotations, reportStrays, walkMembers } from "./build-member.js";
import type { Front } from "./build-member.js";
import { nodeOf, nodesOf, quote, spanOf, tokenOf } from "./cst.js";
import type { Building } from "./cst.js";
import { headOf, moveToHead } from "./move-to-head.js";
import type { Scan } from "./scan.js";
import { declaredNames } from "./split-declarations.js";

/** What other languages begin a line of a file with, and what is said here instead. */
const foreignAdvice: ReadonlyMap<string, string> = new Map([
  ["syntax", "there is one version of the language, and it need not be named"],
  ["edition", "there is one version of the language, and it need not be named"],
  ["option", "options of the output stand in the configuration, not in the source"],
  ["namespace", "one `package` serves every language"],
  ["include", 'write `import "file.rpc"`'],
  ["cpp_include", 'write `import "file.rpc"`'],
  ["using", 'write `import "file.rpc"`'],
  ["from", 'write `import "file.rpc"`'],
  ["export", "everything that is declared can be imported"],
  ["public", "everything that is declared can be imported"],
  ["extensions", "a message has all of its fields in one place"],
  ["const", "there are no constants"],
  ["typedef", "an alias is written `type Name = string`"],
  ["input", "write `message`"],
  ["structure", "write `message`"],
  ["schema", "everything that is declared can be used"],
  ["open", "every enum is open unless it says `closed`"],
  ["function", "a method stands in a `service`"],
  ["func", "a method stands in a `service`"],
  ["fn", "a method stands in a `service`"],
  ["def", "a method stands in a `service`"],
  ["alias", "an alias is written `type Name = string`"],
  ["scalar", "an alias is written `type Name = string`"],
  ["extend", "a message has all of its fields in one place"],
  ["struct", "write `message`"],
  ["interface", "write `message` or `service`"],
  ["oneof", "write `union`"],
  ["rpc", "a method stands in a `service`"],
  ["oneway", "a method stands in a `service`"],
  ["reserved", "`reserved` stands in a message, an error, a union or an enum"],
]);

/** Those of them that are mended by another word, or by none. */
const replacements: ReadonlyMap<string, string> = new Map([
  ["include", "import"],
  ["using", "import"],
  ["export", ""],
  ["public", ""],
  ["open", ""],
]);

/** Builds the AST of one file from its tokens and the trees of its parts, of which one at a time is needed. */
export function buildFile(
  source: SourceFile,
  report: Report,
  tokens: readonly IToken[],
  trees: Iterable<CstNode>,
  scan: Scan,
): FileSyntax {
  const building: Building = {
    source,
    report,
    docs: scan.docs,
    usedDocs: new Set(),
    declaredNames: declaredNames(tokens),
    misnumbered: new Set(),
    buildUnionMembers: (body) => buildUnionMembers(building, body),
  };
  const packages: PackageNode[] = [];
  const imports: ImportNode[] = [];
  const declarations: DeclarationNode[] = [];
  let lastOfHead: Span | undefined;
  const wanted = "here begins a declaration: message, enum, union, error, type or service";
  const visit = (member: CstNode, front: Front): void => {
    const isFirst = packages.length + imports.length + declarations.length === 0;
    if (member.name === "declaration") {
      declarations.push(...buildDeclaration(building, member, decorate(building, front)));
    } else if (member.name === "packageClause") {
      const found = buildPackage(building, member, front);
      if (!isFirst) {
        reportMisplacedPackage(building, member, front, packages[0], headOf(scan));
      }
      if (found !== undefined) packages.push(found);
      if (isFirst) lastOfHead = found?.span;
    } else if (member.name === "importClause") {
      refuseAnnotations(building, front, "cannot stand on an import");
      const found = buildImport(building, member);
      if (declarations.length > 0) {
        const fixes =
          found === undefined || isDecorated(front) ? [] : [moveToHead(found.span, lastOfHead, headOf(scan))];
        report.add("misplaced-import", spanOf(building, tokenOf(member, "Import")), {}, { fixes });
      } else lastOfHead = found?.span ?? lastOfHead;
      if (found !== undefined) imports.push(found);
    } else if (member.name === "field") {
      const span = spanOf(building, member);
      const reason = "a field stands between the braces of a message";
      building.report.add("unexpected-text", span, { found: quote(span), wanted: reason });
    } else if (member.name === "foreign") {
      refuseAnnotations(building, front, "stands in front of nothing");
      reportForeign(building, member);
    }
  };
  for (const tree of trees) walkMembers(building, tree, wanted, visit);
  reportUnusedDocs(building, scan);
  return { kind: "file", source, package: packages[0], imports, declarations, comments: scan.comments };
}

/** What would be left behind if the thing itself were moved. */
function isDecorated({ docs, annotations }: Front): boolean {
  return docs.length + annotations.length > 0;
}

function reportMisplacedPackage(
  building: Building,
  node: CstNode,
  front: Front,
  first: PackageNode | undefined,
  head: number,
): void {
  const span = spanOf(building, tokenOf(node, "Package"));
  const whole = spanOf(building, node);
  const name = nodeOf(node, "qualifiedName");
  if (first === undefined) {
    const fixes = name === undefined || isDecorated(front) ? [] : [moveToHead(whole, undefined, head)];
    building.report.add("misplaced-package", span, { reason: "move it to the top" }, { fixes });
    return;
  }
  const isSame = name !== undefined && buildQualifiedName(building, name).text === first.name.text;
  const fixes = isSame && !isDecorated(front) ? [{ message: "remove it", edits: [removal(whole)] }] : [];
  const related = [{ span: first.name.span, message: "this one counts" }];
  building.report.add("misplaced-package", span, { reason: "the file is in a package already" }, { fixes, related });
}

function buildPackage(building: Building, node: CstNode, front: Front): PackageNode | undefined {
  const decorated = decorate(building, front);
  const name = nodeOf(node, "qualifiedName");
  const strays = nodesOf(node, "stray");
  if (name !== undefined) reportStrays(building, strays, "a package has a dotted name, such as `shop.orders.v1`");
  else if (strays.length > 0) {
    const span = spanOf(building, strays[0], strays.at(-1));
    building.report.add("malformed-name", span, { name: quote(span) });
    return undefined;
  }
  if (name === undefined) {
    building.report.add("missing-part", behind(building, node), { part: "a name", after: "`package`" });
    return undefined;
  }
  return { kind: "package", ...decorated, name: buildQualifiedName(building, name), span: spanOf(building, node) };
}

function buildImport(building: Building, node: CstNode): ImportNode | undefined {
  const span = spanOf(building, node);
  const strays = nodesOf(node, "stray");
  const path = tokenOf(node, "String");
  if (path === undefined) {
    if (strays.length > 0) {
      const text = quote(spanOf(building, strays[0], strays.at(-1)));
      const fixed = `"${text}"`;
      const place = spanOf(building, strays[0], strays.at(-1));
      const isPath = /^[A-Za-z0-9_./-]+$/.test(text);
      const fixes = isPath ? [{ message: `write \`${fixed}\``, edits: [{ span: place, text: fixed }] }] : [];
      const wanted = 'an import is written `import "file.rpc"`';
      building.report.add("unexpected-text", place, { found: text, wanted }, { fixes });
    } else {
      building.report.add("missing-part", behind(building, node), { part: "a path in quotes", after: "`import`" });
    }
    return undefined;
  }
  reportStrays(building, strays, 'an import is written `import "file.rpc"`, and everything in the file can be used');
  return { kind: "import", path: buildString(building, path), span };
}

function reportForeign(building: Building, node: CstNode): void {
  const word = tokenOf(node, "Word");
  const span = spanOf(building, word ?? node);
  const text = word?.image ?? "";
  const advice = foreignAdvice.get(text);
  const replacement = replacements.get(text);
  if (advice !== undefined) {
    const message = replacement === "" ? "remove it" : `write \`${replacement ?? ""}\``;
    const fixes = replacement === undefined ? [] : [{ message, edits: [{ span, text: replacement }] }];
    building.report.add("foreign-declaration", span, { word: text, advice }, { fixes });
  } else building.report.add("unknown-keyword", span, { word: text });
}

function reportUnusedDocs(building: Building, scan: Scan): void {
  for (const { span } of scan.trailingDocs) {
    const reason = "docs stand above what they document";
    const place = { ...span, end: span.start + 3 };
    const fixes = [{ message: "write `//`", edits: [{ span: place, text: "//" }] }];
    building.report.add("misplaced-doc", place, { reason }, { fixes });
  }
  const attached = [...scan.docs.values()].flat();
  const loose = scan.comments.filter((comment) => comment.kind === "doc" && !building.usedDocs.has(comment));
  const trailing = new Set(scan.trailingDocs);
  const isAttached = new Set(attached);
  for (const comment of loose) {
    if (trailing.has(comment)) continue;
    const reason = isAttached.has(comment) ? "what follows carries no docs" : "nothing follows it";
    building.report.add("misplaced-doc", { ...comment.span, end: comment.span.start + 3 }, { reason });
  }
}
