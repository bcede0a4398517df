/** A door to the disk: what the files of a running program look like, so that a change of them is seen. */

import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

// What Node loads. Declarations, maps and notes of builds change without any change of the program.
const loaded = /\.(?:[cm]?js|[cm]?ts|json|node|wasm)$/;
const declaration = /\.d\.[cm]?ts$/;

/**
 * A text that is another one after a file of the program was made, written or taken away. `places` are files, and folders with
 * everything below them but `node_modules`, links and what begins with a dot. What is not there, or cannot be read, counts as
 * empty; never rejects.
 */
export async function pictureOf(places: readonly string[]): Promise<string> {
  const lines: string[] = [];
  for (const place of places) await addPlace(place, true, lines);
  return lines.join("\n");
}

async function addPlace(path: string, isNamed: boolean, lines: string[]): Promise<void> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return await addFolder(path, lines);
    if (isNamed || isProgram(path)) lines.push(`${path} ${found.size} ${found.mtimeMs} ${found.ino}`);
  } catch {
    // It went while it was looked at, or is not there yet: its absence is the picture.
  }
}

async function addFolder(path: string, lines: string[]): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.isSymbolicLink() || entry.name.startsWith(".") || entry.name === "node_modules") continue;
    if (entry.isDirectory() || isProgram(entry.name)) await addPlace(join(path, entry.name), false, lines);
  }
}

function isProgram(name: string): boolean {
  return loaded.test(name) && !declaration.test(name);
}
