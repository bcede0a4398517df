/** Finds `.rpc` files by path, directory or pattern, in the same order on every machine. */

import type { Host } from "./host.js";
import { directoryOf, joinPath } from "./logical-path.js";

/** What one argument led to. */
export interface Found {
  /** Absolute paths, sorted by code unit. */
  readonly files: readonly string[];
  /** The directory that the argument names without its wildcards: where logical paths begin by default. */
  readonly base: string;
}

/** How many alternatives the braces of one pattern may stand for. */
const alternativeCountMax = 1_000;

/** Directories that a wildcard does not enter: they hold other people's files. A pattern may name them. */
function isSkipped(name: string): boolean {
  return name.startsWith(".") || name === "node_modules";
}

/**
 * Finds what one argument means. What exists is taken by its name, wildcards or not; a directory stands for every
 * `.rpc` file below it; anything else is a pattern of `*`, `?`, `[a-z]`, `{one,other}` and `**`, which passes through
 * directories but not through symbolic links, and finds nothing but `.rpc` files.
 */
export function findFiles(host: Host, argument: string): Found {
  const path = host.absolute(argument);
  const entry = host.find(path);
  if (entry?.kind === "directory") return { files: walk(host, path, ["**", "*.rpc"]), base: path };
  if (entry !== undefined) return { files: [path], base: directoryOf(path) };
  const files = new Set<string>();
  let base: string | undefined;
  for (const pattern of alternatives(path)) {
    const parts = pattern.split("/").filter((part) => part !== "");
    const plain = parts.findIndex((part) => /[*?[]/.test(part));
    const directory = joinPath("/", parts.slice(0, plain === -1 ? -1 : plain).join("/"));
    for (const file of walk(host, directory, parts.slice(plain === -1 ? -1 : plain))) {
      if (file.endsWith(".rpc")) files.add(file);
    }
    base = base === undefined ? directory : sharedDirectory(base, directory);
  }
  return { files: [...files].sort(), base: base ?? "/" };
}

/** The innermost directory that holds both. */
export function sharedDirectory(first: string, second: string): string {
  const a = first.split("/");
  const b = second.split("/");
  let shared = 0;
  while (shared < a.length && shared < b.length && a[shared] === b[shared]) shared++;
  return a.slice(0, shared).join("/") || "/";
}

function walk(host: Host, directory: string, parts: readonly string[]): string[] {
  const files = new Set<string>();
  // Several `**` reach one directory in many ways; once is enough.
  const entered = new Set<string>();
  const enter = (at: string, index: number): void => {
    // At the end, everything below is meant.
    const part = parts[index] ?? (parts.at(-1) === "**" ? "*" : undefined);
    if (part === undefined || entered.has(`${index} ${at}`)) return;
    entered.add(`${index} ${at}`);
    const isLast = index >= parts.length - 1 && part !== "**";
    if (part === "**") enter(at, index + 1);
    for (const listed of host.list(at)) {
      const isDirectory = listed.endsWith("/");
      const name = isDirectory ? listed.slice(0, -1) : listed;
      const child = joinPath(at, name);
      if (part === "**") {
        if (isDirectory && !isSkipped(name)) enter(child, index);
        continue;
      }
      if (!matches(part, name) || (isSkipped(name) && !part.startsWith(name.slice(0, 1)))) continue;
      if (isDirectory && !isLast) enter(child, index + 1);
      else if (isLast && !isDirectory && host.find(child)?.kind === "file") files.add(child);
    }
  };
  enter(directory, 0);
  return [...files].sort();
}

/** Whether `name` matches one part of a pattern. Takes time in proportion to both, whatever the wildcards. */
function matches(pattern: string, name: string): boolean {
  const tokens = tokensOf(pattern);
  const characters = [...name];
  let token = 0;
  let character = 0;
  let star = -1;
  let starCharacter = 0;
  while (character < characters.length) {
    const current = tokens[token];
    if (current === "*") {
      star = token++;
      starCharacter = character;
    } else if (typeof current === "function" && current(characters[character] ?? "")) {
      token++;
      character++;
    } else if (star >= 0) {
      token = star + 1;
      character = ++starCharacter;
    } else {
      return false;
    }
  }
  while (tokens[token] === "*") token++;
  return token === tokens.length;
}

type Token = "*" | ((character: string) => boolean);

function tokensOf(pattern: string): Token[] {
  const characters = [...pattern];
  const tokens: Token[] = [];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] ?? "";
    const end = character === "[" ? characters.indexOf("]", i + 2) : -1;
    if (character === "*") {
      tokens.push("*");
    } else if (character === "?") {
      tokens.push(() => true);
    } else if (end > 0) {
      tokens.push(setOf(characters.slice(i + 1, end)));
      i = end;
    } else {
      tokens.push((other) => other === character);
    }
  }
  return tokens;
}

/** The inside of `[a-z]` or `[!a-z]`. */
function setOf(inside: readonly string[]): (character: string) => boolean {
  const isNegated = inside[0] === "!" || inside[0] === "^";
  const members = isNegated ? inside.slice(1) : inside;
  return (character) => {
    for (let i = 0; i < members.length; i++) {
      const from = members[i] ?? "";
      const isRange = members[i + 1] === "-" && i + 2 < members.length;
      const to = isRange ? (members[i + 2] ?? from) : from;
      if (character >= from && character <= to) return !isNegated;
      if (isRange) i += 2;
    }
    return isNegated;
  };
}

/** Spells out `{one,other}`, nested ones too; a pattern with more alternatives than the limit is taken as it is written. */
function alternatives(pattern: string): readonly string[] {
  let done: string[] = [pattern];
  for (;;) {
    const next = done.flatMap(expandInnermost);
    if (next.length > alternativeCountMax) return [pattern];
    if (next.length === done.length && next.every((text, i) => text === done[i])) return next;
    done = next;
  }
}

function expandInnermost(pattern: string): string[] {
  const braces = /\{([^{}]*,[^{}]*)\}/.exec(pattern);
  if (braces?.[1] === undefined) return [pattern];
  const before = pattern.slice(0, braces.index);
  const after = pattern.slice(braces.index + braces[0].length);
  return braces[1].split(",").map((choice) => before + choice + after);
}
