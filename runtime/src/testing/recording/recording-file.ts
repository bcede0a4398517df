/** Recordings on disk: written line by line while calls go on, and read as a whole. */

import { createWriteStream, type PathLike, type WriteStream } from "node:fs";
import { fchmodSync, fstatSync, readFileSync, statSync } from "node:fs";
import { systemClock } from "../../clock.js";
import { thrownText } from "../../error/plain-text.js";
import { RpcError } from "../../error/rpc-error.js";
import { type CallRecorder, createRecorder, type RecorderOptions, type RecordingSink } from "./call-recorder.js";
import { parseRecording, type Recording, recordingVersion } from "./recording.js";

export interface RecordCallsOptions extends RecorderOptions {
  /** Where the recording goes; what is there is replaced. */
  readonly file: string | URL;
  /** Afterwards nothing more is recorded, and `onProblem` is told; 64 MiB where left out. */
  readonly bytesMax?: number | undefined;
}

/** What a recording may be to be read. */
const readBytesMax = 512 * 1_048_576;

/**
 * Records calls to a file of JSON lines, secrets left out. A file that cannot be written, or is full, ends the recording and never a call:
 * `onProblem` is told, once.
 */
export function recordCalls(options: RecordCallsOptions): CallRecorder {
  const { file, bytesMax = 64 * 1_048_576, onProblem, clock = systemClock } = options;
  const head = { rpcgen: "recording", version: recordingVersion, recordedAt: new Date(clock.wall()).toISOString() };
  const sink = new FileSink(file, bytesMax, (problem) => {
    try {
      onProblem?.(problem);
    } catch {
      // Whoever is told may not break what it watches.
    }
  });
  sink.write(JSON.stringify(head));
  return createRecorder(sink, options);
}

class FileSink implements RecordingSink {
  private readonly stream: WriteStream;
  private readonly file: PathLike;
  private readonly bytesMax: number;
  private readonly tell: (problem: Error) => void;
  private bytes = 0;
  private isOver = false;

  constructor(file: PathLike, bytesMax: number, tell: (problem: Error) => void) {
    this.file = file;
    this.bytesMax = bytesMax;
    this.tell = tell;
    // Recordings hold what calls hold: they are nobody else's to read.
    this.stream = createWriteStream(file, { mode: 0o600 });
    this.stream.on("open", keepToOwner);
    this.stream.on("error", (error) => this.give(`cannot be written: ${thrownText(error, "writing")}`));
  }

  write(line: string): void {
    if (this.isOver) return;
    this.bytes += Buffer.byteLength(line) + 1;
    // What the disk does not take in time counts, too: it waits in memory.
    if (this.bytes > this.bytesMax) this.give(`is full: it may have ${this.bytesMax} bytes`);
    else this.stream.write(`${line}\n`);
  }

  close(): Promise<void> {
    this.isOver = true;
    if (this.stream.closed || this.stream.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      this.stream.once("close", resolve);
      this.stream.end();
    });
  }

  private give(why: string): void {
    if (this.isOver) return;
    this.isOver = true;
    this.tell(
      new RpcError("unavailable", `the recording ${String(this.file)} ${why}; calls are not recorded any more`),
    );
    this.stream.end();
  }
}

/** One that was there before keeps the mode that it had, and a device is not ours to change. */
function keepToOwner(descriptor: number): void {
  try {
    if (fstatSync(descriptor).isFile()) fchmodSync(descriptor, 0o600);
  } catch {
    // A file system without modes, or somebody else's file.
  }
}

/** Reads a recording. Throws an `invalid-argument` RpcError for a file that cannot be read or is none, naming the line. */
export function readRecording(file: string | URL): Recording {
  const name = `the recording ${file instanceof URL ? file.pathname : file}`;
  let text: string;
  try {
    if (statSync(file).size > readBytesMax) throw new Error(`it is larger than ${readBytesMax} bytes`);
    text = readFileSync(file, "utf8");
  } catch (thrown) {
    throw new RpcError("invalid-argument", `${name} cannot be read: ${thrownText(thrown, "reading")}`, {
      cause: thrown,
    });
  }
  return parseRecording(text, name);
}
