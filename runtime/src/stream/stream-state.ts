/** What the other side may still send on a stream, as one table of states and events. */

/** What one side waits for on a stream. */
export const streamStates = ["one", "one-rest", "many", "many-rest", "ended", "done"] as const;
export type StreamState = (typeof streamStates)[number];

/** What comes in. `answer` is a whole message in a REQUEST or RESPONSE, `-part` a frame with MORE. */
export const streamEvents = ["answer", "answer-part", "data", "data-part", "end", "failure"] as const;
export type StreamEvent = (typeof streamEvents)[number];

/** `refuse`: the frame breaks the protocol for this stream, which fails; `ignore`: it came too late to matter. */
export type StreamStep = StreamState | "refuse" | "ignore";

/** PROTOCOL.md prints this table, the sessions obey it. Failures are ERROR from the server, CANCEL from the client. */
export const streamSteps: Readonly<Record<StreamState, Readonly<Record<StreamEvent, StreamStep>>>> = {
  // prettier-ignore
  one:         { answer: "ended",  "answer-part": "one-rest", data: "refuse", "data-part": "refuse",    end: "refuse", failure: "done" },
  // prettier-ignore
  "one-rest":  { answer: "refuse", "answer-part": "refuse",   data: "ended",  "data-part": "one-rest",  end: "refuse", failure: "done" },
  // prettier-ignore
  many:        { answer: "refuse", "answer-part": "refuse",   data: "many",   "data-part": "many-rest", end: "ended",  failure: "done" },
  // prettier-ignore
  "many-rest": { answer: "refuse", "answer-part": "refuse",   data: "many",   "data-part": "many-rest", end: "refuse", failure: "done" },
  // prettier-ignore
  ended:       { answer: "refuse", "answer-part": "refuse",   data: "refuse", "data-part": "refuse",    end: "refuse", failure: "done" },
  // prettier-ignore
  done:        { answer: "ignore", "answer-part": "ignore",   data: "ignore", "data-part": "ignore",    end: "ignore", failure: "ignore" },
};

/** What each state means; PROTOCOL.md prints it. */
export const streamStateDocs: Readonly<Record<StreamState, string>> = {
  one: "Exactly one message is due.",
  "one-rest": "The rest of the one message is due.",
  many: "Any number of messages, then END.",
  "many-rest": "The rest of a message of the stream is due.",
  ended: "This direction is over; only a failure of the call may still come.",
  done: "The call is over.",
};

/** Where an event leads. */
export function step(state: StreamState, event: StreamEvent): StreamStep {
  return streamSteps[state][event];
}
