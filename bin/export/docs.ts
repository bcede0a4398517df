/** What `rpcgen export --to docs` makes: reads the templates and leaves the rest to the emitter. */

import { fileURLToPath } from "node:url";
import { emitDocs } from "../../compiler/src/emit/text/docs/emit-docs.js";
import { TemplateError } from "../../compiler/src/emit/text/template-set.js";
import type { LoadedConfig } from "../../compiler/src/project/config-file.js";
import type { Host } from "../../compiler/src/project/host.js";
import { directoryOf, joinPath } from "../../compiler/src/project/logical-path.js";
import { configuredPath, shown } from "../../compiler/src/project/plan.js";
import { didYouMean } from "../../compiler/src/report/did-you-mean.js";
import type { Report } from "../../compiler/src/report/report.js";
import { UsageError } from "../exit-code.js";
import type { ExportRequest } from "../export-target.js";
import { version } from "../version.js";

// From dist/bin/export/ up to the package, beside its templates.
const packaged = fileURLToPath(new URL("../../../templates/docs", import.meta.url));

const templateBytesMax = 1024 * 1024;

/** Which files a directory of templates may hold. */
const templateName = /\.(hbs|css|js)$/;

export function exportDocs(
  { schema, places, host, loaded }: ExportRequest,
  report: Report,
): ReadonlyMap<string, string> {
  const own = readTemplates(host, host.absolute(packaged), report);
  const given = templatesOf(host, loaded, report);
  const settings = loaded?.config.docs ?? {};
  reportUnused(own, given.texts, (name) => shown(host, joinPath(given.directory, name)), report);
  try {
    const templates = new Map([...own, ...given.texts]);
    return emitDocs(schema, { ...settings, templates, places, version: version() }, report);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const file = `${error.template}.hbs`;
    const path = given.texts.has(file) ? shown(host, joinPath(given.directory, file)) : file;
    report.add("template-invalid", undefined, { path, reason: error.reason });
    return new Map();
  }
}

/** What the project puts in the place of templates, or beside them. */
function templatesOf(
  host: Host,
  loaded: LoadedConfig | undefined,
  report: Report,
): { readonly directory: string; readonly texts: ReadonlyMap<string, string> } {
  const path = loaded?.config.docs?.templates;
  if (loaded === undefined || path === undefined) return { directory: "", texts: new Map() };
  const directory = host.absolute(configuredPath(directoryOf(loaded.path), path));
  if (host.find(directory)?.kind !== "directory") {
    throw new UsageError(
      `there is no directory ${shown(host, directory)}`,
      "the configuration names it as `docs.templates`",
    );
  }
  return { directory, texts: readTemplates(host, directory, report) };
}

/** A file that nothing uses is more likely misspelt than meant. */
function reportUnused(
  own: ReadonlyMap<string, string>,
  given: ReadonlyMap<string, string>,
  shownPath: (name: string) => string,
  report: Report,
): void {
  const texts = [...new Map([...own, ...given]).values()];
  for (const name of given.keys()) {
    const stem = name.replace(/\.hbs$/, "");
    const isUsed = stem !== name && texts.some((text) => partialsIn(text).includes(stem));
    if (own.has(name) || isUsed) continue;
    const similar = didYouMean(name, own.keys());
    const reason = `no template uses it${similar === undefined ? "" : `; did you mean ${similar}?`}`;
    report.add("template-invalid", undefined, { path: shownPath(name), reason });
  }
}

function partialsIn(text: string): readonly (string | undefined)[] {
  return [...text.matchAll(/\{\{~?#?>\s*([^\s}~]+)/g)].map((match) => match[1]);
}

function readTemplates(host: Host, directory: string, report: Report): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const name of host.list(directory).filter((candidate) => templateName.test(candidate))) {
    const path = joinPath(directory, name);
    const content = host.read(path, templateBytesMax);
    if (content.kind === "bytes") texts.set(name, new TextDecoder().decode(content.bytes));
    else report.add("read-failed", undefined, { path: shown(host, path), reason: "it is not a file of at most 1 MiB" });
  }
  return texts;
}
