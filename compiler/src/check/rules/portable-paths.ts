/** Names that become paths: outputs stay where they belong, on every operating system. */

import type { Report } from "../../report/report.js";
import type { Places } from "../../schema/places.js";
import type { FileSchema } from "../../schema/schema.js";
import type { Rule } from "../rule.js";

/** File systems hold 255 bytes per name; outputs add an ending such as `.methods.ts.map`. */
const partLengthMax = 200;
const pathLengthMax = 1_000;
const nameLengthMax = 200;

export const portablePaths: Rule = (schema, places, report) => {
  const folded = new Map<string, FileSchema>();
  for (const file of schema.files) {
    checkPath(file, places, report);
    checkNames(file, places, report);
    const first = folded.get(file.path.toLowerCase());
    if (first === undefined) folded.set(file.path.toLowerCase(), file);
    else if (first.path !== file.path) {
      report.add("output-collision", places.of(file), {
        path: file.path.toLowerCase(),
        first: first.path,
        second: file.path,
      });
    }
  }
};

function checkPath(file: FileSchema, places: Places, report: Report): void {
  const parts = file.path.split("/");
  const reason =
    file.path.length > pathLengthMax
      ? `is longer than ${pathLengthMax} characters`
      : parts.map(partProblem).find((problem) => problem !== undefined);
  if (reason !== undefined) report.add("output-path-invalid", places.of(file), { path: shortened(file.path), reason });
}

function checkNames(file: FileSchema, places: Places, report: Report): void {
  for (const part of file.package === "" ? [] : file.package.split(".")) {
    const reason = partProblem(part);
    if (reason === undefined) continue;
    report.add("name-not-portable", places.of(file), { name: shortened(part), reason });
    break;
  }
  for (const list of [file.messages, file.enums, file.unions, file.errors, file.aliases, file.services]) {
    for (const declaration of list) {
      if (declaration.name.length <= nameLengthMax) continue;
      const reason = `is longer than ${nameLengthMax} characters`;
      report.add("name-not-portable", places.of(declaration), { name: shortened(declaration.name), reason });
    }
  }
}

/** What is wrong with one part of a path, as the end of a sentence. */
function partProblem(part: string): string | undefined {
  if (part === "" || part === "." || part === "..") return "has an empty part or one of dots alone";
  if (part.length > partLengthMax) return `has a part of more than ${partLengthMax} characters`;
  if (/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(part))
    return `has the part \`${part}\`, which is a device on Windows`;
  if (/[. ]$/.test(part)) return "has a part that ends in a dot or a space, which Windows drops";
  if (/[<>:"|?*\\\u0000-\u001f\u007f]/.test(part)) return "has a character that not every system allows in a file name";
  if (/^(\.git|node_modules)$/i.test(part)) return `leads into \`${part}\`, which belongs to other tools`;
  return undefined;
}

function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
