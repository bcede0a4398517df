/** From a schema to the text of every file that is generated for it; loads the printers only when asked. */

import type { Report } from "../report/report.js";
import type { Schema } from "../schema/schema.js";
import type { EmitOptions } from "./ts/emit-typescript.js";

/** The generated files by path, relative to the output directory. Call it only for a schema without errors. */
export async function emit(schema: Schema, options: EmitOptions, report: Report): Promise<Map<string, string>> {
  // ts-morph takes half a second to load, which a check, a format or a compile without changes should not pay.
  const { emitTypeScript } = await import("./ts/emit-typescript.js");
  return emitTypeScript(schema, options, report);
}
