/** What encoders write with, whichever class does the writing: one that is fast in Node, or one that is small in browsers. */

import type { Writer } from "./writer.js";

/** Puts the fields of a message into a growing buffer. */
export type MessageWriter = Pick<Writer, Exclude<keyof Writer, "limit" | "rewind" | "take" | "view">>;
