/** Timestamps and durations between their JSON text and the seconds and nanoseconds of the wire. */

/** A point in time or a span, as `google.protobuf.Timestamp` and `Duration` hold it. */
export interface SecondsAndNanos {
  readonly seconds: bigint;
  readonly nanos: number;
}

/** 0001-01-01T00:00:00Z. */
const timestampSecondsMin = -62_135_596_800;
/** 9999-12-31T23:59:59Z. */
const timestampSecondsMax = 253_402_300_799;
/** About ten thousand years. */
const durationSecondsMax = 315_576_000_000;

const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))$/;
const spanOfSeconds = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/;

/** What an error says that it expected. */
export const timestampForm = "a timestamp such as 2025-01-31T09:30:00Z, from year 1 to 9999";
export const durationForm = "a duration such as 1.5s, up to 315576000000 seconds";

/** Reads RFC 3339 text; undefined where it is none, or outside the years 1 to 9999. */
export function parseTimestamp(text: string): SecondsAndNanos | undefined {
  const match = rfc3339.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, sign, offsetHour, offsetMinute] = match;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  // Date carries an overflow into the next field (February 30 becomes March 2); a calendar does not have such days.
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  if (Number(offsetHour ?? 0) > 23 || Number(offsetMinute ?? 0) > 59) return undefined;
  const offset = (Number(offsetHour ?? 0) * 60 + Number(offsetMinute ?? 0)) * (sign === "-" ? -60 : 60);
  const ofDay = (Number(hour) * 60 + Number(minute)) * 60 + Number(second);
  const seconds = date.getTime() / 1000 + ofDay - offset;
  return isTimestampSeconds(seconds) ? { seconds: BigInt(seconds), nanos: nanosOf(fraction) } : undefined;
}

/** RFC 3339 text in UTC with 0, 3, 6 or 9 digits; undefined where the time is outside the years 1 to 9999. */
export function formatTimestamp(seconds: bigint, nanos: number): string | undefined {
  const whole = Number(seconds);
  if (!isTimestampSeconds(whole) || !isNanos(nanos) || nanos < 0) return undefined;
  return `${new Date(whole * 1000).toISOString().slice(0, 19)}${fractionOf(nanos)}Z`;
}

/** Reads `1.5s`; undefined where it is no duration, or beyond about ten thousand years. */
export function parseDuration(text: string): SecondsAndNanos | undefined {
  const match = spanOfSeconds.exec(text);
  if (match === null) return undefined;
  const [, sign, whole, fraction] = match;
  const seconds = Number(whole);
  if (seconds > durationSecondsMax) return undefined;
  const nanos = nanosOf(fraction);
  if (sign === "") return { seconds: BigInt(seconds), nanos };
  return { seconds: BigInt(-seconds), nanos: nanos === 0 ? 0 : -nanos };
}

/** `1.5s` with 0, 3, 6 or 9 digits; undefined where it is out of range or its two parts differ in sign. */
export function formatDuration(seconds: bigint, nanos: number): string | undefined {
  const whole = Number(seconds);
  if (Math.abs(whole) > durationSecondsMax || !isNanos(nanos)) return undefined;
  if ((whole < 0 && nanos > 0) || (whole > 0 && nanos < 0)) return undefined;
  const sign = whole < 0 || nanos < 0 ? "-" : "";
  return `${sign}${Math.abs(whole)}${fractionOf(Math.abs(nanos))}s`;
}

/** The span of so many milliseconds, to the nearest nanosecond; undefined where it is not finite. */
export function durationFromMilliseconds(milliseconds: number): SecondsAndNanos | undefined {
  if (!Number.isFinite(milliseconds)) return undefined;
  let seconds = Math.trunc(milliseconds / 1000);
  let nanos = Math.round((milliseconds - seconds * 1000) * 1e6);
  if (Math.abs(nanos) >= 1e9) {
    seconds += Math.sign(nanos);
    nanos = 0;
  }
  return { seconds: BigInt(seconds), nanos: nanos === 0 ? 0 : nanos };
}

function isTimestampSeconds(seconds: number): boolean {
  return seconds >= timestampSecondsMin && seconds <= timestampSecondsMax;
}

function isNanos(nanos: number): boolean {
  return Number.isInteger(nanos) && Math.abs(nanos) <= 999_999_999;
}

function nanosOf(fraction: string | undefined): number {
  return fraction === undefined ? 0 : Number(fraction.padEnd(9, "0"));
}

function fractionOf(nanos: number): string {
  if (nanos === 0) return "";
  const digits = String(nanos).padStart(9, "0");
  if (digits.endsWith("000000")) return `.${digits.slice(0, 3)}`;
  return digits.endsWith("000") ? `.${digits.slice(0, 6)}` : `.${digits}`;
}
