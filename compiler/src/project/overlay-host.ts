/** A disk with the unsaved texts of an editor in front of it. */

import type { Entry, FileContent, Host } from "./host.js";
import { directoryOf, pathInside } from "./logical-path.js";

/** Texts by real path. */
export type Overlays = ReadonlyMap<string, string>;

/** A host that answers with `overlays` where there are any, and notes in `asked` which paths it was asked about. */
export function createOverlayHost(disk: Host, overlays: Overlays, asked: Set<string> = new Set()): Host {
  const find = (path: string): Entry | undefined => {
    asked.add(path);
    const entry = disk.find(path);
    if (entry !== undefined) {
      asked.add(entry.realPath);
      return overlays.has(entry.realPath) ? { kind: "file", realPath: entry.realPath } : entry;
    }
    if (overlays.has(path)) return { kind: "file", realPath: path };
    for (const overlay of overlays.keys()) {
      if (pathInside(path, overlay) !== undefined) return { kind: "directory", realPath: path };
    }
    return undefined;
  };
  const read = (path: string, bytesMax: number): FileContent => {
    asked.add(path);
    const text = overlays.get(path);
    if (text === undefined) return disk.read(path, bytesMax);
    // One mark is dropped where bytes become text; a second one keeps the offsets of the editor.
    const bytes = new TextEncoder().encode(text.charCodeAt(0) === 0xfeff ? `\ufeff${text}` : text);
    return bytes.length > bytesMax ? { kind: "tooLarge", sizeBytes: bytes.length } : { kind: "bytes", bytes };
  };
  const list = (path: string): readonly string[] => {
    const names = disk.list(path);
    const own = [...overlays.keys()].filter((overlay) => directoryOf(overlay) === path);
    if (own.length === 0) return names;
    return [...new Set([...names, ...own.map((overlay) => overlay.slice(overlay.lastIndexOf("/") + 1))])].sort();
  };
  return { ...disk, find, read, list };
}
