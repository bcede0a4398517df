/** Says what a method takes and gives, with examples of both that are made from the schema. */

import type { MethodSchema, Schema } from "../compiler/src/schema/schema.js";
import { methodName } from "../compiler/src/emit/names.js";
import { sampleAsJson } from "../compiler/src/emit/text/docs/print-sample.js";
import { SampleMaker } from "../compiler/src/emit/text/docs/sample-maker.js";

export interface MethodDescription {
  /** As a call names it, for instance `shop.orders.v1.Orders.place`. */
  readonly method: string;
  readonly shape: string;
  readonly docs: string;
  /** Full names. */
  readonly takes: string;
  readonly gives: string;
  readonly throws: readonly string[];
  readonly timeoutMs: number | null;
  readonly isIdempotent: boolean;
  /** Texts of JSON; one message of a stream. The answer of a method that gives nothing is `{}`. */
  readonly request: string;
  readonly answer: string;
}

export function describeMethod(schema: Schema, service: string, method: MethodSchema): MethodDescription {
  const samples = new SampleMaker(schema);
  const { shape, docs, throws, timeoutMs, isIdempotent, input, output } = method;
  return {
    method: `${service}.${methodName(method)}`,
    shape,
    docs,
    takes: input,
    gives: output,
    throws,
    timeoutMs: timeoutMs ?? null,
    isIdempotent,
    request: sampleAsJson(samples.of(input)),
    answer: sampleAsJson(samples.of(output)),
  };
}

/** Everything but the request, for people. */
export function descriptionText(description: MethodDescription, method: MethodSchema, schema: Schema): string {
  const { docs, throws, timeoutMs, isIdempotent, shape } = description;
  const takes = method.hasInlineInput ? "parameters" : shortName(description.takes);
  const [streamIn, streamOut] = [/^(client|bidi)Stream$/.test(shape), /^(server|bidi)Stream$/.test(shape)];
  const gives =
    method.outputForm === "value" ? "a value" : method.outputForm === "void" ? "nothing" : shortName(description.gives);
  const facts = [
    `  takes     ${streamIn ? "a stream of " : ""}${takes}`,
    ...(shape === "oneway"
      ? ["  oneway    nothing comes back"]
      : [`  gives     ${streamOut ? "a stream of " : ""}${gives}`]),
    ...(throws.length === 0 ? [] : [`  throws    ${throws.map(errorText(schema)).join(", ")}`]),
    ...(timeoutMs === null ? [] : [`  timeout   ${timeoutMs} ms`]),
    ...(isIdempotent ? ["  idempotent"] : []),
  ];
  const remarks = docs === "" ? [] : docs.split("\n").map((line) => `  ${line}`);
  return [description.method, ...remarks, ...facts].join("\n");
}

function errorText(schema: Schema): (fullName: string) => string {
  return (fullName) => {
    const declared = schema.declarations.get(fullName);
    const code = declared?.kind === "error" ? ` (${declared.code.toLowerCase().replaceAll("_", "-")})` : "";
    return `${shortName(fullName)}${code}`;
  };
}

function shortName(fullName: string): string {
  return fullName.slice(fullName.lastIndexOf(".") + 1);
}
