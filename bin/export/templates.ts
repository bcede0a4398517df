/** Reads templates: rpcgen's own, and a project's that stand in for those of the same name. */

import type { Host } from "../../compiler/src/project/host.js";
import type { LoadedConfig } from "../../compiler/src/project/config-file.js";
import { directoryOf, joinPath } from "../../compiler/src/project/logical-path.js";
import { configuredPath, shown } from "../../compiler/src/project/plan.js";
import { TemplateError } from "../../compiler/src/emit/text/template-set.js";
import { didYouMean } from "../../compiler/src/report/did-you-mean.js";
import type { Report } from "../../compiler/src/report/report.js";
import { UsageError } from "../exit-code.js";

const templateBytesMax = 1024 * 1024;

export interface TemplatePlaces {
  /** Absolute directory of rpcgen's own. */
  readonly packaged: string;
  /** The directory that the configuration names, as it is written there, and the key that names it. */
  readonly given: string | undefined;
  readonly key: string;
  /** Which files a directory of templates may hold. */
  readonly names: RegExp;
  /** Whether a file is used although no template of ours has its name and none uses it as a part. */
  readonly isUsed?: ((name: string) => boolean) | undefined;
}

/** The templates of a run, and what to do when one of them cannot be used. */
export interface Templates {
  /** By file name. */
  readonly texts: ReadonlyMap<string, string>;
  /** Runs what renders them; a template that cannot be used is reported, and undefined comes back. */
  attempt<T>(render: () => T): T | undefined;
}

export function readTemplates(
  host: Host,
  loaded: LoadedConfig | undefined,
  places: TemplatePlaces,
  report: Report,
): Templates {
  const own = readDirectory(host, host.absolute(places.packaged), places.names, report);
  const given = readGiven(host, loaded, places, report);
  const shownPath = (name: string): string => shown(host, joinPath(given.directory, name));
  const texts = new Map([...own, ...given.texts]);
  for (const name of given.texts.keys()) {
    const stem = name.replace(/\.hbs$/, "");
    const isPart = stem !== name && [...texts.values()].some((text) => partialsIn(text).includes(stem));
    if (own.has(name) || isPart || places.isUsed?.(name) === true) continue;
    // A file that nothing uses is more likely misspelt than meant.
    const similar = didYouMean(name, own.keys());
    const reason = `no template uses it${similar === undefined ? "" : `; did you mean ${similar}?`}`;
    report.add("template-invalid", undefined, { path: shownPath(name), reason });
  }
  return {
    texts,
    attempt: (render) => {
      try {
        return render();
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
        const file = `${error.template}.hbs`;
        const path = given.texts.has(file) ? shownPath(file) : file;
        report.add("template-invalid", undefined, { path, reason: error.reason });
        return undefined;
      }
    },
  };
}

/** What the project puts in the place of templates, or beside them. */
function readGiven(
  host: Host,
  loaded: LoadedConfig | undefined,
  { given, key, names }: TemplatePlaces,
  report: Report,
): { readonly directory: string; readonly texts: ReadonlyMap<string, string> } {
  if (loaded === undefined || given === undefined) return { directory: "", texts: new Map() };
  const directory = host.absolute(configuredPath(directoryOf(loaded.path), given));
  if (host.find(directory)?.kind !== "directory") {
    throw new UsageError(`there is no directory ${shown(host, directory)}`, `the configuration names it as \`${key}\``);
  }
  return { directory, texts: readDirectory(host, directory, names, report) };
}

function partialsIn(text: string): readonly (string | undefined)[] {
  return [...text.matchAll(/\{\{~?#?>\s*([^\s}~]+)/g)].map((match) => match[1]);
}

function readDirectory(host: Host, directory: string, names: RegExp, report: Report): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const name of host.list(directory).filter((candidate) => names.test(candidate))) {
    const path = joinPath(directory, name);
    const content = host.read(path, templateBytesMax);
    if (content.kind === "bytes") texts.set(name, new TextDecoder().decode(content.bytes));
    else report.add("read-failed", undefined, { path: shown(host, path), reason: "it is not a file of at most 1 MiB" });
  }
  return texts;
}
