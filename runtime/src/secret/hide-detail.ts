/** Keeps the secrets in an error's detail out of everything that shows errors. Only errors that have some carry this along. */

import { redact } from "./redact.js";
import type { SecretFields } from "./secret-fields.js";

/** What an error with a detail can be told to do with the secrets in it. */
export type HideDetail = (error: ErrorWithDetail) => void;

interface ErrorWithDetail extends Error {
  readonly detail: unknown;
  toJSON(): object;
}

// Node's `console.log` looks for this, and nothing else does.
const inspectSymbol = Symbol.for("nodejs.util.inspect.custom");

/** Hides the detail from loops over properties, and shows it without its secrets in JSON and to `console.log`. */
export function hideDetail(secrets: SecretFields): HideDetail {
  return (error) => {
    const shown = (): unknown => redact(secrets, error.detail);
    const toJSON = (): object => ({ ...error, message: error.message, detail: shown() });
    const inspectOwn = (
      _depth: number,
      options: object,
      inspect: (value: unknown, options: object) => string,
    ): string => inspect(twin(error, shown()), options);
    Object.defineProperties(error, {
      detail: { enumerable: false },
      toJSON: { value: toJSON },
      [inspectSymbol]: { value: inspectOwn },
    });
  };
}

/** The same error with another detail, which may be seen. */
function twin(error: object, detail: unknown): unknown {
  const facts: Record<PropertyKey, PropertyDescriptor> = Object.getOwnPropertyDescriptors(error);
  const own = Reflect.ownKeys(facts).filter((key) => key !== inspectSymbol && key !== "toJSON" && key !== "detail");
  const kept = Object.fromEntries(own.flatMap((key) => (facts[key] === undefined ? [] : [[key, facts[key]]])));
  const shown = { value: detail, enumerable: true };
  return Object.create(Object.getPrototypeOf(error) as object, { ...kept, detail: shown });
}
