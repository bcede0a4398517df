/** A line for each call, on both sides, for whatever logger a program has. */

import type { CallRecord, CallTap, Instrument, WatchedChannel } from "../call/instrument.js";
import type { Metadata } from "../call/metadata.js";
import { isPending, type ServerCall, type ServerInterceptor } from "../call/server-call.js";
import type { Clock } from "../clock.js";
import { RpcError } from "../error/rpc-error.js";
import type { StatusCode } from "../error/status.js";
import type { MethodInfo } from "../method/method.js";
import { redactAnswer, redactRequest } from "../method/redact-call.js";
import { callLine, cutText, type CallLine } from "./call-line.js";
import { currentTrace, traceOf } from "./current-trace.js";
import { follow, type OutgoingRecord, type StartedCall } from "./outgoing.js";

export type LogLevel = "info" | "warn" | "error";

/** What writes the lines: pino, a console, and whatever else takes fields and a text. What it throws is swallowed. */
export type Logger = Readonly<Record<LogLevel, (fields: CallLine, text: string) => void>>;

export interface CallLogOptions {
  /**
   * How important a line is; undefined for not at all. Left out, faults of servers are errors, calls that were too many or took too
   * long are warnings, and all others are information.
   */
  readonly level?: ((line: CallLine) => LogLevel | undefined) | undefined;
  /** Keys of the request's metadata that lines show; none where left out. */
  readonly metadata?: readonly string[] | undefined;
  /** Shows requests and answers of calls that have one of them: without what is `@secret`, and cut. */
  readonly messages?: boolean | { readonly unitsMax: number } | undefined;
}

const levels: Readonly<Partial<Record<StatusCode | "ok", LogLevel>>> = {
  unknown: "error",
  internal: "error",
  "data-loss": "error",
  "deadline-exceeded": "warn",
  "resource-exhausted": "warn",
  unavailable: "warn",
  unimplemented: "warn",
};

const textUnitsMax = 300;
const messageUnitsMax = 1000;

/** Throws an `invalid-argument` RpcError for a logger that is none, and for options that make no sense. */
export function callLog(logger: Logger, options: CallLogOptions = {}): Required<Instrument> {
  // Looks at what it really is, because programs without types come here, too.
  const given: unknown = logger;
  for (const level of ["info", "warn", "error"]) {
    const isThere = typeof given === "object" && given !== null && typeof Reflect.get(given, level) === "function";
    if (!isThere) throw new RpcError("invalid-argument", `a logger has a function ${level}; this one has none`);
  }
  const log = new CallLog(logger, options);
  return { channel: (channel) => log.onChannel(channel), server: ({ clock }) => log.onServer(clock) };
}

function messageUnitsOf(messages: CallLogOptions["messages"] = false): number {
  if (typeof messages === "boolean") return messages ? messageUnitsMax : 0;
  const { unitsMax } = messages;
  if (unitsMax >= 0) return unitsMax;
  throw new RpcError("invalid-argument", `messages.unitsMax must be at least 0, not ${String(unitsMax)}`);
}

/** What a call has come to so far. */
interface Tally {
  attempts: number;
  requests: number;
  requestBytes: number;
  answers: number;
  answerBytes: number;
  peer: string | undefined;
  request: string | undefined;
  answer: string | undefined;
}

class CallLog {
  private readonly logger: Logger;
  private readonly options: CallLogOptions;
  private readonly messageUnits: number;
  private readonly outgoing = new WeakMap<object, Tally>();
  private readonly incoming = new WeakMap<ServerCall, Tally>();

  constructor(logger: Logger, options: CallLogOptions) {
    this.logger = logger;
    this.options = options;
    this.messageUnits = messageUnitsOf(options.messages);
  }

  onChannel({ clock }: WatchedChannel): ReturnType<Required<Instrument>["channel"]> {
    return {
      call: follow((call) => this.made(call, clock)),
      attempt: follow((call) => this.tried(call)),
    };
  }

  onServer(clock: Clock): ReturnType<Required<Instrument>["server"]> {
    const calls: CallTap = {
      began: (call) => this.came(call, clock),
      turnedAway: ({ path, peer, code, message }) => {
        const [, service = "", method = ""] = /^\/(.*)\/([^/]*)$/.exec(path ?? "/?/?") ?? [];
        const error = cutText(message, textUnitsMax);
        this.write({ side: "server", service, method, code, durationMs: 0, peer: peer.address, error });
      },
    };
    return this.messageUnits > 0 ? { calls, interceptor: this.readMessages } : { calls };
  }

  private made(call: StartedCall, clock: Clock): OutgoingRecord {
    const { service, info } = call.method;
    const startedAt = clock.now();
    const tally = newTally();
    const { identity } = call;
    if (identity !== undefined) this.outgoing.set(identity, tally);
    if (call.requests === undefined) tally.request = this.shown(redactRequest, info, call.request);
    const { traceId, spanId } = call.trace ?? currentTrace() ?? {};
    return {
      onServer: (address) => (tally.peer = address),
      answered: (answer) => {
        if (isUnary(info)) tally.answer = this.shown(redactAnswer, info, answer);
      },
      over: (error) =>
        this.write({
          ...factsOf("client", service.name, info, clock.now() - startedAt, error?.code, error?.message),
          ...sizesOf(tally),
          peer: tally.peer ?? error?.peer,
          attempts: tally.attempts > 1 ? tally.attempts : undefined,
          traceId,
          spanId,
          metadata: this.allowed(call.metadata),
        }),
    };
  }

  private tried({ identity }: StartedCall): OutgoingRecord | undefined {
    const tally = identity === undefined ? undefined : this.outgoing.get(identity);
    if (tally === undefined) return undefined;
    tally.attempts++;
    return { ...countIn(tally), over: () => {} };
  }

  private came(call: ServerCall, clock: Clock): CallRecord {
    const startedAt = clock.now();
    const tally = newTally();
    const { service, method } = call;
    if (this.messageUnits > 0) this.incoming.set(call, tally);
    return {
      ...countIn(tally, true),
      over: (code, error) => {
        const { traceId, spanId } = traceOf(call) ?? {};
        this.write({
          ...factsOf("server", service.name, method, clock.now() - startedAt, code, error?.message),
          ...sizesOf(tally),
          peer: call.peer.address,
          traceId,
          spanId,
          metadata: this.allowed(call.metadata),
        });
      },
    };
  }

  private readonly readMessages: ServerInterceptor = {
    one: (call, request, next) => {
      const tally = this.incoming.get(call);
      if (tally === undefined) return next(request);
      if (call.method.shape !== "clientStream") tally.request = this.shown(redactRequest, call.method, request);
      const answered = <Out>(answer: Out): Out => {
        if (isUnary(call.method)) tally.answer = this.shown(redactAnswer, call.method, answer);
        return answer;
      };
      const answer = next(request);
      return isPending(answer) ? answer.then(answered) : answered(answer);
    },
    many: (call, request, next) => {
      const tally = this.incoming.get(call);
      if (tally !== undefined && call.method.shape === "serverStream") {
        tally.request = this.shown(redactRequest, call.method, request);
      }
      return next(request);
    },
  };

  private shown(redact: typeof redactRequest, info: MethodInfo, message: unknown): string | undefined {
    if (this.messageUnits === 0) return undefined;
    const shown = redact(info, message, { textUnitsMax: this.messageUnits, valuesMax: this.messageUnits });
    return cutText(JSON.stringify(shown), this.messageUnits);
  }

  private allowed(metadata: Metadata | undefined): Readonly<Record<string, string>> | undefined {
    const { metadata: keys = [] } = this.options;
    const shown = keys.flatMap((key) => {
      const value = metadata?.get(key);
      return value === undefined ? [] : [[key, cutText(value, textUnitsMax)] as const];
    });
    return shown.length === 0 ? undefined : Object.fromEntries(shown);
  }

  private write(fields: CallLine): void {
    try {
      const line = callLine(fields);
      const level = this.options.level === undefined ? (levels[line.code] ?? "info") : this.options.level(line);
      if (level === undefined) return;
      const { service, method, code, durationMs, error } = line;
      const why = error === undefined ? "" : `: ${error}`;
      this.logger[level](line, `${service}/${method} ${code} in ${durationMs} ms${why}`);
    } catch {
      // A log that fails must not fail calls, and has nowhere better to say so.
    }
  }
}

function newTally(): Tally {
  const nothing = { requests: 0, requestBytes: 0, answers: 0, answerBytes: 0 };
  return { ...nothing, attempts: 0, peer: undefined, request: undefined, answer: undefined };
}

/** Counts messages: on a server requests are those that come. */
function countIn(tally: Tally, isServer = false): Required<Pick<CallRecord, "received" | "sent">> {
  const request = (bytes: number): void => {
    tally.requests++;
    tally.requestBytes += bytes;
  };
  const answer = (bytes: number): void => {
    tally.answers++;
    tally.answerBytes += bytes;
  };
  return isServer ? { received: request, sent: answer } : { received: answer, sent: request };
}

function sizesOf({ requests, requestBytes, answers, answerBytes, request, answer }: Tally): Partial<CallLine> {
  return { requests, requestBytes, answers, answerBytes, request, answer };
}

function factsOf(
  side: "client" | "server",
  service: string,
  { wireName }: MethodInfo,
  tookMs: number,
  code: StatusCode | undefined,
  error: string | undefined,
): Pick<CallLine, "side" | "service" | "method" | "code" | "durationMs" | "error"> {
  const durationMs = Math.round(tookMs * 1000) / 1000;
  const why = error === undefined ? undefined : cutText(error, textUnitsMax);
  return { side, service, method: wireName, code: code ?? "ok", durationMs, error: why };
}

function isUnary({ shape }: MethodInfo): boolean {
  return shape === "unary" || shape === "clientStream";
}
