/** Targets of `rpcgen export` that need nothing but the schema. */

import { emitJsonSchema } from "../../compiler/src/emit/json-schema/emit-json-schema.js";
import { emitOpenapi } from "../../compiler/src/emit/openapi/emit-openapi.js";
import { emitProto } from "../../compiler/src/emit/proto/emit-proto.js";
import type { ExportRequest } from "../export-target.js";

export function exportProto({ schema }: ExportRequest): ReadonlyMap<string, string> {
  return emitProto(schema, { isPlain: false });
}

export function exportJsonSchema({ schema }: ExportRequest): ReadonlyMap<string, string> {
  return emitJsonSchema(schema);
}

export function exportOpenapi({ schema }: ExportRequest): ReadonlyMap<string, string> {
  return emitOpenapi(schema);
}
