/** A directory of a test's own, which is gone when the test is. */

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

export interface TemporaryDirectory {
  /** Without symbolic links. */
  readonly path: string;
  /** The absolute path of something in it. */
  at(path: string): string;
  write(files: Readonly<Record<string, string>>): void;
  read(path: string): string;
  /** Relative paths of all files, sorted; links are listed and not followed. */
  list(): readonly string[];
}

export function createTemporaryDirectory(files: Readonly<Record<string, string>> = {}): TemporaryDirectory {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "rpcgen-test-")));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  const at = (name: string): string => join(path, name);
  const write = (texts: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(texts)) {
      mkdirSync(dirname(at(name)), { recursive: true });
      writeFileSync(at(name), text);
    }
  };
  const list = (): readonly string[] =>
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
      .sort();
  write(files);
  return { path, at, write, read: (name) => readFileSync(at(name), "utf8"), list };
}
