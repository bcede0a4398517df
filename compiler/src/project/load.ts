/** Reads and parses the entry files and everything they import, each file once, imported before importing. */

import { removal } from "../report/removal.js";
import type { Details, Report } from "../report/report.js";
import type { Span } from "../source/source-file.js";
import type { FileSyntax, ImportNode } from "../syntax/ast.js";
import { sourceBytesMax } from "../syntax/decode-source.js";
import type { FileContent, Host } from "./host.js";
import { suggestImports } from "./import-suggestions.js";
import { candidates, findRoots, locate } from "./locate.js";
import type { Located, Location, Root } from "./locate.js";
import { directoryOf, importPathProblem, pathInside } from "./logical-path.js";
import { cycleNames, cyclePlaces, sortDependencies } from "./sort-dependencies.js";
import { readSource } from "./syntax-memory.js";
import type { SyntaxMemory } from "./syntax-memory.js";

export interface LoadOptions {
  /** Directories under which imports are looked up, first match first; the working directory where none is given. */
  readonly roots?: readonly string[] | undefined;
  /** Trees of an earlier load, which are taken where the bytes are the same. */
  readonly memory?: SyntaxMemory | undefined;
  /** Stands in front of the paths that findings show, for instance `main:` for files of a commit. */
  readonly displayPrefix?: string | undefined;
}

export interface LoadedImport {
  readonly node: ImportNode;
  readonly file: LoadedFile;
}

export interface LoadedFile {
  /** Logical path: relative to its root, with `/`. */
  readonly path: string;
  readonly realPath: string;
  readonly isStandard: boolean;
  readonly syntax: FileSyntax;
  /** The imports that could be followed. */
  readonly imports: readonly LoadedImport[];
  /** True where an import could not be followed: nobody knows which names it would have brought. */
  readonly hasLostImport: boolean;
  /** True where the text has syntax errors: it may declare more than could be read. */
  readonly isIncomplete: boolean;
}

/** The files of one compile, imported before importing; independent of the order of the entries. */
export interface Project {
  readonly files: readonly LoadedFile[];
  /** How many further files there are that could not be read. */
  readonly unreadCount: number;
}

/** Follows the imports of `entries`, which are paths as a user writes them. What cannot be read is reported and left out. */
export function load(entries: readonly string[], host: Host, options: LoadOptions, report: Report): Project {
  const roots = findRoots(host, rootsOf(entries, host, options));
  const project = new Loader(host, roots, options, report).load(entries);
  options.memory?.sweep();
  return project;
}

/** An entry that stands under no root brings its own directory along, so that any file can be compiled by its name. */
function rootsOf(entries: readonly string[], host: Host, options: LoadOptions): readonly string[] {
  const given = (options.roots ?? [host.workingDirectory]).map((root) => host.absolute(root));
  const real = given.map((root) => host.find(root)?.realPath ?? root);
  const strays = entries
    .map((entry) => host.find(host.absolute(entry))?.realPath ?? host.absolute(entry))
    .filter((path) => !real.some((root) => pathInside(root, path) !== undefined))
    .map(directoryOf);
  return [...given, ...[...new Set(strays)].sort()];
}

/** A file whose imports are still being followed. */
interface OpenFile extends LoadedFile {
  readonly located: Located;
  readonly imports: { readonly node: ImportNode; readonly file: OpenFile }[];
  hasLostImport: boolean;
}

class Loader {
  readonly #host: Host;
  readonly #roots: readonly Root[];
  readonly #displayPrefix: string;
  readonly #report: Report;
  readonly #memory: SyntaxMemory | undefined;
  /** By real path; undefined where a file could not be read, so that this is said once. */
  readonly #files: Map<string, OpenFile | undefined> = new Map();
  readonly #byPath: Map<string, OpenFile> = new Map();
  readonly #unread: Set<string> = new Set();

  constructor(host: Host, roots: readonly Root[], options: LoadOptions, report: Report) {
    this.#host = host;
    this.#roots = roots;
    this.#displayPrefix = options.displayPrefix ?? "";
    this.#report = report;
    this.#memory = options.memory;
  }

  load(entries: readonly string[]): Project {
    const opened: OpenFile[] = [];
    for (const entry of [...new Set(entries)].sort()) {
      const file = this.#openEntry(entry);
      if (file !== undefined) opened.push(file);
    }
    // The list grows while it is walked: imports of imports are appended.
    const queue = [...new Set(opened)];
    const queued = new Set(queue);
    for (const file of queue) {
      this.#followImports(file);
      for (const { file: next } of file.imports) {
        if (queued.has(next)) continue;
        queued.add(next);
        queue.push(next);
      }
    }
    return { files: this.#sort(queue), unreadCount: this.#unread.size };
  }

  #sort(files: readonly OpenFile[]): readonly LoadedFile[] {
    const byPath = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
    return sortDependencies<LoadedFile>(
      byPath,
      (file) => file.imports.map((edge) => edge.file),
      (cycle, closingIndex) => {
        const node = cycle.at(-1)?.imports[closingIndex]?.node;
        const names = cycle.map((file) => file.path);
        this.#report.add("import-cycle", node?.path.span, { cycle: cycleNames(names) }, cycleDetails(cycle, node));
      },
    );
  }

  #openEntry(entry: string): OpenFile | undefined {
    const location = locate(this.#host, this.#roots, this.#host.absolute(entry));
    if (location.kind === "found") return this.#open(location, undefined, entry);
    this.#unread.add(this.#host.absolute(entry));
    this.#reportUnreadable(entry, location, undefined);
    return undefined;
  }

  #followImports(file: OpenFile): void {
    const seen = new Set<OpenFile>();
    for (const node of file.syntax.imports) {
      const imported = this.#follow(file, node);
      if (imported === undefined) {
        file.hasLostImport = true;
        continue;
      }
      if (seen.has(imported)) {
        const first = file.imports.find((edge) => edge.file === imported)?.node.span;
        this.#report.add(
          "import-repeated",
          node.span,
          { path: node.path.value },
          {
            related: first === undefined ? [] : [{ span: first, message: "first imported here" }],
            fixes: [{ message: "remove the import", edits: [removal(node.span)] }],
          },
        );
      } else file.imports.push({ node, file: imported });
      seen.add(imported);
    }
  }

  #follow(importing: OpenFile, node: ImportNode): OpenFile | undefined {
    const { value: path, span } = node.path;
    const problem = importPathProblem(path);
    if (problem !== undefined) {
      this.#report.add("import-path-invalid", span, { path: JSON.stringify(path), reason: problem });
      return undefined;
    }
    if (!path.endsWith(".rpc")) {
      const reason = "does not end in `.rpc`, and nothing else is imported";
      this.#report.add(
        "import-path-invalid",
        span,
        { path: JSON.stringify(path), reason },
        this.#suggest(importing, path, span),
      );
      return undefined;
    }
    let location: Location = { kind: "missing" };
    for (const candidate of candidates(this.#roots, importing.located, path)) {
      const found = locate(this.#host, this.#roots, candidate);
      // What leads outside is not looked at, but another root may hold a file of this name.
      if (found.kind !== "missing" && location.kind !== "found") location = found;
      if (found.kind === "found") break;
    }
    if (location.kind !== "found") {
      this.#reportUnfollowed(importing, node, location);
      return undefined;
    }
    this.#checkSpelling(location, path, span);
    return this.#open(location, span, path);
  }

  #open(location: Located, span: Span | undefined, written: string): OpenFile | undefined {
    const known = this.#files.get(location.realPath);
    if (known !== undefined || this.#files.has(location.realPath)) return known;
    const file = this.#read(location, span, written);
    this.#files.set(location.realPath, file);
    if (file === undefined) {
      this.#unread.add(location.realPath);
      return undefined;
    }
    const twin = this.#byPath.get(file.path);
    if (twin !== undefined) this.#reportTwin(twin, file);
    this.#byPath.set(file.path, file);
    return file;
  }

  #read(location: Located, span: Span | undefined, written: string): OpenFile | undefined {
    const { realPath, path, isStandard } = location;
    const content = this.#host.read(realPath, sourceBytesMax);
    if (content.kind !== "bytes") {
      this.#reportContent(content, span, written);
      return undefined;
    }
    const shownPath = isStandard ? path : (pathInside(this.#host.workingDirectory, realPath) ?? realPath);
    const displayPath = this.#displayPrefix + shownPath;
    const { syntax, report } =
      this.#memory?.read(realPath, path, displayPath, content.bytes) ?? readSource(path, displayPath, content.bytes);
    this.#report.absorb(report);
    if (syntax === undefined) return undefined;
    const isIncomplete = report.hasErrors;
    return { path, realPath, isStandard, syntax, imports: [], hasLostImport: false, isIncomplete, located: location };
  }

  #reportContent(content: Exclude<FileContent, { kind: "bytes" }>, span: Span | undefined, path: string): void {
    switch (content.kind) {
      case "tooLarge":
        this.#report.add("file-too-large", span, { path, bytes: content.sizeBytes, bytesMax: sourceBytesMax });
        break;
      case "unreadable":
        this.#report.add("read-failed", span, { path, reason: content.reason });
        break;
      case "notAFile":
        this.#report.add("read-failed", span, { path, reason: "it is not a regular file" });
        break;
      case "missing":
        this.#report.add("read-failed", span, { path, reason: "there is no such file" });
        break;
    }
  }

  #reportUnfollowed(importing: OpenFile, node: ImportNode, location: Exclude<Location, Located>): void {
    const { value: path, span } = node.path;
    // Quotes of another kind were reported, and mended they may be read otherwise.
    if (span.source.text.charAt(span.start) !== '"') return;
    if (location.kind === "missing") {
      this.#report.add("import-not-found", span, { path: JSON.stringify(path) }, this.#suggest(importing, path, span));
    } else if (location.kind === "outside") {
      this.#report.add("import-path-invalid", span, {
        path: JSON.stringify(path),
        reason: "leads outside of the import roots",
      });
    } else {
      this.#reportUnreadable(path, location, span);
    }
  }

  /** The file that a misspelt import probably means. */
  #suggest(importing: OpenFile, path: string, span: Span): Details {
    const directories = [directoryOf(importing.realPath), ...this.#roots.map((root) => root.realPath)];
    const similar = suggestImports(this.#host, directories, path, importing.realPath);
    if (similar === undefined) return {};
    return {
      label: `did you mean "${similar}"?`,
      fixes: [{ message: `import "${similar}"`, edits: [{ span, text: JSON.stringify(similar) }] }],
    };
  }

  #reportUnreadable(path: string, location: Exclude<Location, Located>, span: Span | undefined): void {
    const reason =
      location.kind === "unusable"
        ? location.reason
        : location.kind === "missing"
          ? "there is no such file"
          : "a symbolic link leads outside of the import roots";
    this.#report.add("read-failed", span, { path, reason });
  }

  /** On disks that ignore case, an import may work here and nowhere else. */
  #checkSpelling(location: Located, path: string, span: Span): void {
    const written = path.split("/").filter((part) => part !== "." && part !== "..");
    const real = location.realPath.split("/").slice(-written.length);
    if (written.join("/") === real.join("/") || written.join("/").toLowerCase() !== real.join("/").toLowerCase())
      return;
    const right = path.slice(0, path.length - written.join("/").length) + real.join("/");
    this.#report.add(
      "import-path-invalid",
      span,
      { path: JSON.stringify(path), reason: "differs from the file's name in upper and lower case" },
      {
        label: `the file is "${right}"`,
        fixes: [{ message: `write "${right}"`, edits: [{ span, text: JSON.stringify(right) }] }],
      },
    );
  }

  #reportTwin(first: OpenFile, second: OpenFile): void {
    const [a, b] = [first.syntax.source.displayPath, second.syntax.source.displayPath].sort();
    this.#report.add("output-collision", undefined, { path: second.path, first: a ?? "", second: b ?? "" });
  }
}

/** What mends a circle of imports: in a file that imports itself it is certain. */
function cycleDetails(cycle: readonly LoadedFile[], closing: ImportNode | undefined): Details {
  if (cycle.length === 1) {
    const edits = closing === undefined ? [] : [removal(closing.span)];
    return { fixes: [{ message: "remove it: a file sees its own declarations", edits }] };
  }
  const names = cycle.map((file) => file.path);
  const spanOf = (index: number): Span | undefined =>
    cycle[index]?.imports.find((edge) => edge.file === cycle[index + 1])?.node.path.span;
  return {
    label: "this closes the circle",
    notes: ["move what both sides need into a file of its own, which both import"],
    related: cyclePlaces(names, "imports", spanOf),
  };
}
