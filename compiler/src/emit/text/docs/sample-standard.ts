/** Examples of the standard messages whose canonical JSON is not an object of their fields. */

import type { FieldSchema } from "../../../schema/schema.js";
import { propertyName } from "../../names.js";
import { Constraints } from "./constraint.js";
import type { Sample } from "./sample.js";
import { plain, scalarSample } from "./sample-scalar.js";

interface Declared {
  readonly fullName: string;
  readonly fields: readonly FieldSchema[];
}

const none = new Constraints([]);

/** Undefined for every message whose JSON is like any other's. */
export function standardSample(declared: Declared): Sample | undefined {
  const name = /^google\.protobuf\.(\w+)$/.exec(declared.fullName)?.[1];
  switch (name) {
    case undefined:
      return undefined;
    case "Timestamp":
      return forms(fieldsOf(declared, plain("1768469400n"), plain("0")), plain('"2026-01-15T09:30:00Z"'));
    case "Duration":
      return forms(fieldsOf(declared, plain("1n"), plain("500_000_000")), plain('"1.500s"'));
    case "FieldMask":
      return forms(fieldsOf(declared, list(plain('"note"'))), plain('"note"'));
    case "Any": {
      const url = '"type.googleapis.com/google.protobuf.StringValue"';
      const json = object([
        ["@type", plain(url)],
        ["value", plain('"text"')],
      ]);
      return forms(fieldsOf(declared, plain(url), plain("new Uint8Array([10, 4, 116, 101, 120, 116])")), json);
    }
    case "Value":
      return forms(valueHolding(), plain('"text"'));
    case "ListValue":
      return forms(fieldsOf(declared, list(valueHolding())), list(plain('"text"')));
    case "Struct":
      return forms(fieldsOf(declared, object([["key", valueHolding()]])), object([["key", plain('"text"')]]));
    default:
      return name.endsWith("Value") ? wrapperSample(declared) : undefined;
  }
}

function wrapperSample(declared: Declared): Sample | undefined {
  const field = declared.fields[0];
  if (field?.type.kind !== "scalar" || declared.fields.length !== 1) return undefined;
  const value = scalarSample(field.type.name, "text", field.int64, none, undefined);
  return forms(fieldsOf(declared, value), value);
}

function valueHolding(): Sample {
  return object([["kind", { kind: "choice", member: "stringValue", jsonName: "stringValue", value: plain('"text"') }]]);
}

/** Values by ascending field number. */
function fieldsOf({ fields }: Declared, ...values: readonly Sample[]): Sample {
  return object(values.map((value, index) => [propertyName(fields[index]?.name ?? ""), value]));
}

function object(entries: readonly (readonly [string, Sample])[]): Sample {
  return {
    kind: "object",
    properties: entries.map(([name, value]) => ({ name, jsonName: name, member: undefined, value })),
  };
}

function list(...items: readonly Sample[]): Sample {
  return { kind: "list", items };
}

function forms(ts: Sample, json: Sample): Sample {
  return { kind: "forms", ts, json };
}
