/** Which relative paths files may have: those that every file system can hold and that stay where they belong. */

/** Names that Windows gives to devices, whatever follows their first dot. */
const deviceName = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/** Characters that some file system refuses in a name. */
const refusedCharacter = /[<>:"|?*\\]/;

/** Directories whose contents other programs trust. */
const foreignDirectories: ReadonlySet<string> = new Set([".git", ".hg", ".svn", "node_modules"]);

/** The longest name and the longest path, in bytes of UTF-8, that Linux, macOS and Windows all take. */
const systemNameBytesMax = 255;
const pathBytesMax = 1_000;

/**
 * Why no file may have this path (relative, with `/`), as the end of a sentence that begins with the path;
 * undefined where it may.
 */
export function portablePathProblem(path: string, nameBytesMax: number = systemNameBytesMax): string | undefined {
  if (path === "") return "is empty";
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return "is absolute";
  if (Buffer.byteLength(path) > pathBytesMax) return `is longer than ${pathBytesMax} bytes`;
  for (const name of path.split("/")) {
    const problem = portableNameProblem(name, nameBytesMax);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The same for one part of a path. */
export function portableNameProblem(name: string, nameBytesMax: number = systemNameBytesMax): string | undefined {
  if (name === "") return "has an empty part";
  if (name === "." || name === "..") return `has the part \`${name}\``;
  if (foreignDirectories.has(name.toLowerCase())) return `leads through \`${name}\`, which belongs to another program`;
  if (!isPrintable(name)) return "holds a character that cannot be shown";
  if (refusedCharacter.test(name)) return "holds a character that Windows refuses in names";
  if (deviceName.test(name)) return `has the part \`${name}\`, which is a device on Windows`;
  if (name.endsWith(".") || name.endsWith(" ")) return "has a part that ends in a dot or a space, which Windows drops";
  if (Buffer.byteLength(name) > nameBytesMax) return `has a part longer than ${nameBytesMax} bytes`;
  return undefined;
}

/** No control characters, none that turn the direction of writing or have no width, and no half of a surrogate pair. */
function isPrintable(name: string): boolean {
  return !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(name);
}

/** Two paths with the same key meet on some file system: those of macOS and Windows fold case and compose accents. */
export function portablePathKey(path: string): string {
  return path.normalize("NFC").toLowerCase();
}
