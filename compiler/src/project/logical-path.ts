/** Arithmetic on paths with `/`: joining, containment, and what the text of an import may be. */

/** Joins and removes `.` and `..`; `..` beyond the top stays at the top. */
export function joinPath(directory: string, path: string): string {
  const parts: string[] = [];
  for (const part of `${directory}/${path}`.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  const joined = parts.join("/");
  return /^[A-Za-z]:/.test(directory) ? joined : `/${joined}`;
}

/** The directory that holds a path; "/" at the top, or that of a drive, which without its slash would be where that drive was left. */
export function directoryOf(path: string): string {
  const slash = path.lastIndexOf("/");
  const drive = /^[A-Za-z]:(?=\/[^/]*$)/.exec(path)?.[0];
  if (drive !== undefined) return `${drive}/`;
  return slash <= 0 ? "/" : path.slice(0, slash);
}

/** Whether the path begins at the top, or at that of a drive. */
export function isAbsolutePath(path: string): boolean {
  return path.startsWith("/") || /^[A-Za-z]:/.test(path);
}

/**
 * A path of the system with `/`, and with one way to write a drive: editors and shells differ in theirs. Where the system separates
 * with `/` itself, a backslash is a character like any other.
 */
export function withSlashes(path: string, separator: string): string {
  if (separator === "/") return path;
  return path.replaceAll(separator, "/").replace(/^[a-z]:/, (drive) => drive.toUpperCase());
}

/** The path inside `root`, or undefined where it stands outside. */
export function pathInside(root: string, path: string): string | undefined {
  const prefix = root.endsWith("/") ? root : `${root}/`;
  return path.startsWith(prefix) && path.length > prefix.length ? path.slice(prefix.length) : undefined;
}

/** The path as seen from `directory`, with `..` where it has to climb. */
export function relativePath(directory: string, path: string): string {
  const from = directory.split("/").filter((part) => part !== "");
  const to = path.split("/").filter((part) => part !== "");
  let shared = 0;
  while (shared < from.length && shared < to.length - 1 && from[shared] === to[shared]) shared++;
  return [...from.slice(shared).map(() => ".."), ...to.slice(shared)].join("/");
}

/** Why this text cannot be the path of an import, as the end of a sentence; undefined where it can. */
export function importPathProblem(path: string): string | undefined {
  if (path === "") return "is empty";
  if (hasControlCharacter(path)) return "holds a control character";
  if (path.includes("\\")) return "holds a backslash; use `/` on every system";
  if (/^[A-Za-z]:/.test(path)) return "starts with a drive letter; imports are relative";
  if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(path)) return "is a URL; imports are relative paths of files";
  if (path.startsWith("/")) return "is absolute; imports are relative to the importing file or to an import root";
  if (path.includes("%")) return "holds `%`; write the characters themselves";
  if (path.endsWith("/")) return "ends in `/`; name a file";
  if (/(^|\/)\.{1,2}$/.test(path)) return "is a directory; name a file";
  if (path.includes("//")) return "holds an empty part between two slashes";
  return undefined;
}

function hasControlCharacter(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 32 || (unit >= 127 && unit < 160)) return true;
  }
  return false;
}
