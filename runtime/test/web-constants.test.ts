/** What the small client for browsers says again in fewer bytes is what everybody else says. */

import { expect, it } from "vitest";
import { allowedFrom } from "../src/frame/frame-table.js";
import * as frame from "../src/frame/frame.js";
import { limitDefinitions, type LimitName } from "../src/limits.js";
import { defaultWebLimits } from "../src/web/web-limits.js";
import { flagsFromServer } from "../src/web/web-session.js";

it("single numbers are those of the tables", () => {
  const numbers = new Map<string, unknown>(Object.entries(frame));
  for (const [name, value] of Object.entries(frame.FrameType)) expect(numbers.get(`${name}Type`)).toBe(value);
  for (const [name, value] of Object.entries(frame.Flag)) expect(numbers.get(`${name}Flag`)).toBe(value);
});

it("flags are allowed as the table of frames says", () => {
  const flags = allowedFrom("server").flatMap((row) => (row === undefined ? [] : [[String(row.type), row.flags]]));
  expect(flagsFromServer).toEqual(Object.fromEntries(flags));
  const streams = allowedFrom("server").flatMap((row) => (row?.on === "stream" ? [row.type] : []));
  expect([Math.min(...streams), Math.max(...streams)]).toEqual([frame.responseType, frame.creditType]);
});

it("limits have the defaults of all clients", () => {
  const isDefault = ([name, value]: [string, number]): boolean => limitDefinitions[name as LimitName].default === value;
  expect(Object.entries(defaultWebLimits).filter((limit) => !isDefault(limit))).toEqual([]);
});
