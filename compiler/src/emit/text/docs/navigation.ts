/** What stands around a page's own contents: the way here, and what is near. Bounded, however large the site is. */

import type { Declaration } from "../../../schema/schema.js";
import { declarationsOf, homePage, indexFile, namesPage, scriptFile, styleFile } from "./addresses.js";
import { letterOf } from "./declaration-view.js";
import type { PageContext, Site } from "./page-context.js";

/** How many neighbours a page shows of each kind before it leads to the list of all. */
const neighbourCountMax = 40;

/** A place on the page itself. */
export interface Stop {
  readonly id: string;
  readonly name: string;
}

export interface FrameOptions {
  /** Of the page, for the window; "" for the first one. */
  readonly title: string;
  readonly description: string;
  /** What the page is about; undefined for pages about many things. */
  readonly current: Declaration | undefined;
  readonly stops: readonly Stop[];
}

/** Everything that the layout needs. */
export function frameView(at: PageContext, options: FrameOptions): object {
  const { site } = at;
  const { title } = site.settings;
  return {
    version: site.settings.version,
    siteTitle: title,
    windowTitle: options.title === "" ? title : `${options.title} \u2013 ${title}`,
    description: options.description,
    root: at.root,
    home: at.home,
    namesPage: at.href(namesPage),
    styleFile: at.href(styleFile),
    scriptFile: at.href(scriptFile),
    indexFile: at.href(indexFile),
    isHome: at.page === homePage,
    isNames: at.page === namesPage,
    package: at.package,
    packageHref: at.page === homePage || at.page === namesPage ? "" : at.hrefOfPackage(at.package),
    hasPackage: at.page !== homePage && at.page !== namesPage,
    isPackagePage: at.page === site.addresses.ofPackage(at.package),
    packages: nearby(packagesOf(site), at.package).map((name) => ({
      name: name === "" ? "(no package)" : name,
      href: at.hrefOfPackage(name),
      isCurrent: at.page !== homePage && at.page !== namesPage && name === at.package,
      groups: at.page !== homePage && at.page !== namesPage && name === at.package ? groupsOf(at, options.current) : [],
    })),
    morePackages: Math.max(0, packagesOf(site).length - neighbourCountMax),
    stops: options.stops.slice(0, 200),
    hasStops: options.stops.length > 1,
  };
}

/** All packages: the user's in the order of their names, then those of the standard library. */
export function packagesOf(site: Site): readonly string[] {
  const known = packagesBySite.get(site);
  if (known !== undefined) return known;
  const own = new Set<string>();
  const standard = new Set<string>();
  for (const file of site.schema.files) {
    if (declarationsOf(file).length > 0) (file.isStandard ? standard : own).add(file.package);
  }
  const sorted = [...own].sort();
  const packages = [...sorted, ...[...standard].filter((name) => !own.has(name)).sort()];
  packagesBySite.set(site, packages);
  return packages;
}

const packagesBySite = new WeakMap<Site, readonly string[]>();

/** What a package declares, by kind and name. */
export function declarationsIn(site: Site, packageName: string): readonly Declaration[] {
  let byPackage = declarationsBySite.get(site);
  if (byPackage === undefined) {
    byPackage = new Map();
    for (const file of site.schema.files) {
      const known = byPackage.get(file.package);
      if (known === undefined) byPackage.set(file.package, [...declarationsOf(file)]);
      else known.push(...declarationsOf(file));
    }
    declarationsBySite.set(site, byPackage);
  }
  return byPackage.get(packageName) ?? [];
}

const declarationsBySite = new WeakMap<Site, Map<string, Declaration[]>>();

export const kindTitles: readonly (readonly [Declaration["kind"], string])[] = [
  ["service", "Services"],
  ["message", "Messages"],
  ["union", "Unions"],
  ["enum", "Enums"],
  ["error", "Errors"],
  ["alias", "Types"],
];

/** The same by kind: worked out once, since every page of the package asks for it. */
function kindsIn(site: Site, packageName: string): ReadonlyMap<Declaration["kind"], readonly Declaration[]> {
  const all = declarationsIn(site, packageName);
  let kinds = kindsByList.get(all);
  if (kinds === undefined) {
    kinds = new Map();
    for (const declared of all) {
      const known = kinds.get(declared.kind);
      if (known === undefined) kinds.set(declared.kind, [declared]);
      else known.push(declared);
    }
    kindsByList.set(all, kinds);
  }
  return kinds;
}

const kindsByList = new WeakMap<readonly Declaration[], Map<Declaration["kind"], Declaration[]>>();

function groupsOf(at: PageContext, current: Declaration | undefined): readonly object[] {
  const kinds = kindsIn(at.site, at.package);
  return kindTitles.flatMap(([kind, title]) => {
    const ofKind = kinds.get(kind);
    if (ofKind === undefined) return [];
    const shown = nearby(ofKind, current);
    return [
      {
        title,
        items: shown.map((declared) => ({
          name: declared.name,
          href: at.hrefOf(declared.fullName),
          letter: letterOf(declared),
          kind,
          isCurrent: declared === current,
          isDeprecated: declared.deprecated !== undefined,
        })),
        more: ofKind.length - shown.length,
        all: at.hrefOfPackage(at.package),
      },
    ];
  });
}

/** Those around the current one, in their order. */
function nearby<T>(items: readonly T[], current: T | undefined): readonly T[] {
  if (items.length <= neighbourCountMax) return items;
  const index = current === undefined ? 0 : Math.max(0, items.indexOf(current));
  const start = Math.min(Math.max(0, index - neighbourCountMax / 2), items.length - neighbourCountMax);
  return items.slice(start, start + neighbourCountMax);
}
