/** Sizes of clients as people read them on a terminal. */

import { printable } from "../../compiler/src/report/printable.js";
import type { ClientSize, MethodSize } from "./measure-clients.js";

const titles = ["method", "gz bytes", "runtime", "generated"] as const;

/** A row for each method, and one for all together; those over `bytesMax` are marked. */
export function sizeTable(methods: readonly MethodSize[], all: ClientSize, bytesMax: number | undefined): string {
  const names = namesOf(methods);
  const rows = [
    { cells: titles, mark: "" },
    ...methods.map((size, index) => ({
      cells: [printable(names[index] ?? ""), ...figures(size)],
      mark: markOf(size, bytesMax),
    })),
    { cells: [methods.length === 1 ? "all" : `all ${methods.length} in one client`, ...figures(all)], mark: "" },
  ];
  const columns = titles.map((_, column) => Math.max(...rows.map(({ cells }) => cells[column]?.length ?? 0)));
  return rows
    .map(({ cells, mark }) => {
      const [name = "", ...numbers] = cells;
      const aligned = numbers.map((text, index) => text.padStart(columns[index + 1] ?? 0));
      return `  ${[name.padEnd(columns[0] ?? 0), ...aligned].join("  ")}${mark}`;
    })
    .join("\n");
}

/** Of services that share their short name, the full one. */
function namesOf(methods: readonly MethodSize[]): readonly string[] {
  const short = (service: string): string => service.slice(service.lastIndexOf(".") + 1);
  const services = [...new Set(methods.map(({ service }) => service))];
  const isShared = (name: string): boolean => services.filter((service) => short(service) === name).length > 1;
  return methods.map(({ service, method }) => `${isShared(short(service)) ? service : short(service)}.${method}`);
}

function figures({ bytes, runtimeBytes, ownBytes }: ClientSize): readonly string[] {
  return [bytes, runtimeBytes, ownBytes].map(groupedBytes);
}

function markOf({ bytes }: ClientSize, bytesMax: number | undefined): string {
  return bytesMax === undefined || bytes <= bytesMax ? "" : `  ${groupedBytes(bytes - bytesMax)} over --max`;
}

/** `12,000`, whatever the machine's language is. */
export function groupedBytes(bytes: number): string {
  return bytes.toLocaleString("en-US");
}
