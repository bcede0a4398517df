/** What the conversion of one `.proto` file keeps in hand: names, imports that turn out to be needed, and findings. */

import type { Report } from "../../report/report.js";
import type { Span } from "../../source/source-file.js";
import { rpcPath } from "../rpc-path.js";
import type { TypeNames } from "../type-names.js";
import type { ForeignName } from "../token-reader.js";
import { ownOptions } from "./own-options.js";
import type { OwnKind, OwnOptions } from "./own-options.js";
import type { ProtoOption } from "./proto-syntax.js";
import { packageOf, standardTypes } from "./proto-scope.js";
import type { LinkedFile, ProtoScope, ProtoSymbol } from "./proto-scope.js";

export interface ImportOptions {
  /** Keeps `google.protobuf.Timestamp` and `Duration` as messages with nanoseconds, instead of `timestamp` and `duration`. */
  readonly hasExactTimes: boolean;
}

/** What is known of all files of one run. */
export interface ProtoRun {
  readonly scope: ProtoScope;
  readonly typeNames: TypeNames;
  /** What each declaration is called in `.rpc`. */
  readonly names: ReadonlyMap<ProtoSymbol, string>;
  /** Packages by full `.rpc` name of their declarations: what a written name might mean instead. */
  readonly homes: ReadonlyMap<string, readonly LinkedFile[]>;
  /** What the package of a file is called in `.rpc`. */
  readonly packages: ReadonlyMap<string, string>;
  /** Aliases of files that were exported from `.rpc`, by full name. */
  readonly aliases: ReadonlyMap<string, OwnAlias>;
  /** Paths of all `.rpc` files that come out. */
  readonly paths: ReadonlySet<string>;
  readonly options: ImportOptions;
  readonly report: Report;
}

/** An alias that an export put into the options of its file. */
export interface OwnAlias {
  readonly name: string;
  readonly package: string;
  readonly file: LinkedFile;
  /** Whether it stands for one value, and no list or map. */
  readonly isSingle: boolean;
  readonly options: OwnOptions;
}

/** An alias as one file writes it. */
export interface WrittenAlias {
  readonly text: string;
  readonly isSingle: boolean;
  /** Annotations that fields have from it. */
  readonly passedOn: readonly string[];
}

/** What an alias says about every field that is written with it. */
const inherited = /^@(js|min|max|minLength|maxLength|pattern|items|unique|secret)\b/;

/** Findings of one kind about one thing are told once for a file, at the first place. */
interface Tally {
  readonly span: Span;
  readonly annotation: string;
  count: number;
}

export class Conversion {
  readonly run: ProtoRun;
  readonly file: LinkedFile;
  readonly package: string;
  /** Paths of the `.rpc` files that are needed. */
  readonly imports: Set<string> = new Set();
  /** First parts of the annotations that options became. */
  readonly namespaces: Set<string> = new Set();
  /** What an export said of the file; undefined for files that are none of ours. */
  readonly own: OwnOptions | undefined;
  readonly #options: Map<string, Tally> = new Map();
  /** The first enum that was closed, and how many there are. */
  #closed: Span | undefined;
  #closedCount = 0;

  constructor(run: ProtoRun, file: LinkedFile) {
    this.run = run;
    this.file = file;
    this.package = run.packages.get(packageOf(file)) ?? packageOf(file);
    const options = file.syntax.items.flatMap((item) => (item.kind === "option" ? [item.option] : []));
    this.own = ownOptions(options, "file", run.report);
  }

  /** What an export said of an element. */
  ownOptions(options: readonly ProtoOption[], kind: OwnKind): OwnOptions | undefined {
    return this.own === undefined ? undefined : ownOptions(options, kind, this.report);
  }

  get report(): Report {
    return this.run.report;
  }

  /** Notes that an option became a comment, or the annotation of this name. */
  tellOption(name: string, span: Span, annotation: string = ""): void {
    const key = `${name} ${annotation}`;
    const known = this.#options.get(key);
    if (known !== undefined) known.count += 1;
    else this.#options.set(key, { span, annotation, count: 1 });
  }

  /** Notes that an enum is closed where it was declared. */
  tellClosed(span: Span): void {
    this.#closed ??= span;
    this.#closedCount += 1;
  }

  /** Reports what was noted, each thing once. */
  finish(): void {
    if (this.#closed !== undefined) this.report.add("imported-closed-enum", this.#closed, { count: this.#closedCount });
    for (const [key, { span, annotation, count }] of this.#options) {
      const name = key.slice(0, key.indexOf(" "));
      if (annotation === "") this.report.add("imported-option", span, { name, count });
      else this.report.add("imported-annotation", span, { name, count, annotation: `@${annotation}` });
    }
  }

  /** The message or enum of a name; reported where there is none. `what` ends the sentence. */
  findType(name: ForeignName, scope: string, what: string): ProtoSymbol | undefined {
    const isType = ({ kind }: ProtoSymbol): boolean => kind === "message" || kind === "enum";
    const symbol = this.run.scope.find(name.text, scope, this.file, isType);
    if (symbol === undefined) this.report.add("imported-type-unknown", name.span, { type: name.text, what });
    return symbol;
  }

  /** How this file writes the name of a declaration; notes that its file has to be imported. */
  write(symbol: ProtoSymbol): string | undefined {
    if (symbol.file === undefined) {
      const path = standardTypes.get(symbol.fullName);
      if (path !== undefined && path !== this.file.path.replace(/\.proto$/, ".rpc")) this.imports.add(path);
      return this.#written("google.protobuf", symbol.fullName.slice("google.protobuf.".length), undefined);
    }
    const name = this.run.names.get(symbol);
    if (name === undefined) return undefined;
    const packageName = this.run.packages.get(symbol.package) ?? symbol.package;
    const written = this.#written(packageName, name, symbol.file);
    if (written !== undefined && symbol.file !== this.file) this.imports.add(rpcPath(symbol.file.path));
    return written;
  }

  /** How this file writes an alias, given its full name with a dot in front; undefined where there is none. */
  writeAlias(fullName: string): WrittenAlias | undefined {
    const alias = this.run.aliases.get(fullName.slice(1));
    if (alias === undefined) return undefined;
    const text = this.#written(alias.package, alias.name, alias.file);
    if (text !== undefined && alias.file !== this.file) this.imports.add(rpcPath(alias.file.path));
    if (text === undefined) return undefined;
    const passedOn = alias.options.annotations(new Set()).filter((annotation) => inherited.test(annotation));
    return { text, isSingle: alias.isSingle, passedOn };
  }

  /** The shortest spelling that means the declaration here and nothing else; undefined where every one means another. */
  #written(packageName: string, name: string, home: LinkedFile | undefined): string | undefined {
    if (packageName === this.package) return name;
    const parts = packageName === "" ? [] : packageName.split(".");
    const visible = this.run.scope.visibleFrom(this.file);
    const wanted = [...parts, name].join(".");
    for (let dropped = 0; dropped <= parts.length; dropped++) {
      const text = [...parts.slice(dropped), name].join(".");
      if (this.#meaning(text, visible, wanted, home)) return text;
    }
    return undefined;
  }

  /** Whether a spelling means the wanted declaration, looked up from this file's package outwards. */
  #meaning(text: string, visible: ReadonlySet<LinkedFile>, wanted: string, home: LinkedFile | undefined): boolean {
    for (let prefix = this.package; ; prefix = prefix.slice(0, Math.max(0, prefix.lastIndexOf(".")))) {
      const fullName = prefix === "" ? text : `${prefix}.${text}`;
      if (fullName === wanted) return true;
      if (this.run.homes.get(fullName)?.some((file) => file !== home && visible.has(file)) === true) return false;
      if (prefix === "") return false;
    }
  }
}
