/** How deep and how large a message may be before decoding gives up. */

export interface DecodeLimits {
  /** Levels of messages, groups and JSON values inside the outermost message. */
  readonly depthMax: number;
  /** Messages and map entries inside the outermost message: two bytes on the wire may cost a hundred in memory. */
  readonly messagesMax: number;
}

// By themselves, too: what is imported as a number costs a bundle only that.
export const decodeDepthMax = 100;
export const decodeMessagesMax = 262_144;

export const defaultDecodeLimits: DecodeLimits = { depthMax: decodeDepthMax, messagesMax: decodeMessagesMax };

/** Levels of nested messages that an encoder follows: more than any decoder takes, or a value that contains itself. */
export const encodeDepthMax = 100;
