/** What names mean in one file: its own package, and the packages of the files it imports itself. */

import type { LoadedFile } from "../project/load.js";
import { directoryOf, pathInside, relativePath } from "../project/logical-path.js";
import { didYouMean } from "../report/did-you-mean.js";
import { removal } from "../report/removal.js";
import type { Details, Report } from "../report/report.js";
import { positionAt } from "../source/source-file.js";
import type { Span } from "../source/source-file.js";
import type {
  AliasNode,
  DeclarationNode,
  EnumNode,
  ErrorNode,
  MessageNode,
  QualifiedName,
  ServiceNode,
  UnionNode,
} from "../syntax/ast.js";
import { probableScalar } from "../syntax/foreign-type.js";
import { allBuiltinNames, isBuiltinTypeName } from "./built-in-names.js";
import type { DeclaredSymbol, SymbolTable } from "./symbol-table.js";
import { packageOf, qualify } from "./symbol-table.js";

type TypeDeclaration = MessageNode | EnumNode | UnionNode | AliasNode;

/** What a place asks for: fields take types, `throws` takes errors, `extends` takes a service. */
interface Wanted {
  readonly fits: (symbol: DeclaredSymbol) => boolean;
  readonly phrase: string;
  readonly unknownCode: "unknown-type" | "unknown-error" | "unknown-service";
}

/** What a place asks for, with the declarations that it gets. */
interface WantedNode<N extends DeclarationNode> extends Wanted {
  readonly fits: (symbol: DeclaredSymbol) => symbol is DeclaredSymbol<N>;
}

const wantedType: WantedNode<TypeDeclaration> = {
  fits: (symbol): symbol is DeclaredSymbol<TypeDeclaration> =>
    symbol.node.kind !== "error" && symbol.node.kind !== "service",
  phrase: "a type",
  unknownCode: "unknown-type",
};
const wantedError: WantedNode<ErrorNode> = {
  fits: (symbol): symbol is DeclaredSymbol<ErrorNode> => symbol.node.kind === "error",
  phrase: "an error",
  unknownCode: "unknown-error",
};
const wantedService: WantedNode<ServiceNode> = {
  fits: (symbol): symbol is DeclaredSymbol<ServiceNode> => symbol.node.kind === "service",
  phrase: "a service",
  unknownCode: "unknown-service",
};

/** What a scope was asked and what it answered, in a form that outlives the run. */
export interface ScopeTrace {
  /** By full name: what was found there, "" where nothing was. */
  readonly answers: ReadonlyMap<string, string>;
  /** By full name: what aliases meant. */
  readonly aliases: ReadonlyMap<string, object | undefined>;
  /** Real paths of the files in which something was found. */
  readonly used: ReadonlySet<string>;
  /** Whether a name meant nothing: what is then said depends on more than the answers. */
  readonly hasFailed: boolean;
}

/** Up to this many names are told where none is spelt like the one that is unknown. */
const choiceCountMax = 4;

/** The places at which names of declarations stand. */
export type WantedKind = "type" | "error" | "service";

const wantedKinds: Readonly<Record<WantedKind, Wanted>> = {
  type: wantedType,
  error: wantedError,
  service: wantedService,
};

/** Looks names up for one file, reports those that mean nothing, and remembers which imports were needed. */
export class Scope {
  readonly file: LoadedFile;
  readonly packageName: string;
  readonly #table: SymbolTable;
  readonly #report: Report;
  readonly #visible: Set<LoadedFile>;
  #suggestionsLeft = 100;
  /** Real paths of the files that were needed. */
  readonly #used: Set<string> = new Set();
  readonly #answers: Map<string, string> = new Map();
  readonly #aliases: Map<string, object | undefined> = new Map();
  #hasFailed = false;

  constructor(file: LoadedFile, table: SymbolTable, report: Report) {
    this.file = file;
    this.packageName = packageOf(file);
    this.#table = table;
    this.#report = report;
    this.#visible = new Set([file, ...file.imports.map((edge) => edge.file)]);
  }

  /** The message, enum, union or alias of this name; reported and undefined where there is none. */
  findType(name: QualifiedName): DeclaredSymbol<TypeDeclaration> | undefined {
    return this.#find(name, wantedType);
  }

  /** Like `findType`, but says nothing and counts for nothing. */
  peekType(name: QualifiedName): DeclaredSymbol | undefined {
    return this.peek(name, "type");
  }

  /** What a name means where something of this kind is asked for; says nothing and counts for nothing. */
  peek(name: QualifiedName, kind: WantedKind): DeclaredSymbol | undefined {
    if (kind === "type" && name.parts.length === 1 && isBuiltinTypeName(name.text)) return undefined;
    for (const fullName of this.#meanings(name.text)) {
      const symbol = this.#table.byFullName.get(fullName);
      if (symbol !== undefined && this.#visible.has(symbol.file) && wantedKinds[kind].fits(symbol)) return symbol;
    }
    return undefined;
  }

  /** Every declaration of the project that fits a kind of place, imported or not. */
  candidates(kind: WantedKind): readonly DeclaredSymbol[] {
    return [...this.#table.byFullName.values()].filter((symbol) => wantedKinds[kind].fits(symbol));
  }

  /** Whether the declarations of another file mean something in this one. */
  sees(file: LoadedFile): boolean {
    return this.#visible.has(file);
  }

  /** The error of this name; reported and undefined where there is none. */
  findError(name: QualifiedName): DeclaredSymbol<ErrorNode> | undefined {
    return this.#find(name, wantedError);
  }

  /** The service of this name, which is never proposed to be the extending one itself; reported and undefined where there is none. */
  findService(name: QualifiedName, extending?: ServiceNode): DeclaredSymbol<ServiceNode> | undefined {
    return this.#find(name, wantedService, extending);
  }

  /** Notes what an alias meant when it was asked for here. */
  noteAlias(fullName: string, meaning: object | undefined): void {
    this.#aliases.set(fullName, meaning);
  }

  get trace(): ScopeTrace {
    return { answers: this.#answers, aliases: this.#aliases, used: this.#used, hasFailed: this.#hasFailed };
  }

  /** Whether the names of an earlier trace lead where they led; `restore` then stands for asking again. */
  wouldAnswer({ answers }: ScopeTrace): boolean {
    for (const [fullName, answer] of answers) {
      if (answerOf(this.#table.byFullName.get(fullName)) !== answer) return false;
    }
    return true;
  }

  restore({ answers, aliases, used }: ScopeTrace): void {
    for (const [fullName, answer] of answers) this.#answers.set(fullName, answer);
    for (const [fullName, meaning] of aliases) this.#aliases.set(fullName, meaning);
    for (const path of used) this.#used.add(path);
  }

  /** Warns of imports that nothing needed. While anything is wrong, an import may be there for what could not be read. */
  reportUnusedImports(): void {
    if (this.#report.hasErrors) return;
    for (const { node, file } of this.file.imports) {
      if (this.#used.has(file.realPath)) continue;
      this.#report.add(
        "import-unused",
        node.path.span,
        { path: node.path.value },
        { fixes: [{ message: "remove the import", edits: [removal(node.span)] }] },
      );
    }
  }

  #find<N extends DeclarationNode>(
    name: QualifiedName,
    wanted: WantedNode<N>,
    except?: DeclarationNode,
  ): DeclaredSymbol<N> | undefined {
    let hidden: DeclaredSymbol | undefined;
    let misfit: DeclaredSymbol | undefined;
    for (const fullName of this.#meanings(name.text)) {
      const symbol = this.#table.byFullName.get(fullName);
      this.#answers.set(fullName, answerOf(symbol));
      if (symbol === undefined) continue;
      if (!this.#visible.has(symbol.file)) hidden ??= wanted.fits(symbol) ? symbol : undefined;
      else {
        this.#used.add(symbol.file.realPath);
        if (wanted.fits(symbol)) return symbol;
        misfit ??= symbol;
      }
    }
    this.#hasFailed = true;
    if (misfit !== undefined) this.#reportMisfit(name, misfit, wanted);
    else if (hidden !== undefined) this.#reportHidden(name, hidden);
    else this.#reportUnknown(name, wanted, except);
    return undefined;
  }

  /** Full names that a written name may mean, from the file's own package outwards. */
  *#meanings(text: string): Generator<string> {
    let prefix = this.packageName;
    while (prefix !== "") {
      yield qualify(prefix, text);
      const dot = prefix.lastIndexOf(".");
      prefix = dot < 0 ? "" : prefix.slice(0, dot);
    }
    yield text;
  }

  #reportMisfit(name: QualifiedName, symbol: DeclaredSymbol, wanted: Wanted): void {
    const found = symbol.node.kind === "enum" || symbol.node.kind === "error" ? "an" : "a";
    const kind = symbol.node.kind === "alias" ? "type" : symbol.node.kind;
    this.#report.add(
      "wrong-kind",
      name.span,
      { name: name.text, found: `${found} ${kind}`, wanted: wanted.phrase },
      {
        related: [{ span: symbol.node.name.span, message: `\`${symbol.name}\` is declared here` }],
      },
    );
  }

  #reportHidden(name: QualifiedName, symbol: DeclaredSymbol): void {
    const path = this.importPathOf(symbol.file);
    this.#report.add(
      "not-imported",
      name.span,
      { name: name.text, path: symbol.file.syntax.source.displayPath },
      {
        label: `add \`import "${path}"\``,
        notes: ["a file sees the declarations of the files that it imports itself, not those that they import"],
        related: [{ span: symbol.node.name.span, message: `\`${symbol.name}\` is declared here` }],
        fixes: [this.importFix(path)],
      },
    );
  }

  #reportUnknown(name: QualifiedName, wanted: Wanted, except: DeclarationNode | undefined): void {
    const suggestion = this.#suggest(name, wanted, except);
    // What a broken file or import would have declared is not known, and that it is broken was said.
    if (suggestion === undefined && this.#mayBeDeclared(name)) return;
    this.#report.add(wanted.unknownCode, name.span, { name: name.text }, suggestion ?? this.#choice(wanted, except));
  }

  /** What could be named instead, where that is little and nothing is spelt alike. */
  #choice(wanted: Wanted, except: DeclarationNode | undefined): Details {
    if (wanted === wantedType || this.#suggestionsLeft <= 0) return {};
    const symbols = [...this.#table.byFullName.values()];
    const fitting = symbols.filter((one) => wanted.fits(one) && this.#visible.has(one.file) && one.node !== except);
    if (fitting.length === 0 || fitting.length > choiceCountMax) return {};
    return {
      label: `there ${fitting.length === 1 ? "is" : "are"} ${fitting.map((one) => `\`${this.written(one)}\``).join(", ")}`,
    };
  }

  /** Whether the name may be declared where nothing could be read: by an import, or behind a word that is no keyword. */
  #mayBeDeclared(name: QualifiedName): boolean {
    if (this.file.hasLostImport) return true;
    const broken = [this.file, ...this.file.imports.map((edge) => edge.file)].filter((file) => file.isIncomplete);
    if (broken.length === 0) return false;
    const last = name.parts.at(-1)?.text ?? "";
    // Beyond the hundredth, as with suggestions, nobody reads on, and each look at a text takes time.
    if (this.#suggestionsLeft <= 0 || !/^\w+$/.test(last)) return true;
    const declared = new RegExp(`^[ \\t]*(?:[A-Za-z_]\\w*[ \\t]+)+${last}[ \\t]*(?:[{=\\n]|$)`, "m");
    return broken.some((file) => declared.test(file.syntax.source.text));
  }

  #suggest(name: QualifiedName, wanted: Wanted, except: DeclarationNode | undefined): Details | undefined {
    // Looking through all names for each of thousands of unknown ones would take long, and nobody reads that many.
    if (this.#suggestionsLeft-- <= 0) return undefined;
    const visible: DeclaredSymbol[] = [];
    const hidden: DeclaredSymbol[] = [];
    for (const symbol of this.#table.byFullName.values()) {
      if (!wanted.fits(symbol) || symbol.node === except) continue;
      (this.#visible.has(symbol.file) ? visible : hidden).push(symbol);
    }
    const near =
      (wanted === wantedType ? this.#meantBuiltin(name, visible) : undefined) ??
      this.#nearest(name, visible) ??
      (wanted === wantedType ? this.#nearestBuiltin(name) : undefined) ??
      this.#nearest(name, hidden);
    if (near === undefined) return undefined;
    if (typeof near === "string") return replacement(name.span, near);
    const details = replacement(name.span, this.written(near));
    const position = near.file === this.file ? [] : [`\`${near.name}\` is declared in ${placeOf(near)}`];
    if (this.#visible.has(near.file)) return { ...details, notes: position };
    const path = this.importPathOf(near.file);
    const edits = [...(details.fixes?.[0]?.edits ?? []), ...this.importFix(path).edits];
    return {
      ...details,
      notes: [...position, `it has to be imported first: \`import "${path}"\``],
      fixes: [{ message: `write \`${this.written(near)}\` and import "${path}"`, edits }],
    };
  }

  /** The declaration that is spelt most like `name`: of the same last part first, then by letters. */
  #nearest(name: QualifiedName, symbols: readonly DeclaredSymbol[]): DeclaredSymbol | undefined {
    const last = name.parts.at(-1)?.text ?? name.text;
    const sameLast = symbols.filter((symbol) => symbol.name === last);
    if (sameLast.length === 1) return sameLast[0];
    if (sameLast.length > 1) {
      const nearest = didYouMean(
        name.text,
        sameLast.map((symbol) => symbol.fullName),
      );
      return sameLast.find((symbol) => symbol.fullName === nearest) ?? sameLast[0];
    }
    const siblings = this.#siblings(name, symbols);
    const sibling = didYouMean(last, siblings.keys());
    if (sibling !== undefined) return siblings.get(sibling);
    const byWriting = new Map<string, DeclaredSymbol>();
    for (const symbol of symbols) {
      byWriting.set(this.written(symbol), symbol);
      if (name.parts.length === 1) byWriting.set(symbol.name, symbol);
    }
    const nearest = didYouMean(name.text, byWriting.keys());
    return nearest === undefined ? undefined : byWriting.get(nearest);
  }

  /** Declarations of the package that a qualified name seems to mean, by their names. */
  #siblings(name: QualifiedName, symbols: readonly DeclaredSymbol[]): ReadonlyMap<string, DeclaredSymbol> {
    const qualifier = name.text.slice(0, Math.max(0, name.text.lastIndexOf(".")));
    if (qualifier === "") return new Map();
    const siblings = symbols.filter((one) => one.package === qualifier || one.package.endsWith(`.${qualifier}`));
    return new Map(siblings.map((symbol) => [symbol.name, symbol]));
  }

  /** The built-in type that has this name in other languages, unless a declaration differs from it in case alone. */
  #meantBuiltin(name: QualifiedName, visible: readonly DeclaredSymbol[]): string | undefined {
    if (name.parts.length > 1) return undefined;
    const lower = name.text.toLowerCase();
    return visible.some((symbol) => symbol.name.toLowerCase() === lower) ? undefined : probableScalar(name.text);
  }

  #nearestBuiltin(name: QualifiedName): string | undefined {
    return name.parts.length === 1 ? didYouMean(name.text, allBuiltinNames) : undefined;
  }

  /** How this file would write the name of a declaration. */
  written(symbol: DeclaredSymbol): string {
    return symbol.package === this.packageName ? symbol.name : symbol.fullName;
  }

  /** What an import of another file would say here. */
  importPathOf(file: LoadedFile): string {
    if (file.isStandard) return file.path;
    const directory = directoryOf(this.file.realPath);
    const beside = pathInside(directory, file.realPath);
    if (beside !== undefined) return beside;
    // A file under another root is found by its logical path; one further up under the same root by climbing.
    const rootDepth = this.file.path.split("/").length - 1;
    const climbing = relativePath(directory, file.realPath);
    const climbs = climbing.split("/").filter((part) => part === "..").length;
    return climbs <= rootDepth ? climbing : file.path;
  }

  /** The edit that adds an import. */
  importFix(path: string): { message: string; edits: { span: Span; text: string }[] } {
    const { syntax } = this.file;
    const before = syntax.imports.at(-1) ?? syntax.package;
    const text = `import ${JSON.stringify(path)}`;
    const at = before?.span.end ?? 0;
    const span: Span = { source: syntax.source, start: at, end: at };
    return {
      message: `add \`${text}\``,
      edits: [{ span, text: before === undefined ? `${text}\n` : `\n${text}` }],
    };
  }
}

/** Everything of a declaration that matters to those who only refer to it; what an alias means is noted apart. */
function answerOf(symbol: DeclaredSymbol | undefined): string {
  return symbol === undefined ? "" : `${symbol.node.kind} ${symbol.file.realPath}`;
}

function placeOf(symbol: DeclaredSymbol): string {
  const { source, start } = symbol.node.name.span;
  const { line, column } = positionAt(source, start);
  return `${source.displayPath}:${line}:${column}`;
}

function replacement(span: Span, text: string): Details {
  return {
    label: `did you mean \`${text}\`?`,
    fixes: [{ message: `write \`${text}\``, edits: [{ span, text }] }],
  };
}
