/** What may stand in policies, as data: the check of code and files reads it, and so does whoever prints the JSON Schema. */

import { statusCodes } from "../error/status.js";

/** What a value may be. */
export type Shape = NumberShape | WordShape | ListShape | ObjectShape | RulesShape | EitherShape;

export interface NumberShape {
  readonly kind: "number";
  readonly least: number;
  readonly most: number;
  readonly isWhole: boolean;
  /** Whether code may say Infinity. */
  readonly isEndless: boolean;
}

/** One of a few values. */
export interface WordShape {
  readonly kind: "word";
  readonly words: readonly (string | boolean)[];
}

export interface ListShape {
  readonly kind: "list";
  readonly of: WordShape;
}

export interface ObjectShape {
  readonly kind: "object";
  readonly fields: Readonly<Record<string, Field>>;
}

export interface Field {
  readonly shape: Shape;
  readonly doc: string;
  readonly isRequired: boolean;
}

/** An object whose names are methods, or patterns of them. */
export interface RulesShape {
  readonly kind: "rules";
  readonly of: ObjectShape;
}

/** An object, or one of a few other values in its place. */
export interface EitherShape {
  readonly kind: "either";
  readonly words: WordShape;
  readonly or: ObjectShape;
}

/** Rules that one place may have. */
export const rulesMax: number = 10_000;
/** `*`, `shop.v1.Orders/*` or `shop.v1.Orders/Place`. */
export const methodPattern: RegExp =
  /^(?:\*|[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*\/(?:\*|[A-Za-z_][A-Za-z0-9_]*))$/;

const dayMs = 86_400_000;

const whole = (least: number, most: number): NumberShape => ({
  kind: "number",
  least,
  most,
  isWhole: true,
  isEndless: false,
});
const real = (least: number, most: number): NumberShape => ({ ...whole(least, most), isWhole: false });
const yesOrNo: WordShape = { kind: "word", words: [true, false] };
const off: WordShape = { kind: "word", words: [false] };
const object = (fields: Readonly<Record<string, Field>>): ObjectShape => ({ kind: "object", fields });
const orOff = (fields: Readonly<Record<string, Field>>): EitherShape => ({
  kind: "either",
  words: off,
  or: object(fields),
});
const may = (shape: Shape, doc: string): Field => ({ shape, doc, isRequired: false });
const must = (shape: Shape, doc: string): Field => ({ shape, doc, isRequired: true });

const codes: ListShape = {
  kind: "list",
  of: { kind: "word", words: statusCodes.filter((code) => code !== "ok" && code !== "cancelled") },
};

const rateLimit = may(
  orOff({
    perSecond: must(real(0.001, 1e6), "Calls a second, on average."),
    burst: may(whole(1, 1e6), "Calls that may come at once after a pause; as many as perSecond where left out."),
  }),
  "A token bucket; calls over it fail at once with resource-exhausted.",
);

const concurrency = may(
  orOff({
    max: may(whole(1, 1e6), "Calls at once; 1000 where left out. With adaptive, the upper bound."),
    adaptive: may(yesOrNo, "Finds the limit by how long calls take."),
  }),
  "How many calls may run at once; calls over it fail at once with resource-exhausted.",
);

const timeoutDoc = "How long a call may take, attempts and waits and all, where the call says nothing.";

const clientRule: Readonly<Record<string, Field>> = {
  timeoutMs: may(real(1, 30 * dayMs), timeoutDoc),
  retry: may(
    orOff({
      attempts: may(whole(2, 5), "In all; 3 where left out."),
      backoffInitialMs: may(real(0, dayMs), "Bound of the first wait; 50 where left out."),
      backoffMaxMs: may(real(0, dayMs), "Bound of every wait; 2000 where left out."),
      on: may(codes, "Failures that are worth another attempt; unavailable where left out."),
    }),
    "Tries again, only where that is safe.",
  ),
  hedge: may(
    orOff({
      attempts: may(whole(2, 5), "In all; 2 where left out."),
      delayMs: must(real(0, dayMs), "How long each attempt has before the next one starts."),
    }),
    "Sends idempotent calls again where the first answer takes long.",
  ),
  cache: may(
    orOff({
      forMs: must(real(1, 30 * dayMs), "How long an answer is kept."),
      entriesMax: may(whole(1, 1e6), "Answers of one method; 1000 where left out."),
      bytesMax: may(whole(1024, 1e9), "Requests and answers together, about; 16 MiB where left out."),
      errors: may(yesOrNo, "Whether errors that the method declares are kept, too."),
    }),
    "Keeps answers of idempotent methods.",
  ),
  rateLimit,
  concurrency,
  idempotencyKey: may(
    { kind: "word", words: [true, false, "shared"] },
    'Sends a key with each call; "shared" where all servers of the service know each other\'s keys.',
  ),
};

const channel = object({
  retryBudget: may(
    object({
      ratio: may(real(0, 10), "Attempts that may be added, of the calls of the last ten seconds; 0.2 where left out."),
      perSecond: may(real(0, 1e6), "Attempts on top of that; 10 where left out."),
    }),
    "Shared by retries and hedges of all methods.",
  ),
  breaker: may(
    orOff({
      failures: may(whole(1, 10_000), "In a row that open it; 5 where left out."),
      failurePercent: may(real(1, 100), "Of the calls of the last ten seconds that opens it; 50 where left out."),
      callsMin: may(whole(1, 1e6), "Calls in ten seconds from which on the share means something; 20 where left out."),
      openMs: may(real(1, dayMs), "How long it stays open at first; 5000 where left out."),
      probes: may(whole(1, 1000), "Calls that may try the server then; 1 where left out."),
    }),
    "Stops calls to a server that fails them, one server at a time.",
  ),
  connectionsMax: may(whole(1, 100_000), "Servers that the channel is connected to at once."),
  rateLimit,
  concurrency,
});

const serverRule: Readonly<Record<string, Field>> = {
  rateLimit,
  concurrency,
  deduplicate: may(
    orOff({
      forMs: may(real(1, 30 * dayMs), "Counted from the answer; 600000 where left out."),
      entriesMax: may(whole(1, 1e7), "Calls of one method that are remembered; 100000 where left out."),
      bytesMax: may(whole(1024, 1e10), "Answers, about; 64 MiB where left out."),
    }),
    "Answers calls with one idempotency key once.",
  ),
};

const rulesDoc = "Rules by method; the more specific one wins, field by field.";

function clientParts(rule: Readonly<Record<string, Field>>): ObjectShape {
  return object({
    methods: may({ kind: "rules", of: object(rule) }, rulesDoc),
    channel: may(channel, "What concerns a channel as a whole."),
  });
}

/** In code, where a timeout may be Infinity. */
export const clientShape: ObjectShape = clientParts({
  ...clientRule,
  timeoutMs: may({ ...real(1, 30 * dayMs), isEndless: true }, timeoutDoc),
});

export const serverShape: ObjectShape = object({
  methods: may({ kind: "rules", of: object(serverRule) }, rulesDoc),
  total: may(object({ rateLimit, concurrency }), "Over all methods together."),
});

export const documentShape: ObjectShape = object({
  client: may(clientParts(clientRule), "For channels."),
  server: may(serverShape, "For servers."),
});

const callFields: readonly string[] = ["retry", "hedge", "idempotencyKey"];

export const callShape: ObjectShape = object({
  ...Object.fromEntries(Object.entries(clientRule).filter(([name]) => callFields.includes(name))),
  cache: may(off, "Asks the server, whatever is kept."),
});
