/** What lowering one file works with. */

import type { LoadedFile } from "../project/load.js";
import type { Report } from "../report/report.js";
import type { Annotation, Described } from "../schema/schema.js";
import type { Places } from "../schema/places.js";
import { positionAt } from "../source/source-file.js";
import type { Decorated, Identifier } from "../syntax/ast.js";
import type { Target } from "./annotation-catalog.js";
import { checkAnnotations } from "./annotations.js";
import type { PlacedAnnotation } from "./annotations.js";
import type { Scope } from "./scope.js";
import type { TypeResolver } from "./type-resolver.js";

export interface FileContext {
  readonly file: LoadedFile;
  readonly scope: Scope;
  /** Namespaces whose annotations may be used in this file. */
  readonly namespaces: ReadonlySet<string>;
  readonly types: TypeResolver;
  readonly places: Places;
  readonly report: Report;
}

/** The checked annotations of one thing. */
export function annotationsOf(context: FileContext, node: Decorated, target: Target): readonly PlacedAnnotation[] {
  return checkAnnotations(node.annotations, target, context.namespaces, context.report);
}

/** What every named thing of the schema carries. */
export function describe(name: Identifier, docs: string, placed: readonly PlacedAnnotation[]): Described {
  const annotations = placed.map((one) => one.annotation);
  const { line, column } = positionAt(name.span.source, name.span.start);
  return { name: name.text, docs, deprecated: deprecation(annotations), annotations, line, column };
}

/** Notes where a thing and its annotations stand, and gives it back. */
export function placed<T extends Described>(
  context: FileContext,
  thing: T,
  name: Identifier,
  annotations: readonly PlacedAnnotation[],
): T {
  context.places.set(thing, "name", name.span);
  placeAnnotations(context.places, thing, annotations);
  return thing;
}

/** Notes where the annotations of a thing stand. */
export function placeAnnotations(places: Places, thing: object, annotations: readonly PlacedAnnotation[]): void {
  for (const [index, { span, argumentSpan }] of annotations.entries()) {
    places.setItem(thing, "annotation", index, span);
    places.setItem(thing, "argument", index, argumentSpan);
  }
}

/** The annotation of this name, undefined where there is none. */
export function findAnnotation(annotations: readonly Annotation[], name: string): Annotation | undefined {
  return annotations.find((annotation) => annotation.name === name);
}

/** The text of the first argument of an annotation, undefined where there is no such annotation or argument. */
export function annotationText(annotations: readonly Annotation[], name: string): string | undefined {
  const first = findAnnotation(annotations, name)?.args[0];
  return first?.kind === "string" || first?.kind === "name" ? first.value : undefined;
}

function deprecation(annotations: readonly Annotation[]): string | undefined {
  return findAnnotation(annotations, "deprecated") === undefined
    ? undefined
    : (annotationText(annotations, "deprecated") ?? "");
}

/** Keeps the first of each name and reports the others. */
export function withoutDuplicates<T extends { readonly name: Identifier }>(
  nodes: readonly T[],
  kind: string,
  owner: string,
  context: FileContext,
  taken: Map<string, Identifier> = new Map(),
  notes: readonly string[] = [],
): readonly T[] {
  return nodes.filter(({ name }) => {
    // A name that is missing was reported where it is missing.
    if (name.text === "") return false;
    const first = taken.get(name.text);
    if (first === undefined) {
      taken.set(name.text, name);
      return true;
    }
    context.report.add(
      "duplicate-member",
      name.span,
      { name: name.text, kind, owner },
      {
        related: [{ span: first.span, message: "the first one" }],
        notes,
      },
    );
    return false;
  });
}
