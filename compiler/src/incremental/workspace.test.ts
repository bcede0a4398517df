/** What a workspace says after any edits is what a compile from nothing says. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { tries } from "../../../runtime/test/kit/random.js";
import { ChangingHost } from "../../test/support/changing-host.js";
import { edit, fileNames, fileText, soundEdit, soundProject } from "../../test/support/random-project.js";
import type { Edit } from "../../test/support/random-project.js";
import { analyze } from "../compile.js";
import type { Analysis } from "../compile.js";
import { EmissionMemory } from "../emit/ts/emission-memory.js";
import { emitTypeScript } from "../emit/ts/emit-typescript.js";
import { findingsToJson } from "../report/render-json.js";
import { Report } from "../report/report.js";
import { schemaToJson } from "../schema/to-json.js";
import { Workspace } from "./workspace.js";

/** Everything that may be seen of an analysis, places and what is generated included. */
function seen(analysis: Analysis, report: Report, memory?: EmissionMemory): unknown {
  const { schema, places, project } = analysis;
  const spot = (thing: object): string => {
    const span = places.of(thing);
    return span === undefined ? "nowhere" : `${span.source.path} ${span.start} ${span.end} ${span.source.text.length}`;
  };
  const emitted = new Report();
  const options = { importExtension: ".js", version: "1.0.0", places } as const;
  const texts = analysis.isSound ? emitTypeScript(schema, options, emitted, memory) : undefined;
  return {
    texts: texts === undefined ? undefined : [...texts],
    collisions: findingsToJson(emitted.findings()),
    findings: findingsToJson(report.findings()),
    counts: [report.errorCount, report.warningCount],
    schema: schemaToJson(schema),
    names: [...schema.declarations.keys()],
    places: [...schema.declarations.values()].map((one) => [
      spot(one),
      ...("fields" in one ? one.fields.map(spot) : []),
      ...("methods" in one ? one.methods.map(spot) : []),
    ]),
    files: project.files.map(({ path, isIncomplete, hasLostImport }) => [path, isIncomplete, hasLostImport]),
  };
}

class Bench {
  readonly host: ChangingHost;
  readonly workspace: Workspace;
  readonly #open: Map<string, string> = new Map();
  readonly #emission: EmissionMemory = new EmissionMemory();

  constructor(files: Readonly<Record<string, string>>) {
    this.host = new ChangingHost(files);
    this.workspace = new Workspace(this.host);
  }

  apply(step: Edit): void {
    const { host, workspace } = this;
    const before = host.files.get(step.file);
    switch (step.kind) {
      case "write":
        return workspace.diskChanged([host.put(step.file, step.text)]);
      case "insert":
        if (typeof before !== "string") return;
        return workspace.diskChanged([host.put(step.file, before.replace("\n", `\n${step.text}\n`))]);
      case "remove":
        return workspace.diskChanged([host.put(step.file, undefined)]);
      case "touch":
        return workspace.diskChanged([host.absolute(step.file)]);
      case "open":
        this.#open.set(step.file, step.text);
        return workspace.setDocument(step.file, step.text);
      case "close":
        this.#open.delete(step.file);
        return workspace.closeDocument(step.file);
    }
  }

  incremental(): unknown {
    const { host, workspace } = this;
    workspace.setProject({ entries: fileNames.filter((file) => host.files.has(file)), roots: [host.workingDirectory] });
    const analysis = workspace.analysis();
    return seen(analysis, analysis.report, this.#emission);
  }

  fresh(): unknown {
    const disk = new ChangingHost(Object.fromEntries([...this.host.files, ...this.#open]));
    const report = new Report();
    const entries = fileNames.filter((file) => disk.files.has(file));
    return seen(analyze(entries, disk, { roots: [disk.workingDirectory] }, report), report);
  }
}

function holdsAfterEdits(project: fc.Arbitrary<readonly string[]>, step: fc.Arbitrary<Edit>): void {
  fc.assert(
    fc.property(project, fc.array(step, { minLength: 1, maxLength: 12 }), (texts, edits) => {
      const bench = new Bench(Object.fromEntries(fileNames.map((file, index) => [file, texts[index] ?? ""])));
      expect(bench.incremental()).toEqual(bench.fresh());
      for (const edit of edits) {
        bench.apply(edit);
        expect(bench.incremental(), JSON.stringify(edit)).toEqual(bench.fresh());
      }
    }),
    { numRuns: tries(6) },
  );
}

test("after any sequence of edits a workspace says what a compile from nothing says", () => {
  holdsAfterEdits(fc.array(fileText, { minLength: fileNames.length, maxLength: fileNames.length }), edit);
});

test("in a project without mistakes, what is generated after any sequence of edits is what is generated from nothing", () => {
  holdsAfterEdits(soundProject, soundEdit);
});

test("a file whose bytes stay is neither read nor parsed again", () => {
  const { host, workspace } = new Bench({
    "a.rpc": 'package shop\nimport "b.rpc"\nmessage A { 1 b: B }\n',
    "b.rpc": "package shop\nmessage B {}\n",
  });
  workspace.setProject({ entries: ["a.rpc", "b.rpc"], roots: [host.workingDirectory] });
  const before = workspace.file("b.rpc");
  host.reads = [];
  workspace.diskChanged([host.put("a.rpc", 'package shop\nimport "b.rpc"\nmessage A { 2 b: B }\n')]);
  expect(workspace.file("a.rpc")?.syntax.source.text).toContain("2 b");
  expect(workspace.file("b.rpc")?.syntax).toBe(before?.syntax);
  expect(host.reads).toEqual(["/project/a.rpc"]);
});

test("what an edit does not touch keeps its objects, services and all; a comment in what others use touches nobody else", () => {
  const { host, workspace } = new Bench({
    "a.rpc":
      'package shop\nimport "b.rpc"\nmessage A { 1 b: B, 2 c: Id }\nservice S { get(A): A }\nservice T extends S { put(A): void }\n',
    "b.rpc": "package shop\nmessage B {}\ntype Id = string\n",
    "c.rpc": "package other\nmessage C {}\nservice U { get(C): C }\n",
  });
  workspace.setProject({ entries: ["a.rpc", "b.rpc", "c.rpc"], roots: [host.workingDirectory] });
  const kept = (): readonly string[] => {
    const before = new Set(workspace.analysis().schema.files);
    workspace.diskChanged([host.absolute("b.rpc")]);
    const after = workspace.analysis().schema.files;
    return after.filter((file) => before.has(file)).map(({ path }) => path);
  };
  expect(kept()).toEqual(["b.rpc", "a.rpc", "c.rpc"]);
  workspace.analysis();
  host.put("b.rpc", "package shop\n// Said.\nmessage B {}\ntype Id = string\n");
  // An alias carries its annotations with their places, so its users are looked at again.
  expect(kept()).toEqual(["c.rpc"]);
  host.put("b.rpc", "package shop\nmessage B { 1 new: string }\n");
  host.put("a.rpc", 'package shop\nimport "b.rpc"\nmessage A { 1 b: B }\nservice S { get(A): A }\n');
  workspace.diskChanged(undefined);
  workspace.analysis();
  host.put("b.rpc", "package shop\n\nmessage B { 1 new: string }\n");
  expect(kept()).toEqual(["a.rpc", "c.rpc"]);
});

test("an open document hides the disk until it is closed, even where the disk has nothing", () => {
  const { host, workspace } = new Bench({ "a.rpc": 'package shop\nimport "new/b.rpc"\nmessage A { 1 b: Basket }\n' });
  workspace.setProject({ entries: ["a.rpc"], roots: [host.workingDirectory] });
  const codes = (): readonly string[] =>
    workspace
      .analysis()
      .report.findings()
      .diagnostics.map(({ code }) => code);
  expect(codes()).toEqual(["import-not-found"]);
  workspace.setDocument("new/b.rpc", "package shop\nmessage Basket {}\n");
  expect(codes()).toEqual([]);
  workspace.setDocument("new/b.rpc", "package shop\nmessage Barrel {}\n");
  expect(codes()).toEqual(["unknown-type"]);
  workspace.closeDocument("new/b.rpc");
  expect(codes()).toEqual(["import-not-found"]);
});
