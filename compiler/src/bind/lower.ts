/** Turns what was written into what it means: the schema, and where each of its things stands. */

import type { LoadedFile } from "../project/load.js";
import { cycleNames, cyclePlaces, sortDependencies } from "../project/sort-dependencies.js";
import type { Report } from "../report/report.js";
import { createFingerprinter, type Fingerprinter } from "../schema/fingerprint.js";
import { freeze } from "../schema/freeze.js";
import type { Places } from "../schema/places.js";
import type {
  AliasSchema,
  Declaration,
  EnumSchema,
  ErrorSchema,
  FileSchema,
  MessageSchema,
  MethodSchema,
  Schema,
  ServiceSchema,
  UnionSchema,
} from "../schema/schema.js";
import type { Span } from "../source/source-file.js";
import type { AliasNode, DeclarationNode, Identifier, MethodNode, ServiceNode } from "../syntax/ast.js";
import { placeAnnotations } from "./file-context.js";
import type { FileContext } from "./file-context.js";
import { lowerAlias, lowerEnum, lowerError, lowerMessage, lowerUnion } from "./lower-declaration.js";
import { joinMethods, lowerService } from "./lower-service.js";
import type { OwnService } from "./lower-service.js";
import { areSame, LoweringMemory, sameFile } from "./lowering-memory.js";
import type { RememberedAlias, RememberedFile, RememberedJoin } from "./lowering-memory.js";
import { checkPackage, namesIn, namespacesOf } from "./file-progress.js";
import type { FileProgress } from "./file-progress.js";
import type { Resolution } from "./resolve.js";
import type { DeclaredSymbol } from "./symbol-table.js";
import { TypeResolver } from "./type-resolver.js";

/** A schema with the places of its things. */
export interface Lowered {
  readonly schema: Schema;
  readonly places: Places;
}

/**
 * Lowers a whole project. What is broken is reported once and left out; what refers to it is left out silently. With
 * the memory of an earlier run, what cannot have changed is taken from there, as the same objects.
 */
export function lower(
  resolution: Resolution,
  report: Report,
  memory: LoweringMemory = new LoweringMemory(),
  fingerprinter: Fingerprinter = createFingerprinter,
): Lowered {
  return new Lowering(resolution, report, memory, fingerprinter).lower();
}

/** One list for all services that inherit nothing, so that they are seen to inherit the same. */
const noMethods: readonly MethodSchema[] = [];

class Lowering {
  readonly #resolution: Resolution;
  readonly #report: Report;
  readonly #memory: LoweringMemory;
  readonly #places: Places;
  readonly #types: TypeResolver;
  readonly #progress: Map<LoadedFile, FileProgress> = new Map();
  readonly #declarations: Map<string, Declaration> = new Map();
  readonly #synthetic: Map<LoadedFile, MessageSchema[]> = new Map();
  readonly #syntheticOrigins: Map<string, MethodNode> = new Map();
  readonly #fingerprinter: Fingerprinter;
  /** Methods whose messages could not have their names. */
  readonly #refused: Set<MethodNode> = new Set();

  constructor(resolution: Resolution, report: Report, memory: LoweringMemory, fingerprinter: Fingerprinter) {
    this.#fingerprinter = fingerprinter;
    this.#resolution = resolution;
    this.#report = report;
    this.#memory = memory;
    this.#places = memory.places;
    this.#types = new TypeResolver(report);
    for (const [file, scope] of resolution.scopes) {
      const namespaces = namespacesOf(file);
      const context = { file, scope, namespaces, types: this.#types, places: this.#places, report };
      const earlier = memory.candidate(file, resolution.symbols.byFile.get(file) ?? [], scope);
      if (earlier !== undefined) scope.restore(earlier.trace);
      this.#progress.set(file, {
        file,
        context,
        earlier,
        isDirty: false,
        aliases: new Map(),
        declarations: new Map(),
        services: new Map(),
      });
    }
  }

  lower(): Lowered {
    this.#lowerAliases();
    for (const progress of this.#progress.values()) this.#checkAliases(progress);
    for (const symbol of this.#resolution.symbols.byFullName.values()) this.#lowerDeclaration(symbol);
    this.#lowerServices();
    const files = this.#resolution.project.files.map((file) => this.#lowerFile(file));
    for (const scope of this.#resolution.scopes.values()) scope.reportUnusedImports();
    this.#remember(files);
    return { schema: freeze({ files, declarations: this.#declarations }), places: this.#places };
  }

  /** An earlier meaning was decided by what aliases meant then. */
  #checkAliases(progress: FileProgress): void {
    for (const [fullName, meaning] of progress.earlier?.trace.aliases ?? []) {
      if (this.#types.alias(fullName) !== meaning) progress.earlier = undefined;
    }
  }

  #remember(files: readonly FileSchema[]): void {
    const remembered = new Map<string, RememberedFile>();
    for (const { file, context, isDirty, earlier, aliases, declarations, services } of this.#progress.values()) {
      const { trace } = context.scope;
      if (isDirty || trace.hasFailed) continue;
      if (earlier !== undefined) {
        remembered.set(file.realPath, aliases.size === 0 ? earlier : { ...earlier, aliases });
        continue;
      }
      const imports = file.imports.map((edge) => edge.file.realPath);
      const nodes = (this.#resolution.symbols.byFile.get(file) ?? []).map(({ node }) => node);
      const { syntax } = file;
      remembered.set(file.realPath, { syntax, imports, nodes, trace, aliases, declarations, services });
    }
    this.#memory.files = remembered;
    this.#memory.schemas = new Map(files.map((schema) => [schema.path, schema]));
    this.#memory.fingerprints.sweep();
  }

  /** Runs a step on one file and notes whether it had anything to say. */
  #watch<T>(progress: FileProgress, step: () => T): T {
    const offered = this.#report.offeredCount;
    const result = step();
    if (this.#report.offeredCount > offered) progress.isDirty = true;
    return result;
  }

  #progressOf(symbol: DeclaredSymbol): FileProgress {
    const progress = this.#progress.get(symbol.file);
    if (progress === undefined) throw new Error(`${symbol.fullName} belongs to no file of the project`);
    return progress;
  }

  #contextOf(symbol: DeclaredSymbol): FileContext {
    return this.#progressOf(symbol).context;
  }

  #symbolsOf<K extends DeclarationNode["kind"]>(
    kind: K,
  ): readonly DeclaredSymbol<Extract<DeclarationNode, { kind: K }>>[] {
    const all = [...this.#resolution.symbols.byFullName.values()];
    return all.filter(
      (symbol): symbol is DeclaredSymbol<Extract<DeclarationNode, { kind: K }>> => symbol.node.kind === kind,
    );
  }

  #lowerAliases(): void {
    const broken = new Set<DeclaredSymbol>();
    const sorted = sortDependencies<DeclaredSymbol<AliasNode>>(
      this.#symbolsOf("alias"),
      (symbol) => this.#aliasesIn(symbol),
      (cycle) => {
        for (const symbol of cycle) broken.add(symbol);
        const names = cycle.map((symbol) => symbol.name);
        const spanOf = (index: number): Span | undefined => this.#useOf(cycle[index], cycle[index + 1] ?? cycle[0]);
        const label = "an alias is only another name, and here nothing is named";
        const related = cyclePlaces(names, "stands for", spanOf);
        const closing = spanOf(cycle.length - 1);
        this.#report.add("alias-cycle", closing, { cycle: cycleNames(names) }, { label, related });
      },
    );
    for (const symbol of sorted) {
      if (!broken.has(symbol)) this.#lowerAlias(symbol);
    }
  }

  #lowerAlias(symbol: DeclaredSymbol<AliasNode>): void {
    const progress = this.#progressOf(symbol);
    const uses = this.#aliasesIn(symbol).map(({ fullName }) => this.#types.alias(fullName));
    const earlier = progress.earlier?.aliases.get(symbol.fullName);
    let alias: RememberedAlias;
    if (earlier !== undefined && areSame(earlier.uses, uses)) {
      alias = earlier;
      this.#types.restoreAlias(symbol.fullName, earlier.resolved);
    } else {
      const schema = this.#watch(progress, () => lowerAlias(symbol, progress.context));
      if (schema === undefined) return;
      alias = { uses, schema, resolved: this.#types.alias(symbol.fullName) };
    }
    progress.aliases.set(symbol.fullName, alias);
    this.#declarations.set(symbol.fullName, alias.schema);
  }

  /** The aliases that an alias is written with; names that mean nothing are reported when it is lowered. */
  #aliasesIn(symbol: DeclaredSymbol<AliasNode>): readonly DeclaredSymbol<AliasNode>[] {
    const { scope } = this.#contextOf(symbol);
    return namesIn(symbol.node.type)
      .map((name) => scope.peekType(name))
      .filter((found): found is DeclaredSymbol<AliasNode> => found?.node.kind === "alias");
  }

  /** Where an alias is written with another one. */
  #useOf(symbol: DeclaredSymbol<AliasNode> | undefined, used: DeclaredSymbol | undefined): Span | undefined {
    if (symbol === undefined) return undefined;
    const { scope } = this.#contextOf(symbol);
    return namesIn(symbol.node.type).find((name) => scope.peekType(name) === used)?.span;
  }

  #lowerDeclaration(symbol: DeclaredSymbol): void {
    const progress = this.#progressOf(symbol);
    const { earlier } = progress;
    const declaration =
      earlier === undefined
        ? this.#watch(progress, () => this.#meaningOf(symbol))
        : earlier.declarations.get(symbol.fullName);
    if (declaration === undefined) return;
    progress.declarations.set(symbol.fullName, declaration);
    this.#declarations.set(symbol.fullName, declaration);
  }

  #meaningOf(symbol: DeclaredSymbol): Declaration | undefined {
    const context = this.#contextOf(symbol);
    const { node } = symbol;
    switch (node.kind) {
      case "message":
        return lowerMessage({ ...symbol, node }, context);
      case "error":
        return lowerError({ ...symbol, node }, context);
      case "union":
        return lowerUnion({ ...symbol, node }, context);
      case "enum":
        return lowerEnum({ ...symbol, node }, context);
      case "alias":
      case "service":
        return undefined;
    }
  }

  #lowerServices(): void {
    const bases = new Map<DeclaredSymbol<ServiceNode>, DeclaredSymbol<ServiceNode>>();
    const services = this.#symbolsOf("service");
    for (const symbol of services) {
      const base = symbol.node.extends;
      if (base === undefined) continue;
      const progress = this.#progressOf(symbol);
      const found = this.#watch(progress, () => progress.context.scope.findService(base, symbol.node));
      if (found !== undefined) bases.set(symbol, found);
    }
    const sorted = sortDependencies<DeclaredSymbol<ServiceNode>>(
      services,
      (symbol) => {
        const base = bases.get(symbol);
        return base === undefined ? [] : [base];
      },
      (cycle) => {
        const last = cycle.at(-1);
        const names = cycle.map((one) => one.name);
        const related = cyclePlaces(names, "extends", (index) => cycle[index]?.node.extends?.span);
        const label = cycle.length === 1 ? "a service has its own methods already" : "this closes the circle";
        this.#report.add("extends-cycle", last?.node.extends?.span, { cycle: cycleNames(names) }, { label, related });
        if (last !== undefined) bases.delete(last);
      },
    );
    const own = new Map<string, OwnService>();
    for (const symbol of services) own.set(symbol.fullName, this.#ownService(symbol));
    const fingerprint = this.#fingerprinter(this.#declarations, this.#memory.fingerprints);
    const joins = new Map<string, RememberedJoin>();
    for (const symbol of sorted) {
      const lowered = own.get(symbol.fullName);
      if (lowered !== undefined) this.#finishService(lowered, bases.get(symbol)?.fullName, fingerprint, joins);
    }
    this.#memory.joins = joins;
  }

  /** A service without what it inherits. */
  #ownService(symbol: DeclaredSymbol<ServiceNode>): OwnService {
    const progress = this.#progressOf(symbol);
    const { context } = progress;
    const earlier = progress.earlier?.services.get(symbol.fullName);
    const isFree = earlier?.synthetic.every(({ message }) => this.#takerOf(message.fullName) === undefined);
    if (earlier !== undefined && isFree === true) {
      for (const { message, node } of earlier.synthetic) this.#register(message, node, context);
      return { ...earlier.own, symbol, context };
    }
    const synthetic: { message: MessageSchema; node: MethodNode }[] = [];
    const own = this.#watch(progress, () =>
      lowerService(symbol, context, (message, node) => {
        synthetic.push({ message, node });
        return this.#register(message, node, context);
      }),
    );
    // Names that were taken are taken by another file, and may be free again next time.
    if (earlier !== undefined) progress.isDirty = true;
    const { context: _, symbol: __, ...kept } = own;
    progress.services.set(symbol.fullName, { own: kept, synthetic });
    return own;
  }

  #finishService(
    own: OwnService,
    base: string | undefined,
    fingerprint: ReturnType<Fingerprinter>,
    joins: Map<string, RememberedJoin>,
  ): void {
    const inherited = base === undefined ? undefined : this.#declarations.get(base);
    const inheritedMethods = inherited?.kind === "service" ? inherited.methods : noMethods;
    const service = this.#join(own, base, inheritedMethods, fingerprint);
    this.#declarations.set(service.fullName, service);
    if (this.#progressOf(own.symbol).isDirty) return;
    joins.set(service.fullName, { methods: own.methods, inherited: inheritedMethods, base, service });
  }

  #join(
    own: OwnService,
    base: string | undefined,
    inherited: readonly MethodSchema[],
    fingerprint: ReturnType<Fingerprinter>,
  ): ServiceSchema {
    const { fullName } = own.schema;
    const known = this.#memory.joins.get(fullName);
    if (known?.methods === own.methods && known.base === base && known.inherited === inherited) {
      if (fingerprint(known.service) === known.service.fingerprint) return known.service;
    }
    const progress = this.#progressOf(own.symbol);
    const methods = this.#watch(progress, () => joinMethods(own, inherited));
    const print = fingerprint({ fullName, methods });
    const service: ServiceSchema = { ...own.schema, extends: base, methods, fingerprint: print };
    const { name, extends: baseName } = own.symbol.node;
    this.#places.set(service, "name", name.span);
    if (baseName !== undefined) this.#places.set(service, "extends", baseName.span);
    placeAnnotations(this.#places, service, own.annotations);
    return service;
  }

  /** What has a name that a synthesised message should have. */
  #takerOf(fullName: string): { readonly name: Identifier; readonly isDeclared: boolean } | undefined {
    const declared = this.#resolution.symbols.byFullName.get(fullName);
    if (declared !== undefined) return { name: declared.node.name, isDeclared: true };
    const other = this.#syntheticOrigins.get(fullName);
    return other === undefined ? undefined : { name: other.name, isDeclared: false };
  }

  readonly #register = (message: MessageSchema, node: MethodNode, context: FileContext): boolean => {
    const taken = this.#takerOf(message.fullName);
    if (taken !== undefined) {
      // A method has two such messages, and one finding tells of both.
      if (this.#refused.has(node)) return false;
      this.#refused.add(node);
      this.#report.add(
        "synthetic-name-taken",
        node.name.span,
        { name: message.name, method: node.name.text },
        {
          related: [{ span: taken.name.span, message: taken.isDeclared ? "declared here" : "for this method too" }],
        },
      );
      return false;
    }
    this.#syntheticOrigins.set(message.fullName, node);
    this.#declarations.set(message.fullName, message);
    const own = this.#synthetic.get(context.file);
    if (own === undefined) this.#synthetic.set(context.file, [message]);
    else own.push(message);
    return true;
  };

  #lowerFile(file: LoadedFile): FileSchema {
    const progress = this.#progress.get(file);
    if (progress !== undefined) checkPackage(progress.context);
    const own = (this.#resolution.symbols.byFile.get(file) ?? [])
      .map((symbol) => this.#declarations.get(symbol.fullName))
      .filter((declaration) => declaration !== undefined);
    const schema: FileSchema = {
      path: file.path,
      package: file.syntax.package?.name.text ?? "",
      docs: file.syntax.package?.docs ?? "",
      imports: file.imports.map((edge) => edge.file.path),
      isStandard: file.isStandard,
      messages: [
        ...own.filter((one): one is MessageSchema => one.kind === "message"),
        ...(this.#synthetic.get(file) ?? []),
      ],
      enums: own.filter((one): one is EnumSchema => one.kind === "enum"),
      unions: own.filter((one): one is UnionSchema => one.kind === "union"),
      errors: own.filter((one): one is ErrorSchema => one.kind === "error"),
      aliases: own.filter((one): one is AliasSchema => one.kind === "alias"),
      services: own.filter((one): one is ServiceSchema => one.kind === "service"),
    };
    const { source, package: packageNode } = file.syntax;
    const same = sameFile(this.#memory.schemas.get(file.path), schema);
    this.#places.set(same, "name", packageNode?.name.span ?? { source, start: 0, end: 0 });
    return same;
  }
}
