/** Findings as SARIF 2.1.0, which code scanning, editors and review tools read. */

import { positionAt } from "../source/source-file.js";
import type { Span } from "../source/source-file.js";
import { catalog, isCode } from "./catalog.js";
import type { Diagnostic, FixIt } from "./diagnostic.js";
import { printJson } from "./render-json.js";
import type { Findings } from "./report.js";

const schemaAddress = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/** A log with one run. `version` is that of the tool, such as `0.1.0`. */
export function renderSarif({ diagnostics, more }: Findings, version: string): string {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort();
  const notification = { level: "warning", message: { text: `and ${more} more findings` } };
  return printJson({
    $schema: schemaAddress,
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "rpcgen", version, semanticVersion: version, rules: codes.map(ruleOf) } },
        columnKind: "utf16CodeUnits",
        invocations: [{ executionSuccessful: true, ...(more > 0 && { toolExecutionNotifications: [notification] }) }],
        results: diagnostics.map((diagnostic) => resultOf(diagnostic, codes.indexOf(diagnostic.code))),
      },
    ],
  });
}

function ruleOf(code: string): object {
  if (!isCode(code)) return { id: code };
  const { severity, explanation, wrong, right } = catalog[code];
  return {
    id: code,
    shortDescription: { text: sentence(code.replaceAll("-", " ")) },
    fullDescription: { text: explanation },
    defaultConfiguration: { level: severity },
    help: {
      text: `${explanation}\n\nWrong:\n${indented(wrong)}\n\nRight:\n${indented(right)}`,
      markdown: `${explanation}\n\nWrong:\n\n${indented(wrong)}\n\nRight:\n\n${indented(right)}`,
    },
  };
}

function resultOf(diagnostic: Diagnostic, ruleIndex: number): object {
  const { code, severity, message, label, notes, span, related, fixes } = diagnostic;
  const text = [message, ...(label === undefined ? [] : [label]), ...notes].map(sentence).join("\n");
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: { text },
    ...(span !== undefined && { locations: [{ physicalLocation: placeOf(span) }] }),
    ...(related.length > 0 && {
      relatedLocations: related.map((place, id) => ({
        id,
        physicalLocation: placeOf(place.span),
        message: { text: place.message },
      })),
    }),
    ...(fixes.length > 0 && { fixes: fixes.map(fixOf) }),
  };
}

function fixOf({ message, edits }: FixIt): object {
  const bySource = new Map<Span["source"], FixIt["edits"][number][]>();
  for (const edit of edits) {
    const known = bySource.get(edit.span.source);
    if (known === undefined) bySource.set(edit.span.source, [edit]);
    else known.push(edit);
  }
  return {
    description: { text: message },
    artifactChanges: [...bySource].map(([source, own]) => ({
      artifactLocation: artifactOf(source.displayPath),
      replacements: own.map(({ span, text }) => ({
        deletedRegion: regionOf(span),
        insertedContent: { text },
      })),
    })),
  };
}

function placeOf(span: Span): object {
  return { artifactLocation: artifactOf(span.source.displayPath), region: regionOf(span) };
}

/** The end column is the one behind the last character. */
function regionOf({ source, start, end }: Span): object {
  const from = positionAt(source, start);
  const to = positionAt(source, end);
  return {
    startLine: from.line,
    startColumn: from.column,
    endLine: to.line,
    endColumn: to.column,
    charOffset: start,
    charLength: end - start,
  };
}

/** A relative path is counted from the root of the sources, which whoever reads the log knows. */
function artifactOf(path: string): object {
  const encoded = path
    .replace(/\p{Surrogate}/gu, "\ufffd")
    .split("/")
    .map((part) => encodeURIComponent(part))
    .join("/");
  if (path.startsWith("/")) return { uri: `file://${encoded}` };
  const drive = /^([A-Za-z])%3A\//.exec(encoded);
  if (drive !== null) return { uri: `file:///${drive[1] ?? ""}:${encoded.slice(4)}` };
  return { uri: encoded, uriBaseId: "%SRCROOT%" };
}

function sentence(text: string): string {
  const first = text.slice(0, 1).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

function indented(text: string): string {
  return text.replace(/^/gm, "    ");
}
