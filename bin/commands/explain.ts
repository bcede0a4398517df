/** `rpcgen explain`: what a diagnostic means, or which ones there are. */

import type { Code } from "../../compiler/src/report/catalog.js";
import { catalog, isCode } from "../../compiler/src/report/catalog.js";
import { didYouMean } from "../../compiler/src/report/did-you-mean.js";
import { createConsole } from "../console.js";
import type { ExitCode } from "../exit-code.js";
import { exitCode, UsageError } from "../exit-code.js";
import { printAnswer } from "../json.js";
import type { SharedOptions } from "../command-line/options.js";

/** How wide the explanation is set. */
const lineColumns = 78;

export async function explainCommand(word: string | undefined, options: SharedOptions): Promise<ExitCode> {
  const console = createConsole({ color: options.color ?? "auto", isQuiet: options.quiet === true });
  const codes = Object.keys(catalog).filter(isCode).sort();
  if (word === undefined) {
    if (options.json === true) console.product(printAnswer("explain", exitCode.done, { codes }));
    else for (const code of codes) console.product(`${catalog[code].severity.padEnd(8)} ${code}`);
    return exitCode.done;
  }
  if (!isCode(word)) {
    const similar = didYouMean(word, codes);
    const hint = similar === undefined ? "`rpcgen explain` lists all codes" : `did you mean \`${similar}\`?`;
    throw new UsageError(`there is no diagnostic \`${word}\``, hint);
  }
  const { severity, explanation, wrong, right } = catalog[word];
  const details = { code: word, severity, explanation, wrong, right };
  console.product(options.json === true ? printAnswer("explain", exitCode.done, details) : asText(word));
  return exitCode.done;
}

function asText(code: Code): string {
  const { severity, explanation, wrong, right } = catalog[code];
  const examples = ["", "Wrong:", ...indented(wrong), "", "Right:", ...indented(right)];
  return [`${code} (${severity})`, "", ...wrapped(explanation), ...examples].join("\n");
}

function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > lineColumns) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

function indented(text: string): readonly string[] {
  return text.split("\n").map((line) => `    ${line}`);
}
