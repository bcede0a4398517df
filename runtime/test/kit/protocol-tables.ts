/** Prints the tables of docs/PROTOCOL.md from the code that obeys them. */

import { Flag, reservedFlags } from "../../src/frame/frame.js";
import { frameTable } from "../../src/frame/frame-table.js";
import {
  callsBeforeHello,
  chunkBytes,
  creditMax,
  headerBytes,
  initialCredit,
  wholeCredit,
  prefaceStart,
  protocolVersion,
  streamIdMax,
} from "../../src/frame/frame.js";
import { closeCodeDocs, closeCodes } from "../../src/frame/frame-error.js";
import { wireShapes } from "../../src/frame/control.js";
import { statusCodes } from "../../src/error/status.js";
import { limitDocs } from "../../src/limit-docs.js";
import { limitDefinitions } from "../../src/limits.js";
import { streamEvents, streamStateDocs, streamStates, streamSteps } from "../../src/stream/stream-state.js";

const docs = new Map(Object.entries(limitDocs));

type Row = readonly (string | number)[];

const hex = (number: number): string => `0x${number.toString(16).padStart(2, "0")}`;

const flagDocs: Readonly<Record<keyof typeof Flag, string>> = {
  deadline: "A section with the milliseconds that are left, u32.",
  metadata: "A section with metadata: u32 length, then entries.",
  trace: "Reserved for trace context; refused.",
  compressed: "Reserved for compressed messages; refused.",
  oneway: "Nothing is answered.",
  more: "The message goes on in the next DATA frame of the stream.",
  noBody: "No message in this frame; the messages follow as DATA.",
};

function table(head: Row, rows: readonly Row[]): string {
  const line = (row: Row): string => `| ${row.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function flagNames(flags: number): string {
  const names = Object.entries(Flag).filter(([, bit]) => (flags & bit) !== 0);
  return names.map(([name]) => name).join(", ");
}

/** Each table by the name in its marker. */
export const protocolTables: Readonly<Record<string, () => string>> = {
  constants: () =>
    table(
      ["constant", "value"],
      [
        ["preface", [...prefaceStart, protocolVersion].map((byte) => byte.toString(16).padStart(2, "0")).join(" ")],
        ["header", `${headerBytes} bytes`],
        ["part of a message in one frame, at most", `${chunkBytes} bytes`],
        ["initial credit of each direction of each stream", `${initialCredit} bytes`],
        ["more of it for a message in parts that a REQUEST or RESPONSE begins", `${wholeCredit} bytes`],
        ["credit, at most", creditMax],
        ["stream id, at most", streamIdMax],
        ["calls before the server's HELLO, at most", callsBeforeHello],
      ],
    ),
  frames: () =>
    table(
      ["type", "name", "from", "on", "method field", "flags", "payload", "meaning"],
      frameTable.map((row) => [
        row.type,
        row.name,
        row.from,
        row.on,
        row.method ?? "0",
        flagNames(row.flags),
        row.payload,
        row.doc,
      ]),
    ),
  flags: () =>
    table(
      ["bit", "name", "meaning"],
      Object.entries(Flag).map(([name, bit]) => [hex(bit), name, flagDocs[name as keyof typeof Flag]]),
    ) + `\n\nReserved flags together: ${hex(reservedFlags)}.`,
  shapes: () =>
    table(
      ["number", "shape"],
      wireShapes.map((shape, number) => [number, shape]),
    ),
  states: () =>
    table(
      ["state", ...streamEvents, "meaning"],
      streamStates.map((state) => [
        state,
        ...streamEvents.map((event) => streamSteps[state][event]),
        streamStateDocs[state],
      ]),
    ),
  closes: () =>
    table(
      ["number", "code", "meaning"],
      closeCodes.map((code, number) => [number, code, closeCodeDocs[code]]),
    ),
  statuses: () =>
    table(
      ["number", "code"],
      statusCodes.map((code, number) => [number, code]),
    ),
  limits: () =>
    table(
      ["name", "default", "unit", "what it bounds"],
      Object.entries(limitDefinitions).map(([name, row]) => {
        const { unit = "", doc = "" } = docs.get(name) ?? {};
        return [name, row.default, unit, doc];
      }),
    ),
};

/** The document with the text between its markers replaced by what the code says now. */
export function refreshTables(document: string): string {
  return document.replace(
    /<!-- table: (\w+) -->\n[\s\S]*?<!-- end -->/g,
    (_, name: string) => `<!-- table: ${name} -->\n\n${protocolTables[name]?.() ?? "?"}\n\n<!-- end -->`,
  );
}
