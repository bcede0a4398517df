/** What is shown of a service: each method with its promises, its errors and a call. */

import { policyTexts } from "../../../schema/policy-text.js";
import type { FieldSchema, MethodSchema, MethodShape, ServiceSchema } from "../../../schema/schema.js";
import { filePaths } from "../../names.js";
import { highlight } from "../highlight.js";
import { plainSummary } from "../markdown.js";
import { Constraints } from "./constraint.js";
import { fieldView } from "./field-view.js";
import { memberId, text } from "./page-context.js";
import type { PageContext, Piece } from "./page-context.js";
import { sampleAsJson } from "./print-sample.js";
import { callOf, connecting, type CallContext } from "./sample-call.js";
import { ownMethods, readingOrder } from "./used-by.js";

const shapes: Readonly<Record<MethodShape, string>> = {
  unary: "one request, one answer",
  serverStream: "one request, a stream of answers",
  clientStream: "a stream of requests, one answer",
  bidiStream: "streams both ways",
  oneway: "one request, no answer",
};

export function serviceView(at: PageContext, service: ServiceSchema): object {
  const own = new Set(ownMethods(at.site.schema, service).map(({ name }) => name));
  const { importFrom } = at.site.settings;
  const moduleOf: CallContext["moduleOf"] = (source, role) =>
    `${importFrom}/${filePaths(source)[role].replace(/\.ts$/, ".js")}`;
  const calls = { ...at.site, moduleOf };
  return {
    hasMethods: service.methods.length > 0,
    base: service.extends === undefined ? [] : [at.named(service.extends)],
    connecting: highlight(connecting(calls, service), "ts"),
    methods: readingOrder(at.site.schema, service).map((method) => ({
      ...methodView(at, service, method),
      call: highlight(callOf(calls, service, method), "ts"),
      inherited: own.has(method.name) || service.extends === undefined ? [] : [at.named(service.extends)],
    })),
  };
}

function methodView(at: PageContext, service: ServiceSchema, method: MethodSchema): object {
  const parameters = method.hasInlineInput ? fieldsOf(at, method.input) : [];
  const written = new Constraints(method.annotations);
  return {
    id: memberId("method", method.name),
    name: method.name,
    signature: signatureOf(at, method, parameters),
    docs: at.markdown(method.docs, 4),
    isDeprecated: method.deprecated !== undefined,
    deprecated: at.markdown(method.deprecated ?? ""),
    shape: shapes[method.shape],
    deadline: method.timeoutMs === undefined ? "" : durationText(method.timeoutMs),
    isIdempotent: method.isIdempotent,
    policies: policyTexts(method.policy),
    path: `/${service.fullName}/${method.wireName}`,
    foreign: written.foreign,
    examples: written.examples.map((example) => highlight(example, "text")),
    parameters: parameters.map((field) => fieldView(at, field, { id: `parameter-${method.name}-${field.name}` })),
    hasParameters: parameters.length > 0,
    throws: throwsOf(at, method),
    hasThrows: method.throws.length > 0,
    request: jsonOf(at, method.input),
    answer: method.shape === "oneway" || method.outputForm === "void" ? "" : jsonOf(at, method.output),
  };
}

function throwsOf(at: PageContext, method: MethodSchema): readonly object[] {
  return method.throws.map((fullName) => {
    const error = at.site.schema.declarations.get(fullName);
    const code = error?.kind === "error" ? error.code : "";
    return { ...at.named(fullName), code, summary: plainSummary(error?.docs ?? "") };
  });
}

function jsonOf(at: PageContext, fullName: string): string {
  return highlight(sampleAsJson(at.site.samples.of(fullName)), "json");
}

/** `place(NewOrder): Order`, as it is written in `.rpc`, piece by piece. */
export function signatureOf(
  at: PageContext,
  method: MethodSchema,
  parameters: readonly FieldSchema[],
): readonly Piece[] {
  const takesStream = method.shape === "clientStream" || method.shape === "bidiStream";
  const givesStream = method.shape === "serverStream" || method.shape === "bidiStream";
  const input = method.hasInlineInput
    ? parameters.flatMap((field, index) => [
        text(`${index === 0 ? "" : ", "}${field.name}${isOptional(field) ? "?" : ""}: `),
        ...at.type(field),
      ])
    : [...(takesStream ? [text("stream ")] : []), at.named(method.input)];
  const head = [text(`${method.name}(`), ...input, text(")")];
  if (method.shape === "oneway") return head;
  return [...head, text(givesStream ? ": stream " : ": "), ...answerOf(at, method)];
}

function answerOf(at: PageContext, method: MethodSchema): readonly Piece[] {
  if (method.outputForm === "void") return [text("void")];
  if (method.outputForm === "message") return [at.named(method.output)];
  const [field] = fieldsOf(at, method.output);
  if (field === undefined) return [text("void")];
  return [...at.type(field), ...(isOptional(field) ? [text("?")] : [])];
}

/** Whether `?` was written: messages and the like are explicit anyway. */
function isOptional(field: FieldSchema): boolean {
  const isPlain = field.type.kind === "scalar" || field.type.kind === "enum";
  return isPlain && field.cardinality === "single" && field.presence === "explicit";
}

function fieldsOf(at: PageContext, fullName: string): readonly FieldSchema[] {
  const declared = at.site.schema.declarations.get(fullName);
  return declared?.kind === "message" ? declared.fields : [];
}

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
] as const;

/** `2 s`, `1.5 min`, `250 ms`. */
function durationText(milliseconds: number): string {
  const [unit, size] = units.find(([, length]) => milliseconds >= length && (milliseconds * 10) % length === 0) ?? [
    "ms",
    1,
  ];
  return `${milliseconds / size} ${unit}`;
}
