/** What lowering keeps from one run to the next: the meaning of each file, with everything that it was decided by. */

import type { LoadedFile } from "../project/load.js";
import { FingerprintMemory } from "../schema/fingerprint.js";
import { Places } from "../schema/places.js";
import type {
  AliasSchema,
  Declaration,
  FileSchema,
  MessageSchema,
  MethodSchema,
  ServiceSchema,
} from "../schema/schema.js";
import type { DeclarationNode, FileSyntax, MethodNode } from "../syntax/ast.js";
import type { OwnService } from "./lower-service.js";
import type { Scope, ScopeTrace } from "./scope.js";
import type { DeclaredSymbol } from "./symbol-table.js";
import type { ResolvedType } from "./type-resolver.js";

/** An alias with the aliases that it was written with: it means the same for as long as they do. */
export interface RememberedAlias {
  readonly uses: readonly (ResolvedType | undefined)[];
  readonly schema: AliasSchema;
  readonly resolved: ResolvedType | undefined;
}

/** A service before inheritance, and the messages that its methods bring along. */
export interface RememberedService {
  readonly own: Omit<OwnService, "symbol" | "context">;
  readonly synthetic: readonly { readonly message: MessageSchema; readonly node: MethodNode }[];
}

/** The meaning of one file in which nothing was found wrong. */
export interface RememberedFile {
  readonly syntax: FileSyntax;
  /** Real paths of the files it imports. */
  readonly imports: readonly string[];
  /** Its declarations, but for those whose name was taken. */
  readonly nodes: readonly DeclarationNode[];
  readonly trace: ScopeTrace;
  readonly aliases: ReadonlyMap<string, RememberedAlias>;
  readonly declarations: ReadonlyMap<string, Declaration>;
  readonly services: ReadonlyMap<string, RememberedService>;
}

/** A finished service with what it was put together from. */
export interface RememberedJoin {
  readonly methods: OwnService["methods"];
  readonly inherited: readonly MethodSchema[];
  readonly base: string | undefined;
  readonly service: ServiceSchema;
}

/** Handed from one run to the next; without one, a run begins with an empty one. */
export class LoweringMemory {
  /** Places are kept by the objects they belong to, so one collection serves all runs. */
  readonly places: Places = new Places();
  readonly fingerprints: FingerprintMemory = new FingerprintMemory();
  files: ReadonlyMap<string, RememberedFile> = new Map();
  joins: ReadonlyMap<string, RememberedJoin> = new Map();
  schemas: ReadonlyMap<string, FileSchema> = new Map();

  /** The earlier meaning of a file, if its own text and what its names lead to are as they were. Aliases are not looked at. */
  candidate(file: LoadedFile, symbols: readonly DeclaredSymbol[], scope: Scope): RememberedFile | undefined {
    const known = this.files.get(file.realPath);
    if (known === undefined || known.syntax !== file.syntax) return undefined;
    const isSame =
      known.nodes.length === symbols.length &&
      known.nodes.every((node, index) => node === symbols[index]?.node) &&
      known.imports.length === file.imports.length &&
      known.imports.every((path, index) => path === file.imports[index]?.file.realPath);
    return isSame && scope.wouldAnswer(known.trace) ? known : undefined;
  }
}

/** The earlier schema of a file where the new one has the same things in it. */
export function sameFile(before: FileSchema | undefined, now: FileSchema): FileSchema {
  if (before === undefined) return now;
  const isSame =
    before.path === now.path &&
    before.package === now.package &&
    before.docs === now.docs &&
    before.isStandard === now.isStandard &&
    areSame(before.imports, now.imports) &&
    areSame(before.messages, now.messages) &&
    areSame(before.enums, now.enums) &&
    areSame(before.unions, now.unions) &&
    areSame(before.errors, now.errors) &&
    areSame(before.aliases, now.aliases) &&
    areSame(before.services, now.services);
  return isSame ? before : now;
}

export function areSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
