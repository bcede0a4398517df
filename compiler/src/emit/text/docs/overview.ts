/** What is shown on the pages about many things: the first one, those of packages, and the list of all names. */

import type { Declaration, ServiceSchema } from "../../../schema/schema.js";
import { plainSummary } from "../markdown.js";
import { letterOf } from "./declaration-view.js";
import { declarationsIn, kindTitles, packagesOf } from "./navigation.js";
import type { Stop } from "./navigation.js";
import { memberId } from "./page-context.js";
import type { PageContext } from "./page-context.js";

export function homeView(at: PageContext): object {
  const { site } = at;
  const packages = packagesOf(site).map((name) => {
    const files = site.schema.files.filter((file) => file.package === name);
    const declared = declarationsIn(site, name);
    return {
      name: name === "" ? "(no package)" : name,
      href: at.hrefOfPackage(name),
      isStandard: files.every(({ isStandard }) => isStandard),
      summary: plainSummary(files.find(({ docs }) => docs !== "")?.docs ?? ""),
      services: declared.filter((one) => one.kind === "service").map((service) => serviceLine(at, service)),
      counts: countsOf(declared),
    };
  });
  return {
    intro: at.markdown(site.settings.intro, 2),
    ownPackages: packages.filter(({ isStandard }) => !isStandard),
    standardPackages: packages.filter(({ isStandard }) => isStandard),
    hasStandard: packages.some(({ isStandard }) => isStandard),
  };
}

function serviceLine(at: PageContext, service: ServiceSchema): object {
  return {
    name: service.name,
    href: at.hrefOf(service.fullName),
    summary: plainSummary(service.docs),
    isDeprecated: service.deprecated !== undefined,
    methods: service.methods.slice(0, 12).map(({ name }) => ({
      name,
      href: at.hrefOf(service.fullName, memberId("method", name)),
    })),
    more: Math.max(0, service.methods.length - 12),
  };
}

const nouns: readonly (readonly [Declaration["kind"], string, string])[] = [
  ["message", "message", "messages"],
  ["union", "union", "unions"],
  ["enum", "enum", "enums"],
  ["error", "error", "errors"],
  ["alias", "type", "types"],
];

function countsOf(declared: readonly Declaration[]): readonly string[] {
  return nouns.flatMap(([kind, one, many]) => {
    const count = declared.filter((candidate) => candidate.kind === kind).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
  });
}

export function packageView(at: PageContext): { readonly stops: readonly Stop[] } {
  const { site } = at;
  const files = site.schema.files.filter((file) => file.package === at.package);
  const declared = declarationsIn(site, at.package);
  const groups = kindTitles.flatMap(([kind, title]) => {
    const ofKind = declared.filter((one) => one.kind === kind);
    return ofKind.length === 0 ? [] : [{ id: `all-${kind}`, title, items: ofKind.map((one) => listed(at, one)) }];
  });
  const view = {
    name: at.package === "" ? "(no package)" : at.package,
    files: files.map(({ path, docs, imports }) => ({
      path,
      docs: at.markdown(docs, 2),
      imports: imports.map((imported) => importedFile(at, imported)),
      hasImports: imports.length > 0,
    })),
    groups,
    stops: groups.map(({ id, title }) => ({ id, name: title })),
  };
  return view;
}

function importedFile(at: PageContext, path: string): object {
  const file = at.site.fileAt(path);
  return { text: path, href: file === undefined ? "" : at.hrefOfPackage(file.package) };
}

function listed(at: PageContext, declared: Declaration): object {
  return {
    name: declared.name,
    href: at.hrefOf(declared.fullName),
    letter: letterOf(declared),
    kind: declared.kind,
    summary: plainSummary(declared.docs) || contentsOf(declared),
    isDeprecated: declared.deprecated !== undefined,
  };
}

/** What is in something that has no docs. */
function contentsOf(declared: Declaration): string {
  if (declared.kind === "alias") return declared.type.name;
  const parts =
    declared.kind === "service" ? declared.methods : declared.kind === "enum" ? declared.values : declared.fields;
  const names = parts.slice(0, 6).map(({ name }) => name);
  return names.join(", ") + (parts.length > 6 ? ", \u2026" : "");
}

/** Everything by its first letter, for those who would rather read than search. */
export function namesView(at: PageContext): object {
  const all = packagesOf(at.site).flatMap((name) =>
    declarationsIn(at.site, name).map((declared) => ({ ...listed(at, declared), sort: declared.name, package: name })),
  );
  all.sort((a, b) => compare(a.sort.toLowerCase(), b.sort.toLowerCase()) || compare(a.package, b.package));
  const letters = new Map<string, object[]>();
  for (const entry of all) {
    const letter = entry.sort.slice(0, 1).toUpperCase();
    const known = letters.get(letter);
    if (known === undefined) letters.set(letter, [entry]);
    else known.push(entry);
  }
  return { letters: [...letters].map(([letter, items]) => ({ letter, id: `letter-${letter}`, items })) };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
