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
  /**
   * Progress that takes the place of the last such line on a terminal, and is a line like others elsewhere. Nothing else may be
   * said before an empty text takes it away.
   */
  redraw(text: string): void;
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
  // Asked when something is painted, since opening the stream takes a while.
  let known: boolean | undefined;
  const hasColor = (): boolean => (known ??= usesColor(color, isTerminal, process.env));
  return {
    product: (text) => void open("stdout").write(`${text}\n`),
    complain: (text) => void open("stderr").write(`${text}\n`),
    say: (text) => void (isQuiet || open("stderr").write(`${text}\n`)),
    redraw: (text) => {
      if (isQuiet) return;
      const stream = open("stderr");
      if (!stream.isTTY) stream.write(text === "" ? "" : `${text}\n`);
      else stream.write(`\r\u001b[2K${text.slice(0, (stream.columns > 0 ? stream.columns : 80) - 1)}`);
    },
    get hasColor(): boolean {
      return hasColor();
    },
    paint: (style, text) => (hasColor() ? styleText(style, text, { validateStream: false }) : text),
  };
}

/** Whether stderr gets colour: the option wins over FORCE_COLOR, that over NO_COLOR, that over what the terminal can. */
function usesColor(
  mode: ColorMode,
  isTerminal: () => boolean,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (mode !== "auto") return mode === "always";
  const force = env.FORCE_COLOR;
  if (force !== undefined) return force !== "0" && force !== "false";
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== "") return false;
  return env.TERM !== "dumb" && isTerminal();
}

function isTerminal(): boolean {
  return Boolean(open("stderr").isTTY);
}

type StreamName = "stdout" | "stderr";

/** Opened when they are first used, since that takes a while. */
const opened: Map<StreamName, NodeJS.WriteStream> = new Map();
let stdoutFailure: Error | undefined;

/** Opens both streams: somebody else's code is about to run, and may print. */
export function openStreams(): void {
  open("stdout");
  open("stderr");
}

/**
 * Waits until everything that was said is let out. False where what was asked for could not be written, which stderr then
 * says. A reader that has seen enough, such as `head -1`, is no such mistake: what is left to say is dropped.
 */
export async function flushStreams(): Promise<boolean> {
  await Promise.all([...opened.values()].map((stream) => new Promise((done) => stream.write("", done))));
  if (stdoutFailure === undefined) return true;
  const line = `error: cannot write to standard output: ${stdoutFailure.message}\n`;
  await new Promise((done) => open("stderr").write(line, done));
  return false;
}

function open(name: StreamName): NodeJS.WriteStream {
  const known = opened.get(name);
  if (known !== undefined) return known;
  const stream = process[name];
  opened.set(name, stream);
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (name === "stdout" && error.code !== "EPIPE") stdoutFailure ??= error;
  });
  return stream;
}
