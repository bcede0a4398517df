/** What `rpcgen init` adds to a project's package.json: scripts, what they need, and in a new project the kind of its modules. */

import { UsageError } from "../exit-code.js";
import { version } from "../version.js";

/** A package.json with something added to it. */
export interface AddedManifest {
  /** The new text; undefined where nothing was to be added. */
  readonly text: string | undefined;
  /** What was added, as `"prebuild": "rpcgen compile"` or `typescript`. */
  readonly added: readonly string[];
  /** Scripts of those names that were there. */
  readonly kept: readonly string[];
  /** Whether packages were added, which `npm install` installs. */
  readonly wantsInstall: boolean;
  /** Whether its scripts are those that build, serve and call the example. */
  readonly hasExample: boolean;
  /** Whether Node and TypeScript take the project's modules for CommonJS. */
  readonly isCommonJs: boolean;
}

type JsonRecord = Readonly<Record<string, unknown>>;

const prebuild = { prebuild: "rpcgen compile" };

/** The example in `templates/init` is built and started so. */
const ofNewProject = { build: "tsc", start: "node dist/src/server.js", client: "node dist/src/client.js" };

/** What the example is built with. Bounded, because a new major version may want other settings in tsconfig.json. */
const toolsOfNewProject = { "@types/node": "^24.0.0", typescript: "^6.0.0" };

/** A package.json to begin with, for a directory of this name. */
export function newManifest(directory: string): string {
  const name = directory
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  return `${JSON.stringify({ name: name === "" ? "app" : name, version: "0.1.0", private: true }, undefined, 2)}\n`;
}

/**
 * `isNew` says that there are no sources yet whose meaning could change. Throws a UsageError for a text that is no package.json.
 * What is there stays as it is, and so does the indentation.
 */
export function addToManifest(text: string, isNew: boolean): AddedManifest {
  const manifest = parseObject(text);
  const scripts = recordIn(manifest, "scripts");
  if (manifest === undefined || scripts === undefined) {
    throw new UsageError("package.json is not a JSON object with scripts", "mend it, then run `rpcgen init` again");
  }
  const type = isNew && manifest["type"] !== "module" ? { type: "module" } : {};
  const wanted = Object.entries({ ...prebuild, ...(isNew ? ofNewProject : {}) });
  const newScripts = wanted.filter(([name]) => !(name in scripts));
  const runtime = missingFrom(manifest, { "@rpcgen/runtime": `^${version()}` });
  const tools = missingFrom(manifest, {
    rpcgen: `^${version()}`,
    ...(isNew ? toolsOfNewProject : {}),
  });
  const more = {
    ...type,
    ...(newScripts.length === 0 ? {} : { scripts: { ...scripts, ...Object.fromEntries(newScripts) } }),
    ...packages(manifest, "dependencies", runtime),
    ...packages(manifest, "devDependencies", tools),
  };
  const names = Object.keys({ ...runtime, ...tools });
  const indent = /^[ \t]+(?=")/m.exec(text)?.[0] ?? "  ";
  const isSame = Object.keys(more).length === 0;
  return {
    text: isSame ? undefined : `${JSON.stringify({ ...manifest, ...more }, undefined, indent)}\n`,
    added: [
      ...("type" in type ? ['"type": "module"'] : []),
      ...newScripts.map(([name, script]) => `"${name}": "${script}"`),
      ...(names.length === 0 ? [] : [names.join(", ")]),
    ],
    kept: Object.keys(prebuild).filter((name) => name in scripts),
    wantsInstall: names.length > 0,
    hasExample: Object.entries({ ...ofNewProject, ...prebuild }).every(
      ([key, script]) => ({ ...scripts, ...more.scripts })[key] === script,
    ),
    isCommonJs: !isNew && manifest["type"] !== "module",
  };
}

/** Those packages that the project does not depend on in one way or another. */
function missingFrom(manifest: JsonRecord, wanted: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const there = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"].flatMap((key) =>
    Object.keys(recordIn(manifest, key) ?? {}),
  );
  return Object.fromEntries(Object.entries(wanted).filter(([name]) => !there.includes(name)));
}

/** The list of packages with more of them, in the order in which npm keeps it. */
function packages(manifest: JsonRecord, key: string, more: JsonRecord): JsonRecord {
  if (Object.keys(more).length === 0) return {};
  const all = Object.entries({ ...recordIn(manifest, key), ...more });
  return { [key]: Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** An object by its key; empty where there is none, undefined where something else is there. */
function recordIn(manifest: JsonRecord | undefined, key: string): JsonRecord | undefined {
  const value = manifest?.[key] ?? {};
  return typeof value === "object" && !Array.isArray(value) ? { ...value } : undefined;
}

function parseObject(text: string): JsonRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
