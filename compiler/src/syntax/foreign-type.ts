/** Names that types have in other languages, and what they are called here. */

/** Scalars by their names elsewhere. */
const scalars: ReadonlyMap<string, string> = new Map([
  ["int", "int32"],
  ["integer", "int32"],
  ["i8", "int32"],
  ["i16", "int32"],
  ["i32", "int32"],
  ["i64", "int64"],
  ["int8", "int32"],
  ["int16", "int32"],
  ["short", "int32"],
  ["long", "int64"],
  ["bigint", "int64"],
  ["byte", "uint32"],
  ["u8", "uint32"],
  ["u16", "uint32"],
  ["u32", "uint32"],
  ["u64", "uint64"],
  ["uint", "uint32"],
  ["uint8", "uint32"],
  ["uint16", "uint32"],
  ["ulong", "uint64"],
  ["number", "double"],
  ["f32", "float"],
  ["f64", "double"],
  ["float32", "float"],
  ["float64", "double"],
  ["boolean", "bool"],
  ["str", "string"],
  ["text", "string"],
  ["varchar", "string"],
  ["binary", "bytes"],
  ["blob", "bytes"],
  ["buffer", "bytes"],
  ["any", "json"],
  ["object", "json"],
  ["unknown", "json"],
  ["datetime", "timestamp"],
  ["instant", "timestamp"],
]);

/** Further ones, which are no more than guesses: somebody may have declared a type of this name. In lower case. */
const classes: ReadonlyMap<string, string> = new Map([
  ["date", "timestamp"],
  ["offsetdatetime", "timestamp"],
  ["zoneddatetime", "timestamp"],
  ["timedelta", "duration"],
  ["timespan", "duration"],
  ["uint8array", "bytes"],
  ["arraybuffer", "bytes"],
  ["bytearray", "bytes"],
  ["uuid", "string"],
  ["guid", "string"],
  ["char", "string"],
  ["url", "string"],
  ["uri", "string"],
  ["decimal", "string"],
  ["bigdecimal", "string"],
  ["biginteger", "int64"],
]);

const lists: ReadonlySet<string> = new Set([
  "list",
  "array",
  "repeated",
  "vector",
  "vec",
  "set",
  "seq",
  "readonlyarray",
]);
const maps: ReadonlySet<string> = new Set(["map", "dict", "dictionary", "record", "hash", "hashmap", "readonlymap"]);
const options: ReadonlySet<string> = new Set(["optional", "option", "maybe", "nullable"]);
const promises: ReadonlySet<string> = new Set(["promise", "future", "task"]);
const streams: ReadonlySet<string> = new Set([
  "stream",
  "asynciterable",
  "asyncgenerator",
  "asynciterator",
  "observable",
]);

/** The scalar that a name of another language means, undefined for any other name. */
export function foreignScalar(name: string): string | undefined {
  return scalars.get(name);
}

/** The scalar that a name without a declaration probably means, however it is capitalized. */
export function probableScalar(name: string): string | undefined {
  const lower = name.toLowerCase();
  return scalars.get(lower) ?? classes.get(lower);
}

/** What a name in front of `<...>` means. */
export function genericMeaning(name: string): "list" | "map" | "optional" | "promise" | "stream" | undefined {
  const lower = name.toLowerCase();
  if (lists.has(lower)) return "list";
  if (maps.has(lower)) return "map";
  if (options.has(lower)) return "optional";
  if (promises.has(lower)) return "promise";
  return streams.has(lower) ? "stream" : undefined;
}
