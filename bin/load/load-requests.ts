/** The requests of a run: from the command line, a file, or standard input. */

import type { Console } from "../console.js";
import { UsageError } from "../exit-code.js";
import { jsonValues } from "../json-values.js";
import type { LoadCommandOptions } from "../load-options.js";
import { hostIn } from "../project.js";
import { listed } from "../request-source.js";

/** All of them are kept in memory, as text and as bytes. */
const bytesMax = 64 * 1024 * 1024;
/** Each costs more than its bytes where those are few. */
const requestsMax = 1_000_000;

/** After so long, somebody may wonder what is waited for. */
const patienceMs = 1500;

/** Texts of JSON, at least one: an empty message where nobody says anything. Throws a UsageError for what is no JSON. */
export async function readRequests(
  given: string | undefined,
  { file, cwd }: LoadCommandOptions,
  console: Console,
): Promise<readonly string[]> {
  if (file !== undefined && given !== undefined)
    throw new UsageError("there is a request on the command line, and a file of requests", "give one of them");
  if (file !== undefined) return atLeastOne(await gathered([readBytes(file, cwd ?? ".")], file), file);
  if (given !== undefined && given !== "-") return atLeastOne(await collected(listed(given), "the list"), "the list");
  if (given === undefined && process.stdin.isTTY) return ["{}"];
  const waiting = setTimeout(() => {
    console.say("  reading requests from standard input; `'{}'` on the command line is an empty one");
  }, patienceMs);
  try {
    const texts = await gathered(limited(process.stdin), "standard input");
    return given === undefined && texts.length === 0 ? ["{}"] : atLeastOne(texts, "standard input");
  } finally {
    clearTimeout(waiting);
  }
}

function readBytes(file: string, directory: string): Uint8Array {
  const host = hostIn(directory);
  const content = host.read(host.absolute(file), bytesMax);
  switch (content.kind) {
    case "bytes":
      return content.bytes;
    case "missing":
      throw new UsageError(`there is no file ${file}`);
    case "notAFile":
      throw new UsageError(`${file} is no file`);
    case "tooLarge":
      throw tooMuch(file);
    case "unreadable":
      throw new UsageError(`${file} cannot be read: ${content.reason}`);
  }
}

async function gathered(
  chunks: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
  source: string,
): Promise<readonly string[]> {
  return collected(jsonValues(chunks, source), source);
}

async function collected(values: AsyncIterable<string>, source: string): Promise<readonly string[]> {
  const texts: string[] = [];
  for await (const text of values) {
    if (texts.length === requestsMax) throw tooMuch(source, `${requestsMax} requests`);
    texts.push(text);
  }
  return texts;
}

async function* limited(chunks: AsyncIterable<string | Uint8Array>): AsyncGenerator<string | Uint8Array, void> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw tooMuch("standard input");
    yield chunk;
  }
}

function tooMuch(source: string, most: string = "64 MiB of requests"): UsageError {
  return new UsageError(`${source} has more than ${most}`, "fewer of them will do: they are used in turn");
}

function atLeastOne(texts: readonly string[], source: string): readonly string[] {
  if (texts.length === 0) throw new UsageError(`there is no request in ${source}`, "`{}` is an empty one");
  return texts;
}
