/** Turns what was written into what it means: the schema, and where each of its things stands. */

import type { LoadedFile } from "../project/load.js";
import { cycleNames, sortDependencies } from "../project/sort-dependencies.js";
import type { Report } from "../report/report.js";
import { createFingerprinter } from "../schema/fingerprint.js";
import { freeze } from "../schema/freeze.js";
import { Places } from "../schema/places.js";
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
import type { AliasNode, DeclarationNode, MethodNode, QualifiedName, ServiceNode, TypeNode } from "../syntax/ast.js";
import { annotationsOf, placeAnnotations } from "./file-context.js";
import type { FileContext } from "./file-context.js";
import { lowerAlias, lowerEnum, lowerError, lowerMessage, lowerUnion } from "./lower-declaration.js";
import { joinMethods, lowerService } from "./lower-service.js";
import type { OwnService } from "./lower-service.js";
import type { Resolution } from "./resolve.js";
import type { DeclaredSymbol } from "./symbol-table.js";
import { TypeResolver } from "./type-resolver.js";

/** A schema with the places of its things. */
export interface Lowered {
  readonly schema: Schema;
  readonly places: Places;
}

/** Lowers a whole project. What is broken is reported once and left out; what refers to it is left out silently. */
export function lower(resolution: Resolution, report: Report): Lowered {
  return new Lowering(resolution, report).lower();
}

class Lowering {
  readonly #resolution: Resolution;
  readonly #report: Report;
  readonly #places: Places = new Places();
  readonly #contexts: Map<LoadedFile, FileContext> = new Map();
  readonly #declarations: Map<string, Declaration> = new Map();
  readonly #synthetic: Map<LoadedFile, MessageSchema[]> = new Map();
  readonly #syntheticOrigins: Map<string, MethodNode> = new Map();
  /** Methods whose messages could not have their names. */
  readonly #refused: Set<MethodNode> = new Set();

  constructor(resolution: Resolution, report: Report) {
    this.#resolution = resolution;
    this.#report = report;
    const types = new TypeResolver(report);
    for (const [file, scope] of resolution.scopes) {
      const namespaces = this.#namespacesOf(file);
      this.#contexts.set(file, { file, scope, namespaces, types, places: this.#places, report });
    }
  }

  lower(): Lowered {
    this.#lowerAliases();
    for (const symbol of this.#resolution.symbols.byFullName.values()) this.#lowerDeclaration(symbol);
    this.#lowerServices();
    const files = this.#resolution.project.files.map((file) => this.#lowerFile(file));
    for (const scope of this.#resolution.scopes.values()) scope.reportUnusedImports();
    return { schema: freeze({ files, declarations: this.#declarations }), places: this.#places };
  }

  /** What `@namespace` in front of the package says; whether it is said properly is checked with the file. */
  #namespacesOf(file: LoadedFile): ReadonlySet<string> {
    const declared =
      file.syntax.package?.annotations.filter((annotation) => annotation.name.text === "namespace") ?? [];
    return new Set(
      declared
        .flatMap((annotation) => annotation.args)
        .map((literal) => (literal.kind === "string" ? literal.value : "")),
    );
  }

  #checkPackage(file: LoadedFile): void {
    const context = this.#contexts.get(file);
    if (context === undefined || file.syntax.package === undefined) return;
    for (const { annotation, argumentSpan } of annotationsOf(context, file.syntax.package, "package")) {
      const [name] = annotation.args;
      if (name?.kind !== "string" || /^[A-Za-z_][A-Za-z0-9_]*$/.test(name.value)) continue;
      const reason = "takes one word of letters, digits and _";
      this.#report.add("annotation-argument", argumentSpan, { name: annotation.name, reason });
    }
  }

  #contextOf(symbol: DeclaredSymbol): FileContext {
    const context = this.#contexts.get(symbol.file);
    if (context === undefined) throw new Error(`${symbol.fullName} belongs to no file of the project`);
    return context;
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
        const last = cycle.at(-1);
        this.#report.add("alias-cycle", last?.node.type.span, {
          cycle: cycleNames(cycle.map((symbol) => symbol.name)),
        });
      },
    );
    for (const symbol of sorted) {
      if (broken.has(symbol)) continue;
      const alias = lowerAlias(symbol, this.#contextOf(symbol));
      if (alias !== undefined) this.#declarations.set(alias.fullName, alias);
    }
  }

  /** The aliases that an alias is written with; names that mean nothing are reported when it is lowered. */
  #aliasesIn(symbol: DeclaredSymbol<AliasNode>): readonly DeclaredSymbol<AliasNode>[] {
    const { scope } = this.#contextOf(symbol);
    return namesIn(symbol.node.type)
      .map((name) => scope.peekType(name))
      .filter((found): found is DeclaredSymbol<AliasNode> => found?.node.kind === "alias");
  }

  #lowerDeclaration(symbol: DeclaredSymbol): void {
    const declaration = this.#meaningOf(symbol);
    if (declaration !== undefined) this.#declarations.set(symbol.fullName, declaration);
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
      const found = base === undefined ? undefined : this.#contextOf(symbol).scope.findService(base, symbol.node);
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
        this.#report.add("extends-cycle", last?.node.extends?.span, {
          cycle: cycleNames(cycle.map((one) => one.name)),
        });
        if (last !== undefined) bases.delete(last);
      },
    );
    const own = new Map<string, OwnService>();
    for (const symbol of services) {
      own.set(symbol.fullName, lowerService(symbol, this.#contextOf(symbol), this.#register));
    }
    const fingerprint = createFingerprinter(this.#declarations);
    for (const symbol of sorted) {
      const lowered = own.get(symbol.fullName);
      if (lowered !== undefined) this.#finishService(lowered, bases.get(symbol)?.fullName, fingerprint);
    }
  }

  #finishService(
    own: OwnService,
    base: string | undefined,
    fingerprint: (service: { fullName: string; methods: readonly MethodSchema[] }) => string,
  ): void {
    const inherited = base === undefined ? undefined : this.#declarations.get(base);
    const methods = joinMethods(own, inherited?.kind === "service" ? inherited.methods : []);
    const service: ServiceSchema = {
      ...own.schema,
      extends: base,
      methods,
      fingerprint: fingerprint({ fullName: own.schema.fullName, methods }),
    };
    const { name, extends: baseName } = own.symbol.node;
    this.#places.set(service, "name", name.span);
    if (baseName !== undefined) this.#places.set(service, "extends", baseName.span);
    placeAnnotations(this.#places, service, own.annotations);
    this.#declarations.set(service.fullName, service);
  }

  readonly #register = (message: MessageSchema, node: MethodNode, context: FileContext): boolean => {
    const declared = this.#resolution.symbols.byFullName.get(message.fullName);
    const other = this.#syntheticOrigins.get(message.fullName);
    const taken = declared?.node.name ?? other?.name;
    if (taken !== undefined) {
      // A method has two such messages, and one finding tells of both.
      if (this.#refused.has(node)) return false;
      this.#refused.add(node);
      this.#report.add(
        "synthetic-name-taken",
        node.name.span,
        { name: message.name, method: node.name.text },
        {
          related: [{ span: taken.span, message: declared === undefined ? "for this method too" : "declared here" }],
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
    this.#checkPackage(file);
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
    this.#places.set(schema, "name", packageNode?.name.span ?? { source, start: 0, end: 0 });
    return schema;
  }
}

/** Every name in a written type. */
function namesIn(type: TypeNode): readonly QualifiedName[] {
  switch (type.kind) {
    case "named":
      return [type.name];
    case "list":
      return namesIn(type.element);
    case "map":
      return [...namesIn(type.key), ...namesIn(type.value)];
    case "union":
    case "missing":
      return [];
  }
}
