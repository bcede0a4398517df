/** The command's two streams: products and `--json` on stdout, everything else on stderr, colour decided for each. */

import { styleText } from "node:util";

export type ColorMode = "auto" | "always" | "never";

export const colorModes: readonly ColorMode[] = ["auto", "always", "never"];

/** What the command says, to whom. Lines are given without their line break. */
export interface Console {
  /** What was asked for: stdout. */
  product(text: string): void;
  /** A mistake: stderr, even when quiet. */
  complain(text: string): void;
  /** Progress: stderr, nothing when quiet or under `--json`. */
  say(text: string): void;
  readonly hasColor: boolean;
  /** In colour where stderr has it. */
  paint(style: "red" | "green" | "cyan" | "dim" | "bold", text: string): string;
}

export interface ConsoleOptions {
  readonly color: ColorMode;
  readonly isQuiet: boolean;
}

/** A console on this process's streams. */
export function createConsole({ color, isQuiet }: ConsoleOptions): Console {
  const hasColor = usesColor(color, process.stderr, process.env);
  return {
    product: (text) => void process.stdout.write(`${text}\n`),
    complain: (text) => void process.stderr.write(`${text}\n`),
    say: (text) => void (isQuiet || process.stderr.write(`${text}\n`)),
    hasColor,
    paint: (style, text) => (hasColor ? styleText(style, text, { validateStream: false }) : text),
  };
}

/** Whether a stream gets colour: the option wins over FORCE_COLOR, that over NO_COLOR, that over what the terminal can. */
function usesColor(
  mode: ColorMode,
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (mode !== "auto") return mode === "always";
  const force = env.FORCE_COLOR;
  if (force !== undefined) return force !== "0" && force !== "false";
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== "") return false;
  return stream.isTTY === true && env.TERM !== "dumb";
}

/** A reader that has seen enough, such as `head -1`, is no mistake: what is left to say is dropped. */
export function endQuietlyOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}
