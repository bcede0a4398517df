/** One file on its way through lowering: what it is written with, and what is known of it so far. */

import type { LoadedFile } from "../project/load.js";
import type { Declaration } from "../schema/schema.js";
import type { QualifiedName, TypeNode } from "../syntax/ast.js";
import { annotationsOf } from "./file-context.js";
import type { FileContext } from "./file-context.js";
import type { RememberedAlias, RememberedFile, RememberedService } from "./lowering-memory.js";

/** What becomes known of one file on the way. */
export interface FileProgress {
  readonly file: LoadedFile;
  readonly context: FileContext;
  /** Its earlier meaning, for as long as nothing speaks against it. */
  earlier: RememberedFile | undefined;
  /** Whether anything was found wrong, so that the file has to be looked at again next time. */
  isDirty: boolean;
  readonly aliases: Map<string, RememberedAlias>;
  readonly declarations: Map<string, Declaration>;
  readonly services: Map<string, RememberedService>;
}

/** What `@namespace` in front of the package says; whether it is said properly is checked with the file. */
export function namespacesOf(file: LoadedFile): ReadonlySet<string> {
  const declared = file.syntax.package?.annotations.filter((annotation) => annotation.name.text === "namespace") ?? [];
  return new Set(
    declared
      .flatMap((annotation) => annotation.args)
      .map((literal) => (literal.kind === "string" ? literal.value : "")),
  );
}

/** Checks the annotations in front of the package. */
export function checkPackage(context: FileContext): void {
  const { syntax } = context.file;
  if (syntax.package === undefined) return;
  for (const { annotation, argumentSpan } of annotationsOf(context, syntax.package, "package")) {
    const [name] = annotation.args;
    if (annotation.name !== "namespace") continue;
    if (name?.kind !== "string" || /^[A-Za-z_][A-Za-z0-9_]*$/.test(name.value)) continue;
    const reason = "takes one word of letters, digits and _";
    context.report.add("annotation-argument", argumentSpan, { name: annotation.name, reason });
  }
}

/** Every name in a written type. */
export function namesIn(type: TypeNode): readonly QualifiedName[] {
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
