/** Lowers services: the shapes of their methods, and the messages that wrap inline parameters and plain returns. */

import type { Details } from "../report/report.js";
import { pascalCase } from "../schema/naming.js";
import type { PolicySchema } from "../schema/policy-schema.js";
import type { FieldSchema, MessageSchema, MethodSchema, MethodShape, ServiceSchema } from "../schema/schema.js";
import { positionAt } from "../source/source-file.js";
import type { Span } from "../source/source-file.js";
import type { MethodNode, ServiceNode, TypeNode } from "../syntax/ast.js";
import type { PlacedAnnotation } from "./annotations.js";
import type { FileContext } from "./file-context.js";
import { annotationText, annotationsOf, describe, findAnnotation, placed, withoutDuplicates } from "./file-context.js";
import { lowerField } from "./lower-field.js";
import { policyFor, policyOf } from "./lower-policy.js";
import type { DeclaredSymbol } from "./symbol-table.js";
import { qualify } from "./symbol-table.js";
import type { ResolvedType } from "./type-resolver.js";

/** A method before it has its place among those of its service. */
export interface OwnMethod {
  readonly method: Omit<MethodSchema, "index">;
  readonly node: MethodNode;
  readonly annotations: readonly PlacedAnnotation[];
}

/** A service with its own methods only. */
export interface OwnService {
  readonly symbol: DeclaredSymbol<ServiceNode>;
  readonly schema: Omit<ServiceSchema, "methods" | "fingerprint" | "extends">;
  readonly annotations: readonly PlacedAnnotation[];
  readonly timeoutMs: number | undefined;
  readonly policy: PolicySchema | undefined;
  readonly methods: readonly OwnMethod[];
  readonly context: FileContext;
}

/** Gives a synthesised message its place among the declarations; false where its name is taken, which is then reported. */
export type Register = (message: MessageSchema, node: MethodNode, context: FileContext) => boolean;

/** Lowers a service without what it inherits. Methods that cannot be understood are reported and left out. */
export function lowerService(
  symbol: DeclaredSymbol<ServiceNode>,
  context: FileContext,
  register: Register,
): OwnService {
  const annotations = annotationsOf(context, symbol.node, "service");
  const described = describe(symbol.node.name, symbol.node.docs, annotations);
  const methods: OwnMethod[] = [];
  const lowering = new MethodLowering(symbol, context, register);
  for (const node of withoutDuplicates(symbol.node.methods, "methods", symbol.name, context)) {
    const method = lowering.lower(node);
    if (method !== undefined) methods.push(method);
  }
  return {
    symbol,
    schema: { kind: "service", ...described, fullName: symbol.fullName },
    annotations,
    timeoutMs: timeoutOf(annotations),
    policy: policyOf(described.annotations),
    methods,
    context,
  };
}

function timeoutOf(annotations: readonly PlacedAnnotation[]): number | undefined {
  const timeout = findAnnotation(
    annotations.map((one) => one.annotation),
    "timeout",
  )?.args[0];
  return timeout?.kind === "duration" ? timeout.milliseconds : undefined;
}

/** What goes one way through a method. */
interface Direction {
  /** Full name of the message or union. */
  readonly name: string;
  readonly isStream: boolean;
}

class MethodLowering {
  readonly #symbol: DeclaredSymbol<ServiceNode>;
  readonly #context: FileContext;
  readonly #register: Register;

  constructor(symbol: DeclaredSymbol<ServiceNode>, context: FileContext, register: Register) {
    this.#symbol = symbol;
    this.#context = context;
    this.#register = register;
  }

  lower(node: MethodNode): OwnMethod | undefined {
    const annotations = annotationsOf(this.#context, node, "method");
    const input = this.#lowerInput(node);
    const output = this.#lowerOutput(node);
    const throws = this.#lowerThrows(node);
    if (input === undefined || output === undefined || throws === undefined) return undefined;
    const described = describe(node.name, node.docs, annotations);
    const method: OwnMethod["method"] = {
      kind: "method",
      ...described,
      wireName: annotationText(described.annotations, "name") ?? pascalCase(node.name.text),
      shape: shapeOf(node, input, output),
      input: input.name,
      output: output.name,
      hasInlineInput: node.parameters.kind === "inline",
      outputForm: output.form,
      throws,
      timeoutMs: timeoutOf(annotations),
      isIdempotent: findAnnotation(described.annotations, "idempotent") !== undefined,
      policy: policyOf(described.annotations),
    };
    return { method, node, annotations };
  }

  #lowerInput(node: MethodNode): Direction | undefined {
    const { parameters } = node;
    if (parameters.kind === "inline") {
      const nodes = withoutDuplicates(parameters.fields, "parameters", node.name.text, this.#context);
      const fields: FieldSchema[] = [];
      for (const [index, parameter] of nodes.entries()) {
        const field = lowerField(
          parameter,
          { target: "parameter", union: undefined, number: index + 1 },
          this.#context,
        );
        if (field !== undefined) fields.push(field);
      }
      // With a parameter left out, the others would have other numbers than when it is mended.
      if (fields.length < parameters.fields.length) return undefined;
      return this.#synthesise(node, "Request", fields);
    }
    const resolved = this.#context.types.resolve(parameters.type, this.#context.scope);
    if (resolved === undefined) return undefined;
    if (!travelsAsItIs(resolved)) return this.#refuseInput(node, parameters.type, parameters.isStream);
    if (parameters.isStream && node.isOneway) {
      return this.#refuse(node, "is oneway and takes a stream; nothing could slow that stream down", parameters);
    }
    return { name: resolved.type.name, isStream: parameters.isStream };
  }

  #refuseInput(node: MethodNode, type: TypeNode, isStream: boolean): undefined {
    const text = spelling(type);
    const reason = isStream
      ? `takes a stream of \`${text}\`: a stream carries messages or unions, so wrap it in a message`
      : `takes \`${text}\` without a name: only a message or a union goes without one`;
    if (isStream) return this.#refuse(node, reason, type);
    const label = `write \`value: ${text}\``;
    const edits = [{ span: { ...type.span, end: type.span.start }, text: "value: " }];
    return this.#refuse(node, reason, type, { label, fixes: [{ message: "name the parameter `value`", edits }] });
  }

  #lowerOutput(node: MethodNode): (Direction & { readonly form: MethodSchema["outputForm"] }) | undefined {
    const { result } = node;
    if (node.isOneway || result === undefined) return this.#wrap(node, [], "void");
    const { type, isStream } = result;
    if (type.kind === "named" && type.name.text === "void") {
      if (isStream) return this.#refuse(node, "answers with a stream of nothing", type);
      if (result.isOptional)
        return this.#refuse(node, "answers with an optional nothing", type, { label: "remove the `?`" });
      return this.#wrap(node, [], "void");
    }
    const resolved = this.#context.types.resolve(type, this.#context.scope);
    if (resolved === undefined) return undefined;
    if (isStream && result.isOptional) {
      return this.#refuse(
        node,
        "answers with a stream of optional values; a stream ends when there is nothing more",
        type,
      );
    }
    if (travelsAsItIs(resolved) && !result.isOptional) return { name: resolved.type.name, isStream, form: "message" };
    if (isStream) {
      const reason = `answers with a stream of \`${spelling(type)}\`: a stream carries messages or unions, so wrap it in a message`;
      return this.#refuse(node, reason, type);
    }
    const value = lowerField(
      {
        kind: "field",
        docs: "",
        annotations: [],
        number: undefined,
        name: { kind: "identifier", text: "value", span: node.name.span },
        isOptional: result.isOptional,
        type,
        span: type.span,
      },
      { target: "parameter", union: undefined, number: 1 },
      this.#context,
    );
    return value === undefined ? undefined : this.#wrap(node, [value], "value");
  }

  #lowerThrows(node: MethodNode): readonly string[] | undefined {
    const throws: string[] = [];
    let isComplete = true;
    for (const name of node.throws) {
      const symbol = this.#context.scope.findError(name);
      if (symbol === undefined) isComplete = false;
      else if (throws.includes(symbol.fullName)) {
        this.#context.report.add("duplicate-member", name.span, {
          name: name.text,
          kind: "errors",
          owner: node.name.text,
        });
      } else throws.push(symbol.fullName);
    }
    return isComplete ? throws : undefined;
  }

  #wrap(
    node: MethodNode,
    fields: readonly FieldSchema[],
    form: "void" | "value",
  ): (Direction & { readonly form: MethodSchema["outputForm"] }) | undefined {
    const direction = this.#synthesise(node, "Response", fields);
    return direction === undefined ? undefined : { ...direction, form };
  }

  #synthesise(node: MethodNode, suffix: "Request" | "Response", fields: readonly FieldSchema[]): Direction | undefined {
    const name = `${this.#symbol.name}${pascalCase(node.name.text)}${suffix}`;
    const { line, column } = positionAt(node.name.span.source, node.name.span.start);
    const message: MessageSchema = {
      kind: "message",
      name,
      docs: "",
      deprecated: undefined,
      annotations: [],
      line,
      column,
      fullName: qualify(this.#symbol.package, name),
      members: fields,
      fields,
      reserved: { ranges: [], names: [] },
      isSynthetic: true,
    };
    this.#context.places.set(message, "name", node.name.span);
    return this.#register(message, node, this.#context) ? { name: message.fullName, isStream: false } : undefined;
  }

  #refuse(node: MethodNode, reason: string, place: { readonly span: Span }, details: Details = {}): undefined {
    this.#context.report.add("method-shape", place.span, { name: node.name.text, reason }, details);
    return undefined;
  }
}

/** Puts inherited methods in front of a service's own and numbers them all. */
export function joinMethods(own: OwnService, inherited: readonly MethodSchema[]): readonly MethodSchema[] {
  const { context } = own;
  const methods: MethodSchema[] = [];
  const names = new Set<string>();
  for (const method of inherited) {
    names.add(method.name);
    methods.push({ ...method, index: methods.length, ...fromService(method, own) });
    context.places.set(methods.at(-1) ?? method, "name", context.places.of(method) ?? own.symbol.node.name.span);
  }
  for (const { method, node, annotations } of own.methods) {
    if (names.has(method.name)) {
      const base = inherited.find((candidate) => candidate.name === method.name);
      const span = base === undefined ? undefined : context.places.of(base);
      context.report.add(
        "duplicate-member",
        node.name.span,
        { name: method.name, kind: "methods", owner: own.symbol.name },
        { related: span === undefined ? [] : [{ span, message: "inherited from here" }] },
      );
      continue;
    }
    const joined: MethodSchema = { ...method, index: methods.length, ...fromService(method, own) };
    methods.push(placed(context, joined, node.name, annotations));
    const { parameters } = node;
    context.places.set(joined, "parameters", parameters.kind === "message" ? parameters.type.span : parameters.span);
    if (node.result !== undefined) context.places.set(joined, "result", node.result.type.span);
    for (const [index, thrown] of node.throws.entries()) context.places.setItem(joined, "throws", index, thrown.span);
  }
  return methods;
}

function fromService(
  method: Omit<MethodSchema, "index">,
  { timeoutMs, policy }: OwnService,
): Pick<MethodSchema, "timeoutMs" | "policy"> {
  return { timeoutMs: timeoutFor(method, timeoutMs), policy: policyFor(method, policy) };
}

/** A method's own deadline, or its service's. A stream of answers may last as it likes unless it has one of its own. */
function timeoutFor(method: Omit<MethodSchema, "index">, ofService: number | undefined): number | undefined {
  const isEndless = method.shape === "serverStream" || method.shape === "bidiStream";
  return method.timeoutMs ?? (isEndless ? undefined : ofService);
}

function shapeOf(node: MethodNode, input: Direction, output: Direction): MethodShape {
  if (node.isOneway) return "oneway";
  if (input.isStream) return output.isStream ? "bidiStream" : "clientStream";
  return output.isStream ? "serverStream" : "unary";
}

function travelsAsItIs(resolved: ResolvedType): boolean {
  return resolved.cardinality === "single" && (resolved.type.kind === "message" || resolved.type.kind === "union");
}

function spelling(node: TypeNode): string {
  return node.span.source.text.slice(node.span.start, node.span.end);
}
