/** The same text in and out, with Node's Buffer and without it, as in a browser. */

import { afterEach, expect, test, vi } from "vitest";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

for (const platform of ["node", "browser"]) {
  test(`text is written and read strictly on the platform: ${platform}`, async () => {
    if (platform === "browser") vi.stubGlobal("Buffer", undefined);
    vi.resetModules();
    const { allocate, readUtf8, writeUtf8 } = await import("./utf8.js");
    for (const text of ["", "plain", "é€😀", "\ufeffmark", "\ufffd", "x".repeat(5000) + "ü"]) {
      const bytes = allocate(text.length * 3 + 4);
      const written = writeUtf8(bytes, text, 2);
      expect(written).toBe(new TextEncoder().encode(text).length);
      expect(readUtf8(bytes, 2, 2 + written)).toBe(text);
    }
    for (const bad of [[0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82], [0xff]]) {
      expect(readUtf8(Uint8Array.from(bad), 0, bad.length)).toBeUndefined();
    }
  });
}

test("halves of surrogate pairs are found wherever they stand", async () => {
  const { isWellFormed } = await import("./utf8.js");
  expect(["", "a", "😀", "a😀b"].every(isWellFormed)).toBe(true);
  expect(["\ud83d", "\ude00", "\ude00\ud83d", "a\ud83d", "\ud83da", "😀\ud83d"].some(isWellFormed)).toBe(false);
});
