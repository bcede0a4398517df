/** Walks over what somebody wrote: neither the messages that the compiler makes nor what a service inherits. */

import type {
  Declaration,
  Described,
  FieldSchema,
  FileSchema,
  MessageSchema,
  MethodSchema,
  ServiceSchema,
} from "../schema/schema.js";
import type { LintSubject } from "./rule.js";

/** A method in the service that declares it. */
export interface OwnMethod {
  readonly method: MethodSchema;
  readonly service: ServiceSchema;
}

/** The methods that the services of the linted files declare themselves. */
export function* ownMethods({ files, schema }: LintSubject): Generator<OwnMethod> {
  for (const service of files.flatMap((file) => file.services)) {
    const base = service.extends === undefined ? undefined : schema.declarations.get(service.extends);
    const inheritedCount = base?.kind === "service" ? base.methods.length : 0;
    for (const method of service.methods.slice(inheritedCount)) yield { method, service };
  }
}

/** Everything with a name of its own in a file, services last. */
export function declarationsOf(file: FileSchema): readonly Declaration[] {
  const messages = file.messages.filter(({ isSynthetic }) => !isSynthetic);
  return [...messages, ...file.errors, ...file.unions, ...file.enums, ...file.aliases, ...file.services];
}

/** A field with the declaration or method that it belongs to. */
export interface OwnedField {
  readonly field: FieldSchema;
  readonly owner: Described;
}

/** Fields of messages and errors, members of unions, and inline parameters of the linted files. */
export function* ownFields(subject: LintSubject): Generator<OwnedField> {
  for (const file of subject.files) {
    const messages = file.messages.filter(({ isSynthetic }) => !isSynthetic);
    for (const owner of [...messages, ...file.errors, ...file.unions]) {
      for (const field of owner.fields) yield { field, owner };
    }
  }
  for (const { method, input } of inlineInputs(subject)) {
    for (const field of input.fields) yield { field, owner: method };
  }
}

/** Methods with inline parameters, and the message that these became. */
export function* inlineInputs(
  subject: LintSubject,
): Generator<{ readonly method: MethodSchema; readonly input: MessageSchema }> {
  for (const { method } of ownMethods(subject)) {
    const input = method.hasInlineInput ? subject.schema.declarations.get(method.input) : undefined;
    if (input?.kind === "message") yield { method, input };
  }
}

/** Whether an annotation of this name stands on a thing, or on the alias that it was written with. */
export function hasAnnotation(thing: Described, name: string): boolean {
  return thing.annotations.some((annotation) => annotation.name === name);
}
