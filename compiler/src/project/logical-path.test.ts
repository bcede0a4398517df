/** Paths of every system, as the compiler knows them: with `/`, and with one way to write a drive. */

import { posix, win32 } from "node:path";
import { expect, test } from "vitest";
import { directoryOf, isAbsolutePath, joinPath, pathInside, relativePath, withSlashes } from "./logical-path.js";

const onWindows = (...parts: string[]): string => withSlashes(win32.resolve(...parts), win32.sep);

test("paths of Windows have slashes, and a drive is one whoever writes it", () => {
  const root = onWindows("c:\\src", "shop");
  expect(root).toBe("C:/src/shop");
  expect(onWindows("C:\\src\\x", "..\\shop")).toBe(root);
  expect(pathInside(root, onWindows("c:\\src\\shop\\rpc\\a.rpc"))).toBe("rpc/a.rpc");
  expect(relativePath(root, onWindows("C:/src/gen/a.ts"))).toBe("../gen/a.ts");
  expect(joinPath(root, "../idl/./a.rpc")).toBe("C:/src/idl/a.rpc");
  expect(win32.relative("C:\\src\\shop", win32.resolve(root, "gen"))).toBe("gen");
});

test("where a backslash is a character, it stays one, and so does what looks like a drive", () => {
  const path = posix.resolve("/shop", "c:\\a");
  expect(withSlashes(path, posix.sep)).toBe("/shop/c:\\a");
  expect(withSlashes("c:/a", posix.sep)).toBe("c:/a");
});

test.each([
  ["C:/shop/a.rpc", ["C:/shop", "C:/", "C:/"]],
  ["/shop/a.rpc", ["/shop", "/", "/"]],
])("directories above %s end at the top", (path, above) => {
  const seen: string[] = [];
  for (let at = directoryOf(path); seen.length < above.length; at = directoryOf(at)) seen.push(at);
  expect(seen).toEqual(above);
});

test("what stands at the top of a drive is inside of it", () => {
  expect(joinPath(directoryOf("C:/rpcgen.config.ts"), "rpc")).toBe("C:/rpc");
  expect(pathInside("C:/", "C:/rpc/a.rpc")).toBe("rpc/a.rpc");
});

test("absolute paths are those from a top or a drive", () => {
  const paths = ["/a", "C:/a", "c:/a", "a", "../a", "a:b/c"];
  expect(paths.filter(isAbsolutePath)).toEqual(["/a", "C:/a", "c:/a", "a:b/c"]);
});
