/** The words that generated TypeScript must not be given as names. */

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const keywords = words(`
  break case catch class const continue debugger default delete do else enum export extends false finally for function
  if import in instanceof new null return super switch this throw true try typeof var void while with
  implements interface let package private protected public static yield await async of
`);

// Values and types of the platform that generated code, or a reader of it, takes for what they always are.
const platform = words(`
  AbortSignal Array ArrayBuffer AsyncGenerator AsyncIterable AsyncIterator Atomics BigInt BigInt64Array BigUint64Array
  Boolean Buffer DataView Date Error Exclude Extract Float32Array Float64Array Function Generator Infinity Int16Array
  Int32Array Int8Array Iterable Iterator JSON Map Math NaN NonNullable Number Object Omit Partial Pick Promise
  PromiseLike Proxy RangeError Readonly ReadonlyArray ReadonlyMap ReadonlySet Record Reflect RegExp Required ReturnType
  Set String Symbol SyntaxError TypeError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet
  arguments eval globalThis undefined
`);

const typeKeywords = words(
  "any asserts bigint boolean infer is keyof never number object string symbol unique unknown",
);

/** Names that a generated type, class or service object may not have. */
export const reservedTypeNames: ReadonlySet<string> = new Set([...keywords, ...platform, ...typeKeywords]);

const reservedLocals: ReadonlySet<string> = new Set([...keywords, ...platform]);

/** What every object inherits: a field of that name would be found where there is none, or change the prototype. */
const inherited: ReadonlySet<string> = new Set(
  words(`
  __defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__ __proto__ constructor hasOwnProperty isPrototypeOf
  propertyIsEnumerable toLocaleString toString valueOf
`),
);

// Functions that generated files declare or import end or begin in one of these ways; no parameter may hide them.
const functionNames =
  /^(check|encode|decode|pack|unpack|reopen|read|write|is|create|dispatch|serve|with|unknown|no)[A-Z]|(To|From)(Json|Number)$/;

export function safeProperty(name: string): string {
  return inherited.has(name) ? `${name}_` : name;
}

/** An object with a method `then` would be taken for a promise. */
export function safeMethod(name: string): string {
  return inherited.has(name) || name === "then" ? `${name}_` : name;
}

export function safeLocal(name: string): string {
  return reservedLocals.has(name) || inherited.has(name) || functionNames.test(name) ? `${name}_` : name;
}
