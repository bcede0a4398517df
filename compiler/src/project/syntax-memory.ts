/** Keeps the trees of files from one load to the next, so that a file is parsed again only when its bytes have changed. */

import { Report } from "../report/report.js";
import type { FileSyntax } from "../syntax/ast.js";
import { decodeSource } from "../syntax/decode-source.js";
import { parse } from "../syntax/parse.js";

/** A file as its bytes alone decide it. */
export interface ReadSource {
  /** Undefined where the bytes are not text. */
  readonly syntax: FileSyntax | undefined;
  /** What reading it had to say. */
  readonly report: Report;
}

interface Remembered extends ReadSource {
  readonly bytes: Uint8Array;
  readonly path: string;
  readonly displayPath: string;
}

/** Decodes and parses one file. */
export function readSource(path: string, displayPath: string, bytes: Uint8Array): ReadSource {
  const report = new Report();
  const source = decodeSource(path, bytes, report, displayPath);
  return { syntax: source === undefined ? undefined : parse(source, report), report };
}

/** What is known of the files of a project, by real path. */
export class SyntaxMemory {
  #files: Map<string, Remembered> = new Map();
  #used: Map<string, Remembered> = new Map();

  /** The tree of a file: the one of last time, as the same object, if the file still has the same bytes and names. */
  read(realPath: string, path: string, displayPath: string, bytes: Uint8Array): ReadSource {
    const known = this.#used.get(realPath) ?? this.#files.get(realPath);
    const isSame = known?.path === path && known.displayPath === displayPath && areEqual(known.bytes, bytes);
    const remembered =
      known !== undefined && isSame ? known : { ...readSource(path, displayPath, bytes), bytes, path, displayPath };
    this.#used.set(realPath, remembered);
    return remembered;
  }

  /** Ends a load: files that it did not ask for are forgotten. */
  sweep(): void {
    this.#files = this.#used;
    this.#used = new Map();
  }
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a === b || (a.length === b.length && a.every((byte, index) => byte === b[index]));
}
