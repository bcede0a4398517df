/** The tables of docs/PROTOCOL.md say what the code does; REFRESH=1 rewrites them. */

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { protocolTables, refreshTables } from "./kit/protocol-tables.js";

const path = fileURLToPath(new URL("../../docs/PROTOCOL.md", import.meta.url));

it("the tables are those of the code", () => {
  const document = readFileSync(path, "utf8");
  const fresh = refreshTables(document);
  if (process.env["REFRESH"] === "1") writeFileSync(path, fresh);
  else expect(document).toBe(fresh);
});

it("every table stands in the document", () => {
  const document = readFileSync(path, "utf8");
  for (const name of Object.keys(protocolTables)) expect(document).toContain(`<!-- table: ${name} -->`);
});
