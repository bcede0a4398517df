/** Reads JSON values off a stream of text, one after the other, wherever their lines end. */

import { UsageError } from "./exit-code.js";
import { jsonProblem } from "./json-problem.js";

/** The texts of the values; each may take several lines, or share one. Throws a UsageError for what is none. */
export async function* jsonValues(
  chunks: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
  source: string = "standard input",
): AsyncGenerator<string, void, undefined> {
  const splitter = new ValueSplitter(source);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for await (const chunk of chunks) {
    yield* splitter.push(typeof chunk === "string" ? chunk : decoded(decoder, chunk, source));
  }
  yield* splitter.end();
}

function decoded(decoder: InstanceType<typeof TextDecoder>, chunk: Uint8Array, source: string): string {
  try {
    return decoder.decode(chunk, { stream: true });
  } catch {
    throw new UsageError(`${source} is no UTF-8`);
  }
}

/** Whatever is neither white space nor a comma. */
const content = /[^\s,]/;

/** Counts brackets outside of strings; what stands between two values is white space or a comma. */
class ValueSplitter {
  private text = "";
  private at = 0;
  private depth = 0;
  private isInString = false;
  private count = 0;
  private readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  *push(text: string): Generator<string, void, undefined> {
    this.text += text;
    for (; this.at < this.text.length; this.at++) {
      const character = this.text[this.at];
      if (this.isInString) {
        if (character === "\\") this.at++;
        else if (character === '"') this.isInString = false;
        if (this.isInString || this.depth > 0) continue;
        yield this.take(this.at + 1);
      } else if (character === '"') this.isInString = true;
      else if (character === "{" || character === "[") this.depth++;
      else if (character === "}" || character === "]") {
        this.depth--;
        if (this.depth <= 0) yield this.take(this.at + 1);
      } else if (
        this.depth === 0 &&
        (character === "\n" || character === ",") &&
        content.test(this.text.slice(0, this.at))
      ) {
        yield this.take(this.at);
      }
    }
    if (this.depth === 0 && !this.isInString && this.text.trim() === "") this.reset("");
  }

  *end(): Generator<string, void, undefined> {
    if (content.test(this.text)) yield this.take(this.text.length);
  }

  private take(end: number): string {
    const value = this.text.slice(0, end).replace(/^[\s,]+/, "");
    this.reset(this.text.slice(end));
    this.count++;
    try {
      JSON.parse(value);
    } catch (error) {
      throw new UsageError(`value ${this.count} of ${this.source} is no JSON: ${jsonProblem(error)}`);
    }
    return value;
  }

  private reset(rest: string): void {
    this.text = rest;
    this.at = -1;
    this.depth = 0;
    this.isInString = false;
  }
}
