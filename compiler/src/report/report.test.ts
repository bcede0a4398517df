/** Reports: order, duplicates, caps and counts. */

import { expect, test } from "vitest";
import { createSourceFile } from "../source/source-file.js";
import type { SourceFile, Span } from "../source/source-file.js";
import { diagnosticCountMax, Report } from "./report.js";

const a = createSourceFile("a.rpc", "one\ntwo\nthree\n");
const b = createSourceFile("b.rpc", "one\n");

function at(source: SourceFile, start: number): Span {
  return { source, start, end: start + 1 };
}

test("sorts by file and position, findings about the run first", () => {
  const report = new Report();
  report.add("unknown-type", at(b, 0), { name: "B0" });
  report.add("unknown-type", at(a, 5), { name: "A5" });
  report.add("read-failed", undefined, { path: "c.rpc", reason: "permission denied" });
  report.add("unknown-type", at(a, 1), { name: "A1" });
  expect(report.findings().diagnostics.map(({ message }) => message)).toEqual([
    "cannot read c.rpc: permission denied",
    "there is no type `A1` here",
    "there is no type `A5` here",
    "there is no type `B0` here",
  ]);
});

test("drops exact repetitions, also in the counts", () => {
  const report = new Report();
  for (let round = 0; round < 3; round++) report.add("unknown-type", at(a, 1), { name: "X" });
  report.add("unknown-type", at(a, 1), { name: "Y" });
  expect(report.errorCount).toBe(2);
  expect(report.findings()).toMatchObject({ diagnostics: { length: 2 }, more: 0 });
});

test("stays silent about what touches a place that was refused as a whole, in whatever order such places come", () => {
  const report = new Report();
  for (const start of [9, 1, 5]) report.silence({ source: a, start, end: start + 2 });
  report.silence({ source: a, start: 5, end: 6 });
  for (const start of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) {
    report.add("unknown-type", { source: a, start, end: start }, { name: "T" });
  }
  report.add("unknown-type", { source: a, start: 0, end: 2 }, { name: "Wide" });
  report.add("unknown-type", at(b, 1), { name: "Elsewhere" });
  const starts = report.findings().diagnostics.map(({ span }) => `${span?.source.path}:${span?.start}`);
  expect(starts).toEqual(["a.rpc:0", "a.rpc:3", "a.rpc:4", "a.rpc:7", "a.rpc:8", "a.rpc:11", "b.rpc:1"]);
});

test("counts what it does not show", () => {
  const report = new Report();
  const long = createSourceFile("long.rpc", "x".repeat(10_000));
  for (let offset = 9_999; offset >= 0; offset--) report.add("single-quotes", at(long, offset), {});
  const { diagnostics, more } = report.findings();
  expect(diagnostics.map(({ span }) => span?.start)).toEqual(Array.from({ length: diagnosticCountMax }, (_, i) => i));
  expect(more).toBe(10_000 - diagnosticCountMax);
  expect(report.errorCount).toBe(10_000);
});

test("shows an error behind more warnings than fit", () => {
  const report = new Report();
  const long = createSourceFile("long.rpc", "x".repeat(5_000));
  for (let offset = 0; offset < 4_000; offset++) report.add("misplaced-doc", at(long, offset), { reason: "none" });
  report.add("single-quotes", at(long, 4_500), {});
  const { diagnostics } = report.findings();
  expect(diagnostics.length).toBe(diagnosticCountMax);
  expect(diagnostics.at(-1)?.code).toBe("single-quotes");
  expect([report.errorCount, report.warningCount, report.hasErrors]).toEqual([1, 4_000, true]);
});

test("has no errors where there are only warnings", () => {
  const report = new Report();
  report.add("misplaced-doc", at(a, 0), { reason: "none" });
  expect(report.hasErrors).toBe(false);
});

test("cuts a sentence that holds a name of a megabyte", () => {
  const report = new Report();
  report.add("unknown-type", at(a, 0), { name: "x".repeat(1_000_000) });
  expect(report.findings().diagnostics[0]?.message.length).toBe(300);
});
