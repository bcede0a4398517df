/** Policies of methods: figures that the runtime takes, and nothing that repeats a call which must not be made twice. */

import type { Report } from "../../report/report.js";
import type { Places } from "../../schema/places.js";
import type { Annotation, MethodSchema, ServiceSchema } from "../../schema/schema.js";
import type { Rule } from "../rule.js";

const dayMs = 86_400_000;

/** What an argument may be, in the order of arguments; the runtime refuses the same in code and in policy files. */
interface Range {
  readonly least: number;
  readonly most: number;
  readonly text: string;
}

const attempts: Range = { least: 2, most: 5, text: "2 to 5 attempts, the first one included" };
const wait: Range = { least: 0, most: dayMs, text: "waits of up to a day" };
const many = (what: string): Range => ({ least: 1, most: 1e6, text: `1 to 1,000,000 ${what}` });

const ranges: ReadonlyMap<string, readonly Range[]> = new Map([
  ["retry", [attempts, wait, wait]],
  ["hedge", [wait, attempts]],
  ["cache", [{ least: 1, most: 30 * dayMs, text: "a time from 1ms to 30 days" }, many("entries")]],
  ["rateLimit", [{ least: 0.001, most: 1e6, text: "0.001 to 1,000,000 calls a second" }, many("calls at once")]],
  ["concurrency", [many("calls at once")]],
]);

export const policies: Rule = (schema, places, report) => {
  for (const service of schema.files.flatMap((file) => file.services)) {
    checkFigures(service, places, report);
    for (const method of service.methods) {
      checkFigures(method, places, report);
      checkMeaning(method, places, report);
    }
  }
};

function checkFigures(thing: ServiceSchema | MethodSchema, places: Places, report: Report): void {
  for (const [index, annotation] of thing.annotations.entries()) {
    const wrong = wrongFigure(annotation);
    if (wrong === undefined) continue;
    report.add("annotation-argument", places.item(thing, "annotation", index), {
      name: annotation.name,
      reason: wrong,
    });
  }
}

function wrongFigure({ name, args }: Annotation): string | undefined {
  const wanted = ranges.get(name) ?? [];
  for (const [index, { least, most, text }] of wanted.entries()) {
    const value = figure(args[index]);
    if (value !== undefined && !(value >= least && value <= most)) return `takes ${text}`;
  }
  if (name !== "retry") return undefined;
  const [first, longest] = [figure(args[1]), figure(args[2])];
  return first !== undefined && longest !== undefined && first > longest
    ? "takes the first wait before the longest one"
    : undefined;
}

function figure(value: Annotation["args"][number] | undefined): number | undefined {
  if (value?.kind === "number") return Number(value.value);
  return value?.kind === "duration" ? value.milliseconds : undefined;
}

/** What a method says itself; what its service says holds for those only for which it makes sense. */
function checkMeaning(method: MethodSchema, places: Places, report: Report): void {
  for (const [index, { name }] of method.annotations.entries()) {
    const reason = objection(name, method);
    if (reason === undefined) continue;
    const isUnsafe = !method.isIdempotent && isRepeatableShape(name, method);
    const details = isUnsafe ? { label: "say `@idempotent` too, if the method may be called twice" } : {};
    report.add(
      "policy-cannot-hold",
      places.item(method, "annotation", index),
      { name, method: method.name, reason },
      details,
    );
  }
}

function isRepeatableShape(name: string, method: MethodSchema): boolean {
  return name === "retry" ? !takesStream(method) : method.shape === "unary";
}

function objection(name: string, method: MethodSchema): string | undefined {
  const { isIdempotent, shape } = method;
  const key = method.policy?.idempotencyKey;
  switch (name) {
    case "retry":
      if (takesStream(method)) return "its stream of requests cannot be sent again";
      return isIdempotent || key !== undefined
        ? undefined
        : "it has neither `@idempotent` nor `@idempotencyKey`, and a call that is tried again may take effect twice";
    case "hedge":
      if (shape !== "unary") return "only a call with one request and one answer can be sent twice at a time";
      return isIdempotent || key === "shared"
        ? undefined
        : "it has neither `@idempotent` nor `@idempotencyKey(shared)`, and a call that is sent twice may take effect twice";
    case "cache":
      if (shape !== "unary") return "only one answer to one request can be kept";
      return isIdempotent
        ? undefined
        : "it is not `@idempotent`, and a call that is answered from the cache takes no effect";
    case "idempotencyKey":
      if (shape !== "unary" && shape !== "oneway") return "servers remember calls without streams only";
      return undefined;
    default:
      return undefined;
  }
}

function takesStream({ shape }: MethodSchema): boolean {
  return shape === "clientStream" || shape === "bidiStream";
}
