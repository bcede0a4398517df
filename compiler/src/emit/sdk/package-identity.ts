/** What an npm package may be called, and which version it has: what the registry and npm would refuse is refused here. */

import { isBuiltin } from "node:module";
import type { Schema } from "../../schema/schema.js";

const part = /^[a-z0-9~-][a-z0-9._~-]*$/;
const bannedNames: ReadonlySet<string> = new Set(["node_modules", "favicon.ico"]);

/** Why a package cannot have this name, as the end of a sentence; undefined where it can. Source: npm's rules for new packages. */
export function packageNameProblem(name: string): string | undefined {
  if (name === "") return "is empty";
  if (name.length > 214) return `has ${name.length} characters, and npm takes 214`;
  if (/[A-Z]/.test(name)) return "has capital letters";
  const [, scope, bare = name] = /^@([^/]*)\/(.*)$/s.exec(name) ?? [];
  if (name.startsWith("@") && scope === undefined)
    return "begins with @, but has no scope and name with a slash between";
  for (const piece of scope === undefined ? [bare] : [scope, bare]) {
    if (!part.test(piece))
      return "may have lower case letters, digits, hyphens, dots and underscores, and begins with a letter, a digit or a hyphen";
  }
  if (bannedNames.has(bare)) return "is a name that npm refuses";
  if (scope === undefined && isBuiltin(bare)) return "is the name of a module of Node itself";
  return undefined;
}

// Source: semver.org, version 2.0.0.
const semver =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?$/;

/** Why a package cannot have this version, as the end of a sentence; undefined where it can. */
export function packageVersionProblem(version: string): string | undefined {
  if (version.length > 256) return `has ${version.length} characters, and npm takes 256`;
  return semver.test(version) ? undefined : "is no semantic version, for instance 1.4.0 or 2.0.0-beta.1";
}

/**
 * The version that the package lines speak of: `v2` is 2.0.0, `v1beta3` is 1.0.0-beta.3, and the highest of several counts;
 * 0.1.0 where none says anything.
 */
export function versionOfPackages(schema: Schema): string {
  const versions = schema.files.flatMap((file) => {
    const match = file.isStandard ? null : /\.v(\d{1,6})(?:(alpha|beta)(\d{0,6}))?$/.exec(file.package);
    return match === null ? [] : [{ major: Number(match[1]), stage: match[2] ?? "", step: Number(match[3] ?? 0) || 1 }];
  });
  // `alpha` before `beta` before none, as letters and semver have it.
  const rank = (stage: string): string => (stage === "" ? "~" : stage);
  versions.sort(
    (a, b) =>
      a.major - b.major || (rank(a.stage) < rank(b.stage) ? -1 : rank(a.stage) > rank(b.stage) ? 1 : a.step - b.step),
  );
  const last = versions.at(-1);
  if (last === undefined) return "0.1.0";
  return `${last.major}.0.0${last.stage === "" ? "" : `-${last.stage}.${last.step}`}`;
}
