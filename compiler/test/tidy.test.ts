/** Holds the house in order: import laws, no circles, small files and functions, a first sentence, no banned names. */

import { expect, test } from "vitest";
import { readSources } from "./tidy/sources.js";
import { exceptions } from "./tidy/exceptions.js";
import type { Finding } from "./tidy/finding.js";
import { findCircles } from "./tidy/circles.js";
import { findForbiddenImports } from "./tidy/import-laws.js";
import { findLongFiles, findLongFunctions, findMissingSentences } from "./tidy/shape.js";
import { findBannedNames, findBannedText } from "./tidy/words.js";

const sources = readSources();

const laws: Readonly<Record<string, () => readonly Finding[]>> = {
  "every folder imports only what its place allows": () => findForbiddenImports(sources),
  "imports run in no circle, those of types included": () => findCircles(sources),
  "every file opens with one sentence that says what it is for": () => findMissingSentences(sources),
  "no file is longer than 400 lines": () => findLongFiles(sources),
  "no function is longer than 70 lines": () => findLongFunctions(sources),
  "files and types have names of their own": () => findBannedNames(sources),
  "product code has no any, no console, no unfinished business and no path of one machine": () =>
    findBannedText(sources),
};

for (const [law, find] of Object.entries(laws)) {
  test(law, () => {
    const excused = new Set(exceptions.map(({ path, law: broken }) => `${path} ${broken}`));
    const findings = find().filter((finding) => !excused.has(`${finding.path} ${finding.law}`));
    expect(findings.map(({ path, line, law: broken, message }) => `${path}:${line} [${broken}] ${message}`)).toEqual(
      [],
    );
  });
}

test("every exception is still needed", () => {
  const broken = new Set(Object.values(laws).flatMap((find) => find().map(({ path, law }) => `${path} ${law}`)));
  const idle = exceptions.filter(({ path, law }) => !broken.has(`${path} ${law}`));
  expect(idle).toEqual([]);
});
