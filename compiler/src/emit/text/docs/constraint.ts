/** Reads what annotations say about values. */

import type { Annotation, AnnotationValue } from "../../../schema/schema.js";

/** The annotations of a thing, asked by name. */
export class Constraints {
  readonly #annotations: readonly Annotation[];

  constructor(annotations: readonly Annotation[]) {
    this.#annotations = annotations;
  }

  has(name: string): boolean {
    return this.#annotations.some((annotation) => annotation.name === name);
  }

  /** The spelling of a number that an annotation was given, undefined where there is no such annotation. */
  number(name: string, index: number = 0): string | undefined {
    const value = this.#first(name)?.args[index];
    return value?.kind === "number" ? value.value : undefined;
  }

  /** A word that an annotation was given. */
  name(name: string): string | undefined {
    const value = this.#first(name)?.args[0];
    return value?.kind === "name" ? value.value : undefined;
  }

  text(name: string): string | undefined {
    const value = this.#first(name)?.args[0];
    return value?.kind === "string" ? value.value : undefined;
  }

  /** What `@example` says, each time. */
  get examples(): readonly string[] {
    return this.#annotations.flatMap(({ name, args: [value] }) =>
      name === "example" && value?.kind === "string" ? [value.value] : [],
    );
  }

  /** Annotations of the project's own, as they were written. */
  get foreign(): readonly string[] {
    return this.#annotations.filter(({ name }) => name.includes(".")).map(written);
  }

  #first(name: string): Annotation | undefined {
    return this.#annotations.find((annotation) => annotation.name === name);
  }
}

/** The constraints in words, each a short phrase. */
export function constraintPhrases(annotations: readonly Annotation[]): readonly { text: string; code: string }[] {
  const asked = new Constraints(annotations);
  const phrase = (text: string, code = ""): { text: string; code: string } => ({ text, code });
  const [least, most] = [asked.number("min"), asked.number("max")];
  const [shortest, longest] = [asked.number("minLength"), asked.number("maxLength")];
  const [fewest, greatest] = [asked.number("items", 0), asked.number("items", 1)];
  const pattern = asked.text("pattern");
  return [
    ...(asked.has("required") ? [phrase("required")] : []),
    ...between("", least, most, "").map((text) => phrase(text)),
    ...between("length ", shortest, longest, "").map((text) => phrase(text)),
    ...between("", fewest, greatest, " items").map((text) => phrase(text)),
    ...(asked.has("unique") ? [phrase("no value twice")] : []),
    ...(pattern === undefined ? [] : [phrase("matches", pattern)]),
    ...(asked.name("js") === undefined ? [] : [phrase("in TypeScript", asked.name("js"))]),
    ...(asked.has("secret") ? [phrase("secret")] : []),
    ...asked.foreign.map((text) => phrase("", text)),
  ];
}

function between(before: string, least: string | undefined, most: string | undefined, after: string): string[] {
  if (least === undefined && most === undefined) return [];
  if (most === undefined) return [`${before}at least ${least ?? ""}${after}`];
  if (least === undefined) return [`${before}at most ${most}${after}`];
  return [`${before}${least} to ${most}${after}`];
}

function written({ name, args }: Annotation): string {
  return args.length === 0 ? `@${name}` : `@${name}(${args.map(literal).join(", ")})`;
}

function literal(value: AnnotationValue): string {
  switch (value.kind) {
    case "string":
      return JSON.stringify(value.value);
    case "duration":
      return `${value.milliseconds}ms`;
    default:
      return String(value.value);
  }
}
