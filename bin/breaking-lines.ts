/** The findings of `breaking` for people: what breaks, where, why, and which own lines notice. */

import type { Finding, Level, Place } from "../compiler/src/check/compat/finding.js";
import { levels } from "../compiler/src/check/compat/finding.js";
import { pairingPhrases } from "../compiler/src/check/compat/report-findings.js";
import type { Impact } from "../compiler/src/impact/find-uses.js";
import type { Host } from "../compiler/src/project/host.js";
import { shown } from "../compiler/src/project/plan.js";
import { printable } from "../compiler/src/report/printable.js";
import type { Acceptance } from "./accepted-breaks.js";
import type { Console } from "./console.js";
import type { OldBuild } from "./old-build.js";
import { counted as countOf } from "./outcome-lines.js";

export interface BreakingView {
  readonly console: Console;
  readonly host: Host;
  readonly old: OldBuild;
  readonly acceptance: Acceptance;
  /** The findings that decide the exit code. */
  readonly counted: readonly Finding[];
  readonly impact: Impact | undefined;
}

/** How many findings are shown in full, and how many additions by their sentence. */
const shownMax = 100;
const additionsShownMax = 20;
const lineUnitsMax = 160;

export function* breakingLines(view: BreakingView): Iterable<string> {
  const { console, acceptance, counted } = view;
  for (const finding of counted.slice(0, shownMax)) yield* findingLines(finding, view);
  if (counted.length > shownMax) yield `and ${counted.length - shownMax} more`;
  const isCounted = new Set(counted);
  const additions = acceptance.findings.filter((finding) => finding.weight === "additive" && !isCounted.has(finding));
  if (additions.length > 0) {
    yield console.paint("dim", "What is new, and breaks nothing that is there:");
    for (const { rule, message } of additions.slice(0, additionsShownMax)) {
      yield `  ${rule.padEnd(20)} ${printable(message)}`;
    }
    if (additions.length > additionsShownMax) yield `  and ${additions.length - additionsShownMax} more`;
  }
  for (const { rule, at } of acceptance.unused) {
    yield `${console.paint("cyan", "note")}: the configuration accepts ${rule} at ${printable(at)}, which does not happen; remove it there`;
  }
  yield summary(view, additions.length);
}

function* findingLines(finding: Finding, { console, host, impact }: BreakingView): Iterable<string> {
  const level = finding.levels[0] ?? "source";
  const color = level === "source" ? "cyan" : "red";
  yield `${console.paint(color, level.padEnd(7))}${console.paint("bold", finding.rule)}  ${printable(finding.message)}`;
  const places = [placeText(finding.at), ...(finding.was === undefined ? [] : [`was at ${placeText(finding.was)}`])];
  yield `         ${printable(places.filter((text) => text !== "").join(", "))}`;
  yield `         ${printable(finding.why)}`;
  if (finding.breaks.length > 0) {
    yield `         noticed by ${finding.breaks.map((pairing) => pairingPhrases[pairing]).join(", ")}`;
  }
  const uses = impact?.uses.get(finding);
  for (const { file, line, column, text } of uses?.shown ?? []) {
    const source = text.length > lineUnitsMax ? `${text.slice(0, lineUnitsMax - 1)}\u2026` : text;
    yield `           ${printable(`${shown(host, file)}:${line}:${column}`)}   ${printable(source)}`;
  }
  if (uses !== undefined && uses.more > 0) yield `           and ${countOf(uses.more, "line")} more`;
  if (impact?.unknown.includes(finding) === true) {
    yield "           the generated code does not know it any more: look for uses before compiling anew";
  }
}

function placeText(place: Place | undefined): string {
  return place === undefined ? "" : `${place.file}:${place.line}:${place.column}`;
}

function summary({ counted, acceptance, old }: BreakingView, additionCount: number): string {
  const breaks =
    counted.length === 0
      ? `nothing breaks against ${printable(old.name)}`
      : `${countOf(counted.length, "breaking change")} against ${printable(old.name)} (${levelCounts(counted)})`;
  const additions = additionCount === 0 ? "" : `, ${countOf(additionCount, "addition")}`;
  const accepted = acceptance.accepted.length === 0 ? "" : `, ${acceptance.accepted.length} accepted`;
  return `${breaks}${additions}${accepted}`;
}

/** `2 wire, 1 source`: each finding by its gravest level. */
function levelCounts(findings: readonly Finding[]): string {
  const counts = new Map<Level, number>();
  for (const { levels: own } of findings) {
    const gravest = own[0];
    if (gravest !== undefined) counts.set(gravest, (counts.get(gravest) ?? 0) + 1);
  }
  return levels
    .filter((level) => counts.has(level))
    .map((level) => `${counts.get(level) ?? 0} ${level}`)
    .join(", ");
}
