/** Records calls as they go by, on either side, without ever standing in their way. */

import type { Interceptor, OutgoingCall } from "../../call/outgoing-call.js";
import type { Metadata } from "../../call/metadata.js";
import type { ServerCall, ServerInterceptor } from "../../call/server-call.js";
import { systemClock, type Clock } from "../../clock.js";
import type { TypeRegistry } from "../../codec/json/json-codec.js";
import { RpcError } from "../../error/rpc-error.js";
import type { MethodInfo } from "../../method/method.js";
import type { ServiceJson } from "../../method/service-json.js";
import { type CallJson, callJsonOf } from "./call-json.js";
import type { RecordedCall, RecordedMessage } from "./recording.js";

/** Where lines go. Neither function throws. */
export interface RecordingSink {
  write(line: string): void;
  close(): Promise<void>;
}

export interface RecorderOptions {
  /** The JSON of the services whose calls are recorded, for instance `OrdersJson`; calls of others pass by. */
  readonly services: readonly ServiceJson[];
  /** Keys of metadata that are recorded; none where left out, since that is where credentials travel. */
  readonly metadata?: readonly string[] | undefined;
  /** A call whose messages are longer than this, in characters of JSON, is recorded in part; 1 MiB where left out. */
  readonly callUnitsMax?: number | undefined;
  /** Is told what could not be recorded. The calls themselves go on as if nobody looked. */
  readonly onProblem?: ((problem: Error) => void) | undefined;
  readonly clock?: Clock | undefined;
  /** The messages that a `google.protobuf.Any` may hold. They are recorded as secrets. */
  readonly registry?: TypeRegistry | undefined;
}

/** Give `client` to a channel, or `server` to a server, as one of its interceptors. */
export interface CallRecorder {
  readonly client: Interceptor;
  readonly server: ServerInterceptor;
  /** Settles once everything is written; calls that are still open are not. */
  close(): Promise<void>;
}

/** A recorder that hands its lines to `sink`. `recordCalls` is the one that writes a file. */
export function createRecorder(sink: RecordingSink, options: RecorderOptions): CallRecorder {
  const notes = new RecorderNotes(sink, options);
  return { client: clientSide(notes), server: serverSide(notes), close: () => sink.close() };
}

function clientSide(notes: RecorderNotes): Interceptor {
  const begin = <In, Out>(call: OutgoingCall<In, Out>): readonly [OpenNote | undefined, OutgoingCall<In, Out>] => {
    const note = notes.begin(call.method.service.name, call.method.info, call.metadata);
    if (note === undefined) return [note, call];
    if (call.requests !== undefined) return [note, { ...call, requests: note.passing("request", call.requests) }];
    note.add("request", call.request);
    return [note, call];
  };
  return {
    async one(call, next) {
      const [note, passed] = begin(call);
      return note === undefined ? next(passed) : note.watch(() => next(passed));
    },
    many: (call, next) => ({
      [Symbol.asyncIterator]() {
        const [note, passed] = begin(call);
        const answers = next(passed);
        return (note === undefined ? answers : note.watchStream(answers))[Symbol.asyncIterator]();
      },
    }),
  };
}

function serverSide(notes: RecorderNotes): ServerInterceptor {
  const begin = (call: ServerCall, request: unknown): readonly [OpenNote | undefined, unknown] => {
    const { service, method, metadata } = call;
    const note = notes.begin(service.name, method, metadata);
    if (note === undefined) return [note, request];
    if (method.shape === "clientStream" || method.shape === "bidiStream") {
      return [note, note.passing("request", request as AsyncIterable<unknown>)];
    }
    note.add("request", request);
    return [note, request];
  };
  return {
    one(call, request, next) {
      const [note, passed] = begin(call, request);
      return note === undefined ? next(passed) : note.watch(async () => next(passed));
    },
    many(call, request, next) {
      const [note, passed] = begin(call, request);
      return note === undefined ? next(passed) : note.watchStream(next(passed));
    },
  };
}

class RecorderNotes {
  readonly clock: Clock;
  readonly unitsMax: number;
  private readonly sink: RecordingSink;
  private readonly options: RecorderOptions;
  private readonly startedAt: number;
  private readonly services: ReadonlyMap<string, ServiceJson>;
  private count = 0;

  constructor(sink: RecordingSink, options: RecorderOptions) {
    this.sink = sink;
    this.options = options;
    this.clock = options.clock ?? systemClock;
    this.unitsMax = options.callUnitsMax ?? 1_048_576;
    this.startedAt = this.clock.now();
    this.services = new Map(options.services.map((json) => [json.service.name, json]));
  }

  begin(service: string, info: MethodInfo, metadata: Metadata | undefined): OpenNote | undefined {
    const json = this.services.get(service);
    if (json === undefined) return undefined;
    // By its name: a method that was bundled by itself has an index of its own, and one over JSON is another object.
    const index = json.service.methods.findIndex(({ name }) => name === info.name);
    const call = callJsonOf(json, index, this.options.registry);
    if (call === undefined) return undefined;
    const kept = (this.options.metadata ?? []).flatMap((key) =>
      (metadata?.getAll(key) ?? []).map((value) => [key.toLowerCase(), value] as const),
    );
    const head = { number: ++this.count, service, method: info.name, atMs: this.elapsed(), metadata: kept };
    return new OpenNote(head, call, this);
  }

  elapsed(): number {
    return Math.round((this.clock.now() - this.startedAt) * 1000) / 1000;
  }

  write(call: RecordedCall): void {
    try {
      this.sink.write(JSON.stringify(call));
    } catch (thrown) {
      this.problem(thrown);
    }
  }

  problem(thrown: unknown): void {
    try {
      this.options.onProblem?.(thrown instanceof Error ? thrown : new Error(String(thrown)));
    } catch {
      // Whoever is told may not break what it watches.
    }
  }
}

type Head = Pick<RecordedCall, "number" | "service" | "method" | "atMs" | "metadata">;

/** A call that is not over yet. */
class OpenNote {
  private readonly head: Head;
  private readonly json: CallJson;
  private readonly notes: RecorderNotes;
  private readonly messages: RecordedMessage[] = [];
  private units = 0;
  private incomplete: string | undefined;

  constructor(head: Head, json: CallJson, notes: RecorderNotes) {
    this.head = head;
    this.json = json;
    this.notes = notes;
  }

  add(kind: "request" | "answer", message: unknown): void {
    if (this.incomplete !== undefined) return;
    try {
      const json = this.json.show(kind, message);
      this.units += JSON.stringify(json).length;
      if (this.units > this.notes.unitsMax) this.incomplete = `it is longer than ${this.notes.unitsMax} characters`;
      else this.messages.push({ kind, atMs: this.sinceStart(), json });
    } catch (thrown) {
      this.incomplete = `a message of it has no JSON`;
      this.notes.problem(thrown);
    }
  }

  async *passing<T>(
    kind: "request" | "answer",
    messages: AsyncIterable<T> | Iterable<T>,
  ): AsyncGenerator<T, void, undefined> {
    for await (const message of messages) {
      this.add(kind, message);
      yield message;
    }
  }

  async watch<T>(run: () => Promise<T>): Promise<T> {
    try {
      const answer = await run();
      this.add("answer", answer);
      this.end();
      return answer;
    } catch (thrown) {
      this.fail(thrown);
      throw thrown;
    }
  }

  async *watchStream<T>(answers: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T, void, undefined> {
    let isOver = false;
    try {
      yield* this.passing("answer", answers);
      isOver = true;
      this.end();
    } catch (thrown) {
      isOver = true;
      this.fail(thrown);
      throw thrown;
    } finally {
      if (!isOver) {
        this.incomplete ??= "whoever called stopped listening";
        this.end();
      }
    }
  }

  private fail(thrown: unknown): void {
    try {
      this.end(this.json.showError(thrown));
    } catch (problem) {
      this.incomplete ??= "its error has no JSON";
      this.notes.problem(problem);
      this.end({ code: RpcError.is(thrown) ? thrown.code : "unknown", message: "" });
    }
  }

  private end(error?: RecordedCall["error"]): void {
    const { head, messages, incomplete } = this;
    const ending = { ...(error === undefined ? {} : { error }), ...(incomplete === undefined ? {} : { incomplete }) };
    this.notes.write({ ...head, tookMs: this.sinceStart(), messages, ...ending });
  }

  private sinceStart(): number {
    return Math.round((this.notes.elapsed() - this.head.atMs) * 1000) / 1000;
  }
}
