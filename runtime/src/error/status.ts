/** The status codes that every failed call carries: gRPC's sixteen, by word and by number. */

/** Words by their number on the wire; index 0 means success and is never an error's code. */
export const statusCodes = [
  "ok",
  "cancelled",
  "unknown",
  "invalid-argument",
  "deadline-exceeded",
  "not-found",
  "already-exists",
  "permission-denied",
  "resource-exhausted",
  "failed-precondition",
  "aborted",
  "out-of-range",
  "unimplemented",
  "internal",
  "unavailable",
  "data-loss",
  "unauthenticated",
] as const;

/** Why a call failed. Kebab-case words; the numbers on the wire are gRPC's. */
export type StatusCode = Exclude<(typeof statusCodes)[number], "ok">;

/** The number of a code on the wire, 1 to 16. */
export function statusNumber(code: StatusCode): number {
  return statusCodes.indexOf(code);
}

/** The code with this number on the wire; "unknown" for 0 and for numbers outside 1 to 16. */
export function statusFromNumber(number: number): StatusCode {
  const code = statusCodes[number];
  return code === undefined || code === "ok" ? "unknown" : code;
}
