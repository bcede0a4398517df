/** What the language has words for is not written with messages of Protobuf. */

import { defineRule } from "../rule.js";
import type { LintRule } from "../rule.js";
import { ownFields, ownMethods } from "../written.js";

const builtins: ReadonlyMap<string, string> = new Map([
  ["DoubleValue", "`double` with `?`"],
  ["FloatValue", "`float` with `?`"],
  ["Int64Value", "`int64` with `?`"],
  ["UInt64Value", "`uint64` with `?`"],
  ["Int32Value", "`int32` with `?`"],
  ["UInt32Value", "`uint32` with `?`"],
  ["BoolValue", "`bool` with `?`"],
  ["StringValue", "`string` with `?`"],
  ["BytesValue", "`bytes` with `?`"],
  ["Timestamp", "`timestamp`"],
  ["Duration", "`duration`"],
  ["Value", "`json`"],
]);

const empty = "google.protobuf.Empty";

export const preferBuiltin: LintRule = defineRule({
  code: "prefer-builtin",
  check: (subject, add) => {
    const { places } = subject;
    for (const { field } of ownFields(subject)) {
      const { type } = field;
      // Lists and maps of such messages may need the difference between an absent value and an empty one.
      if (type.kind !== "message" || field.cardinality !== "single" || field.union !== undefined) continue;
      const instead = type.name.startsWith("google.protobuf.") ? builtins.get(type.name.slice(16)) : undefined;
      if (instead !== undefined) add(places.of(field, "type"), { name: type.name, instead });
    }
    for (const { method } of ownMethods(subject)) {
      if (method.output === empty && method.shape === "unary") {
        add(places.of(method, "result"), { name: empty, instead: "`void`" });
      }
      if (method.input === empty && method.shape === "unary") {
        add(places.of(method, "parameters"), { name: empty, instead: "`()`" });
      }
    }
  },
});
