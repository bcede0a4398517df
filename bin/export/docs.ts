/** What `rpcgen export --to docs` makes: reads the templates and leaves the rest to the emitter. */

import { fileURLToPath } from "node:url";
import { emitDocs } from "../../compiler/src/emit/text/docs/emit-docs.js";
import type { Report } from "../../compiler/src/report/report.js";
import type { ExportRequest } from "../export-target.js";
import { version } from "../version.js";
import { readTemplates } from "./templates.js";

// From dist/bin/export/ up to the package, beside its templates.
const packaged = fileURLToPath(new URL("../../../templates/docs", import.meta.url));

export function exportDocs(
  { schema, places, host, loaded }: ExportRequest,
  report: Report,
): ReadonlyMap<string, string> {
  const settings = loaded?.config.docs ?? {};
  const where = { packaged, given: settings.templates, key: "docs.templates", names: /\.(hbs|css|js)$/ };
  const templates = readTemplates(host, loaded, where, report);
  const options = { ...settings, templates: templates.texts, places, version: version() };
  return templates.attempt(() => emitDocs(schema, options, report)) ?? new Map();
}
