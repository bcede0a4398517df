/** Collects the findings of one run: every stage takes a report, adds to it and returns its value; none throws, none prints. */

import type { Span } from "../source/source-file.js";
import { catalog } from "./catalog.js";
import type { Code, ParametersOf } from "./catalog.js";
import type { Diagnostic, FixIt, RelatedPlace } from "./diagnostic.js";

/** What a finding may say beyond its code, place and message. */
export interface Details {
  /** Written after the carets, for instance "did you mean `LineItem`?". */
  readonly label?: string | undefined;
  readonly notes?: readonly string[] | undefined;
  readonly related?: readonly RelatedPlace[] | undefined;
  readonly fixes?: readonly FixIt[] | undefined;
}

/** What is shown of a run: at most `diagnosticCountMax` findings in order, and how many more there were. */
export interface Findings {
  readonly diagnostics: readonly Diagnostic[];
  /** Findings that were left out. */
  readonly more: number;
}

/** How many findings are shown; errors take the places before warnings do. */
export const diagnosticCountMax = 100;

/** Sentences are cut here: a name of a megabyte is not worth reading twice. */
const sentenceUnitsMax = 300;

/** How many findings are held before the surplus is let go, so that a hostile file costs little memory. */
const heldCountMax = 2_000;

/** One finding with the sentence of its code. */
export function createDiagnostic<C extends Code>(
  code: C,
  span: Span | undefined,
  parameters: ParametersOf<C>,
  details: Details = {},
): Diagnostic {
  const entry = catalog[code];
  return {
    code,
    severity: entry.severity,
    // The compiler cannot see that the entry and its parameters belong together; the signature above holds it.
    message: cut(entry.message(parameters as never)),
    span,
    label: details.label === undefined ? undefined : cut(details.label),
    notes: details.notes ?? [],
    related: details.related ?? [],
    fixes: details.fixes ?? [],
  };
}

/** Collects findings in any order; `findings()` gives them sorted by file and position, without duplicates, and capped. */
export class Report {
  #held: Diagnostic[] = [];
  #droppedCount = 0;
  #errorCount = 0;
  #warningCount = 0;
  #offeredCount = 0;
  #seen: Set<string> = new Set();
  /** By path of the source; ascending, and none touches another. */
  readonly #silenced: Map<string, Span[]> = new Map();

  /** Adds one finding. `span` is undefined for findings about the run as a whole. */
  add<C extends Code>(code: C, span: Span | undefined, parameters: ParametersOf<C>, details: Details = {}): void {
    this.include(createDiagnostic(code, span, parameters, details));
  }

  /**
   * Drops whatever is added from now on and touches `span`: what stands there was refused as a whole, and the rest
   * follows from that.
   */
  silence(span: Span): void {
    if (this.#isSilenced(span)) return;
    const spans = this.#silenced.get(span.source.path);
    if (spans === undefined) this.#silenced.set(span.source.path, [span]);
    else spans.splice(countBefore(spans, span.end), 0, span);
  }

  /** Adds a finding that was made elsewhere, for instance kept from an earlier run. An exact repetition is dropped. */
  include(diagnostic: Diagnostic): void {
    this.#offeredCount += 1;
    if (diagnostic.span !== undefined && this.#isSilenced(diagnostic.span)) return;
    const key = keyOf(diagnostic);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    if (diagnostic.severity === "error") this.#errorCount += 1;
    else this.#warningCount += 1;
    this.#held.push(diagnostic);
    if (this.#held.length >= heldCountMax) this.#letGo();
  }

  /** Adds all that `other` has collected, and drops from now on what that one would drop. `other` stays as it is. */
  absorb(other: Report): void {
    for (const diagnostic of other.#held) this.include(diagnostic);
    this.#droppedCount += other.#droppedCount;
    this.#errorCount += other.#errorCount - countOf(other.#held, "error");
    this.#warningCount += other.#warningCount - countOf(other.#held, "warning");
    for (const spans of other.#silenced.values()) for (const span of spans) this.silence(span);
  }

  #isSilenced({ source, start, end }: Span): boolean {
    const spans = this.#silenced.get(source.path);
    if (spans === undefined) return false;
    // The last one that begins before the finding ends reaches furthest.
    const last = spans[countBefore(spans, Math.max(end, start + 1)) - 1];
    return last !== undefined && last.end > start;
  }

  get hasErrors(): boolean {
    return this.#errorCount > 0;
  }

  get errorCount(): number {
    return this.#errorCount;
  }

  get warningCount(): number {
    return this.#warningCount;
  }

  /** How many findings were added, those included that were dropped. */
  get offeredCount(): number {
    return this.#offeredCount;
  }

  /** What to show. May be asked at any time and more than once. */
  findings(): Findings {
    const diagnostics = firstOf(this.#held, diagnosticCountMax);
    return { diagnostics, more: this.#held.length - diagnostics.length + this.#droppedCount };
  }

  /** Keeps what could still be shown. */
  #letGo(): void {
    const kept = firstOf(this.#held, diagnosticCountMax);
    this.#droppedCount += this.#held.length - kept.length;
    this.#held = kept;
    this.#seen = new Set(kept.map(keyOf));
  }
}

function countOf(diagnostics: readonly Diagnostic[], severity: Diagnostic["severity"]): number {
  return diagnostics.reduce((count, diagnostic) => (diagnostic.severity === severity ? count + 1 : count), 0);
}

/** How many of the spans, which are ascending, begin before an offset. */
function countBefore(spans: readonly Span[], offset: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first `count` findings in order; errors take the places before warnings do. */
function firstOf(diagnostics: readonly Diagnostic[], count: number): Diagnostic[] {
  const sorted = [...diagnostics].sort(compareDiagnostics);
  const errors = sorted.filter((diagnostic) => diagnostic.severity === "error").slice(0, count);
  const warnings = sorted.filter((diagnostic) => diagnostic.severity === "warning").slice(0, count - errors.length);
  return [...errors, ...warnings].sort(compareDiagnostics);
}

/** Findings without a place come first, then by path, position, and code; the sort is stable for the rest. */
function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  if (a.span === undefined || b.span === undefined) return Number(a.span !== undefined) - Number(b.span !== undefined);
  return (
    compareText(a.span.source.path, b.span.source.path) ||
    a.span.start - b.span.start ||
    a.span.end - b.span.end ||
    compareText(a.code, b.code)
  );
}

/** By code units, so that no locale changes the order. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function cut(sentence: string): string {
  return sentence.length > sentenceUnitsMax ? `${sentence.slice(0, sentenceUnitsMax - 1)}\u2026` : sentence;
}

function keyOf({ code, span, message }: Diagnostic): string {
  const place = span === undefined ? "" : `${span.source.path}\u0000${span.start}\u0000${span.end}`;
  return `${code}\u0000${place}\u0000${message}`;
}
