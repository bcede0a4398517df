/** Reads short ASCII text without leaving JavaScript: crossing into native code costs more than 24 characters. */

/** The longest text that is read here, in bytes. */
export const shortTextMax = 24;

const text = String.fromCharCode;

/**
 * The `length` bytes at `p` as text; undefined where one of them is not ASCII.
 * The caller has checked that they exist, hence the assertions.
 */
export function readShortAscii(b: Uint8Array, p: number, length: number): string | undefined {
  let bits = 0;
  for (let i = p; i < p + length; i++) bits |= b[i]!;
  return bits < 128 ? unrolled(b, p, length) : undefined;
}

// One call with all characters is twice as fast as a loop that appends them.
function unrolled(b: Uint8Array, p: number, length: number): string {
  // prettier-ignore
  switch (length) {
    case 1: return text(b[p]!);
    case 2: return text(b[p]!, b[p+1]!);
    case 3: return text(b[p]!, b[p+1]!, b[p+2]!);
    case 4: return text(b[p]!, b[p+1]!, b[p+2]!, b[p+3]!);
    case 5: return text(b[p]!, b[p+1]!, b[p+2]!, b[p+3]!, b[p+4]!);
    case 6: return text(b[p]!, b[p+1]!, b[p+2]!, b[p+3]!, b[p+4]!, b[p+5]!);
    case 7: return text(b[p]!, b[p+1]!, b[p+2]!, b[p+3]!, b[p+4]!, b[p+5]!, b[p+6]!);
    case 8: return text(b[p]!, b[p+1]!, b[p+2]!, b[p+3]!, b[p+4]!, b[p+5]!, b[p+6]!, b[p+7]!);
    case 9: return text(b[p]!, b[p+1]!, b[p+2]!, b[p+3]!, b[p+4]!, b[p+5]!, b[p+6]!, b[p+7]!, b[p+8]!);
    case 10: return text(b[p]!, b[p+1]!, b[p+2]!, b[p+3]!, b[p+4]!, b[p+5]!, b[p+6]!, b[p+7]!, b[p+8]!, b[p+9]!);
    case 11: return text(b[p]!, b[p+1]!, b[p+2]!, b[p+3]!, b[p+4]!, b[p+5]!, b[p+6]!, b[p+7]!, b[p+8]!, b[p+9]!, b[p+10]!);
    case 12: return text(b[p]!, b[p+1]!, b[p+2]!, b[p+3]!, b[p+4]!, b[p+5]!, b[p+6]!, b[p+7]!, b[p+8]!, b[p+9]!, b[p+10]!, b[p+11]!);
    case 13: return text(b[p]!, b[p+1]!, b[p+2]!, b[p+3]!, b[p+4]!, b[p+5]!, b[p+6]!, b[p+7]!, b[p+8]!, b[p+9]!, b[p+10]!, b[p+11]!, b[p+12]!);
    case 14: return text(b[p]!, b[p+1]!, b[p+2]!, b[p+3]!, b[p+4]!, b[p+5]!, b[p+6]!, b[p+7]!, b[p+8]!, b[p+9]!, b[p+10]!, b[p+11]!, b[p+12]!, b[p+13]!);
    case 15: return text(b[p]!, b[p+1]!, b[p+2]!, b[p+3]!, b[p+4]!, b[p+5]!, b[p+6]!, b[p+7]!, b[p+8]!, b[p+9]!, b[p+10]!, b[p+11]!, b[p+12]!, b[p+13]!, b[p+14]!);
    case 16: return text(b[p]!, b[p+1]!, b[p+2]!, b[p+3]!, b[p+4]!, b[p+5]!, b[p+6]!, b[p+7]!, b[p+8]!, b[p+9]!, b[p+10]!, b[p+11]!, b[p+12]!, b[p+13]!, b[p+14]!, b[p+15]!);
    case 17: return text(b[p]!, b[p+1]!, b[p+2]!, b[p+3]!, b[p+4]!, b[p+5]!, b[p+6]!, b[p+7]!, b[p+8]!, b[p+9]!, b[p+10]!, b[p+11]!, b[p+12]!, b[p+13]!, b[p+14]!, b[p+15]!, b[p+16]!);
    case 18: return text(b[p]!, b[p+1]!, b[p+2]!, b[p+3]!, b[p+4]!, b[p+5]!, b[p+6]!, b[p+7]!, b[p+8]!, b[p+9]!, b[p+10]!, b[p+11]!, b[p+12]!, b[p+13]!, b[p+14]!, b[p+15]!, b[p+16]!, b[p+17]!);
    case 19: return text(b[p]!, b[p+1]!, b[p+2]!, b[p+3]!, b[p+4]!, b[p+5]!, b[p+6]!, b[p+7]!, b[p+8]!, b[p+9]!, b[p+10]!, b[p+11]!, b[p+12]!, b[p+13]!, b[p+14]!, b[p+15]!, b[p+16]!, b[p+17]!, b[p+18]!);
    case 20: return text(b[p]!, b[p+1]!, b[p+2]!, b[p+3]!, b[p+4]!, b[p+5]!, b[p+6]!, b[p+7]!, b[p+8]!, b[p+9]!, b[p+10]!, b[p+11]!, b[p+12]!, b[p+13]!, b[p+14]!, b[p+15]!, b[p+16]!, b[p+17]!, b[p+18]!, b[p+19]!);
    case 21: return text(b[p]!, b[p+1]!, b[p+2]!, b[p+3]!, b[p+4]!, b[p+5]!, b[p+6]!, b[p+7]!, b[p+8]!, b[p+9]!, b[p+10]!, b[p+11]!, b[p+12]!, b[p+13]!, b[p+14]!, b[p+15]!, b[p+16]!, b[p+17]!, b[p+18]!, b[p+19]!, b[p+20]!);
    case 22: return text(b[p]!, b[p+1]!, b[p+2]!, b[p+3]!, b[p+4]!, b[p+5]!, b[p+6]!, b[p+7]!, b[p+8]!, b[p+9]!, b[p+10]!, b[p+11]!, b[p+12]!, b[p+13]!, b[p+14]!, b[p+15]!, b[p+16]!, b[p+17]!, b[p+18]!, b[p+19]!, b[p+20]!, b[p+21]!);
    case 23: return text(b[p]!, b[p+1]!, b[p+2]!, b[p+3]!, b[p+4]!, b[p+5]!, b[p+6]!, b[p+7]!, b[p+8]!, b[p+9]!, b[p+10]!, b[p+11]!, b[p+12]!, b[p+13]!, b[p+14]!, b[p+15]!, b[p+16]!, b[p+17]!, b[p+18]!, b[p+19]!, b[p+20]!, b[p+21]!, b[p+22]!);
    case 24: return text(b[p]!, b[p+1]!, b[p+2]!, b[p+3]!, b[p+4]!, b[p+5]!, b[p+6]!, b[p+7]!, b[p+8]!, b[p+9]!, b[p+10]!, b[p+11]!, b[p+12]!, b[p+13]!, b[p+14]!, b[p+15]!, b[p+16]!, b[p+17]!, b[p+18]!, b[p+19]!, b[p+20]!, b[p+21]!, b[p+22]!, b[p+23]!);
    default: return "";
  }
}
