/** Reads short ASCII text without leaving JavaScript: crossing into native code costs more than 24 characters. */

/** The longest text that is read here, in bytes. */
export const shortTextMax = 24;

const text = String.fromCharCode;

/**
 * The `length` bytes at `p` as text; undefined where one of them is not ASCII, or where there are more than 24.
 * The caller has checked that they exist, hence the assertions.
 */
export function readShortAscii(b: Uint8Array, p: number, length: number): string | undefined {
  if (length === 0) return "";
  if (length <= 10) return upTo10(b, p, length);
  return length <= 18 ? upTo18(b, p, length) : upTo24(b, p, length);
}

// One branch for each length: a loop that looks at the bytes first takes half as long again, one that appends
// character after character twice as long.
function upTo10(b: Uint8Array, p: number, length: number): string | undefined {
  // prettier-ignore
  switch (length) {
    case 1: {
      const c0 = b[p]!;
      return (c0) < 128 ? text(c0) : undefined;
    }
    case 2: {
      const c0 = b[p]!, c1 = b[p + 1]!;
      return (c0 | c1) < 128 ? text(c0, c1) : undefined;
    }
    case 3: {
      const c0 = b[p]!, c1 = b[p + 1]!, c2 = b[p + 2]!;
      return (c0 | c1 | c2) < 128 ? text(c0, c1, c2) : undefined;
    }
    case 4: {
      const c0 = b[p]!, c1 = b[p + 1]!, c2 = b[p + 2]!, c3 = b[p + 3]!;
      return (c0 | c1 | c2 | c3) < 128 ? text(c0, c1, c2, c3) : undefined;
    }
    case 5: {
      const c0 = b[p]!, c1 = b[p + 1]!, c2 = b[p + 2]!, c3 = b[p + 3]!, c4 = b[p + 4]!;
      return (c0 | c1 | c2 | c3 | c4) < 128 ? text(c0, c1, c2, c3, c4) : undefined;
    }
    case 6: {
      const c0 = b[p]!, c1 = b[p + 1]!, c2 = b[p + 2]!, c3 = b[p + 3]!, c4 = b[p + 4]!, c5 = b[p + 5]!;
      return (c0 | c1 | c2 | c3 | c4 | c5) < 128 ? text(c0, c1, c2, c3, c4, c5) : undefined;
    }
    case 7: {
      const c0 = b[p]!, c1 = b[p + 1]!, c2 = b[p + 2]!, c3 = b[p + 3]!, c4 = b[p + 4]!, c5 = b[p + 5]!, c6 = b[p + 6]!;
      return (c0 | c1 | c2 | c3 | c4 | c5 | c6) < 128 ? text(c0, c1, c2, c3, c4, c5, c6) : undefined;
    }
    case 8: {
      const c0 = b[p]!, c1 = b[p + 1]!, c2 = b[p + 2]!, c3 = b[p + 3]!, c4 = b[p + 4]!, c5 = b[p + 5]!,
        c6 = b[p + 6]!, c7 = b[p + 7]!;
      return (c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7) < 128 ? text(c0, c1, c2, c3, c4, c5, c6, c7) : undefined;
    }
    case 9: {
      const c0 = b[p]!, c1 = b[p + 1]!, c2 = b[p + 2]!, c3 = b[p + 3]!, c4 = b[p + 4]!, c5 = b[p + 5]!,
        c6 = b[p + 6]!, c7 = b[p + 7]!, c8 = b[p + 8]!;
      return (c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8) < 128 ? text(c0, c1, c2, c3, c4, c5, c6, c7, c8) : undefined;
    }
    case 10: {
      const c0 = b[p]!, c1 = b[p + 1]!, c2 = b[p + 2]!, c3 = b[p + 3]!, c4 = b[p + 4]!, c5 = b[p + 5]!,
        c6 = b[p + 6]!, c7 = b[p + 7]!, c8 = b[p + 8]!, c9 = b[p + 9]!;
      return (c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9) < 128 ? text(c0, c1, c2, c3, c4, c5, c6, c7, c8,
        c9) : undefined;
    }
    default: return undefined;
  }
}

function upTo18(b: Uint8Array, p: number, length: number): string | undefined {
  // prettier-ignore
  switch (length) {
    case 11: {
      const c0 = b[p]!, c1 = b[p + 1]!, c2 = b[p + 2]!, c3 = b[p + 3]!, c4 = b[p + 4]!, c5 = b[p + 5]!,
        c6 = b[p + 6]!, c7 = b[p + 7]!, c8 = b[p + 8]!, c9 = b[p + 9]!, c10 = b[p + 10]!;
      return (c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10) < 128 ? text(c0, c1, c2, c3, c4, c5, c6, c7, c8,
        c9, c10) : undefined;
    }
    case 12: {
      const c0 = b[p]!, c1 = b[p + 1]!, c2 = b[p + 2]!, c3 = b[p + 3]!, c4 = b[p + 4]!, c5 = b[p + 5]!,
        c6 = b[p + 6]!, c7 = b[p + 7]!, c8 = b[p + 8]!, c9 = b[p + 9]!, c10 = b[p + 10]!, c11 = b[p + 11]!;
      return (c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11) < 128 ? text(c0, c1, c2, c3, c4, c5, c6,
        c7, c8, c9, c10, c11) : undefined;
    }
    case 13: {
      const c0 = b[p]!, c1 = b[p + 1]!, c2 = b[p + 2]!, c3 = b[p + 3]!, c4 = b[p + 4]!, c5 = b[p + 5]!,
        c6 = b[p + 6]!, c7 = b[p + 7]!, c8 = b[p + 8]!, c9 = b[p + 9]!, c10 = b[p + 10]!, c11 = b[p + 11]!,
        c12 = b[p + 12]!;
      return (c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11 | c12) < 128 ? text(c0, c1, c2, c3, c4, c5,
        c6, c7, c8, c9, c10, c11, c12) : undefined;
    }
    case 14: {
      const c0 = b[p]!, c1 = b[p + 1]!, c2 = b[p + 2]!, c3 = b[p + 3]!, c4 = b[p + 4]!, c5 = b[p + 5]!,
        c6 = b[p + 6]!, c7 = b[p + 7]!, c8 = b[p + 8]!, c9 = b[p + 9]!, c10 = b[p + 10]!, c11 = b[p + 11]!,
        c12 = b[p + 12]!, c13 = b[p + 13]!;
      return (c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11 | c12 | c13) < 128 ? text(c0, c1, c2, c3,
        c4, c5, c6, c7, c8, c9, c10, c11, c12, c13) : undefined;
    }
    case 15: {
      const c0 = b[p]!, c1 = b[p + 1]!, c2 = b[p + 2]!, c3 = b[p + 3]!, c4 = b[p + 4]!, c5 = b[p + 5]!,
        c6 = b[p + 6]!, c7 = b[p + 7]!, c8 = b[p + 8]!, c9 = b[p + 9]!, c10 = b[p + 10]!, c11 = b[p + 11]!,
        c12 = b[p + 12]!, c13 = b[p + 13]!, c14 = b[p + 14]!;
      return (c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11 | c12 | c13 | c14) < 128 ? text(c0, c1, c2,
        c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14) : undefined;
    }
    case 16: {
      const c0 = b[p]!, c1 = b[p + 1]!, c2 = b[p + 2]!, c3 = b[p + 3]!, c4 = b[p + 4]!, c5 = b[p + 5]!,
        c6 = b[p + 6]!, c7 = b[p + 7]!, c8 = b[p + 8]!, c9 = b[p + 9]!, c10 = b[p + 10]!, c11 = b[p + 11]!,
        c12 = b[p + 12]!, c13 = b[p + 13]!, c14 = b[p + 14]!, c15 = b[p + 15]!;
      return (c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11 | c12 | c13 | c14 | c15) < 128 ? text(c0,
        c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15) : undefined;
    }
    case 17: {
      const c0 = b[p]!, c1 = b[p + 1]!, c2 = b[p + 2]!, c3 = b[p + 3]!, c4 = b[p + 4]!, c5 = b[p + 5]!,
        c6 = b[p + 6]!, c7 = b[p + 7]!, c8 = b[p + 8]!, c9 = b[p + 9]!, c10 = b[p + 10]!, c11 = b[p + 11]!,
        c12 = b[p + 12]!, c13 = b[p + 13]!, c14 = b[p + 14]!, c15 = b[p + 15]!, c16 = b[p + 16]!;
      return (c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11 | c12 | c13 | c14 | c15 | c16) < 128
        ? text(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16) : undefined;
    }
    case 18: {
      const c0 = b[p]!, c1 = b[p + 1]!, c2 = b[p + 2]!, c3 = b[p + 3]!, c4 = b[p + 4]!, c5 = b[p + 5]!,
        c6 = b[p + 6]!, c7 = b[p + 7]!, c8 = b[p + 8]!, c9 = b[p + 9]!, c10 = b[p + 10]!, c11 = b[p + 11]!,
        c12 = b[p + 12]!, c13 = b[p + 13]!, c14 = b[p + 14]!, c15 = b[p + 15]!, c16 = b[p + 16]!, c17 = b[p + 17]!;
      return (c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11 | c12 | c13 | c14 | c15 | c16 | c17) < 128
        ? text(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17) : undefined;
    }
    default: return undefined;
  }
}

function upTo24(b: Uint8Array, p: number, length: number): string | undefined {
  // prettier-ignore
  switch (length) {
    case 19: {
      const c0 = b[p]!, c1 = b[p + 1]!, c2 = b[p + 2]!, c3 = b[p + 3]!, c4 = b[p + 4]!, c5 = b[p + 5]!,
        c6 = b[p + 6]!, c7 = b[p + 7]!, c8 = b[p + 8]!, c9 = b[p + 9]!, c10 = b[p + 10]!, c11 = b[p + 11]!,
        c12 = b[p + 12]!, c13 = b[p + 13]!, c14 = b[p + 14]!, c15 = b[p + 15]!, c16 = b[p + 16]!, c17 = b[p + 17]!,
        c18 = b[p + 18]!;
      return (c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11 | c12 | c13 | c14 | c15 | c16 | c17 |
        c18) < 128 ? text(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17,
        c18) : undefined;
    }
    case 20: {
      const c0 = b[p]!, c1 = b[p + 1]!, c2 = b[p + 2]!, c3 = b[p + 3]!, c4 = b[p + 4]!, c5 = b[p + 5]!,
        c6 = b[p + 6]!, c7 = b[p + 7]!, c8 = b[p + 8]!, c9 = b[p + 9]!, c10 = b[p + 10]!, c11 = b[p + 11]!,
        c12 = b[p + 12]!, c13 = b[p + 13]!, c14 = b[p + 14]!, c15 = b[p + 15]!, c16 = b[p + 16]!, c17 = b[p + 17]!,
        c18 = b[p + 18]!, c19 = b[p + 19]!;
      return (c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11 | c12 | c13 | c14 | c15 | c16 | c17 | c18 |
        c19) < 128 ? text(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18,
        c19) : undefined;
    }
    case 21: {
      const c0 = b[p]!, c1 = b[p + 1]!, c2 = b[p + 2]!, c3 = b[p + 3]!, c4 = b[p + 4]!, c5 = b[p + 5]!,
        c6 = b[p + 6]!, c7 = b[p + 7]!, c8 = b[p + 8]!, c9 = b[p + 9]!, c10 = b[p + 10]!, c11 = b[p + 11]!,
        c12 = b[p + 12]!, c13 = b[p + 13]!, c14 = b[p + 14]!, c15 = b[p + 15]!, c16 = b[p + 16]!, c17 = b[p + 17]!,
        c18 = b[p + 18]!, c19 = b[p + 19]!, c20 = b[p + 20]!;
      return (c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11 | c12 | c13 | c14 | c15 | c16 | c17 | c18 |
        c19 | c20) < 128 ? text(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18,
        c19, c20) : undefined;
    }
    case 22: {
      const c0 = b[p]!, c1 = b[p + 1]!, c2 = b[p + 2]!, c3 = b[p + 3]!, c4 = b[p + 4]!, c5 = b[p + 5]!,
        c6 = b[p + 6]!, c7 = b[p + 7]!, c8 = b[p + 8]!, c9 = b[p + 9]!, c10 = b[p + 10]!, c11 = b[p + 11]!,
        c12 = b[p + 12]!, c13 = b[p + 13]!, c14 = b[p + 14]!, c15 = b[p + 15]!, c16 = b[p + 16]!, c17 = b[p + 17]!,
        c18 = b[p + 18]!, c19 = b[p + 19]!, c20 = b[p + 20]!, c21 = b[p + 21]!;
      return (c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11 | c12 | c13 | c14 | c15 | c16 | c17 | c18 |
        c19 | c20 | c21) < 128 ? text(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17,
        c18, c19, c20, c21) : undefined;
    }
    case 23: {
      const c0 = b[p]!, c1 = b[p + 1]!, c2 = b[p + 2]!, c3 = b[p + 3]!, c4 = b[p + 4]!, c5 = b[p + 5]!,
        c6 = b[p + 6]!, c7 = b[p + 7]!, c8 = b[p + 8]!, c9 = b[p + 9]!, c10 = b[p + 10]!, c11 = b[p + 11]!,
        c12 = b[p + 12]!, c13 = b[p + 13]!, c14 = b[p + 14]!, c15 = b[p + 15]!, c16 = b[p + 16]!, c17 = b[p + 17]!,
        c18 = b[p + 18]!, c19 = b[p + 19]!, c20 = b[p + 20]!, c21 = b[p + 21]!, c22 = b[p + 22]!;
      return (c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11 | c12 | c13 | c14 | c15 | c16 | c17 | c18 |
        c19 | c20 | c21 | c22) < 128 ? text(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16,
        c17, c18, c19, c20, c21, c22) : undefined;
    }
    case 24: {
      const c0 = b[p]!, c1 = b[p + 1]!, c2 = b[p + 2]!, c3 = b[p + 3]!, c4 = b[p + 4]!, c5 = b[p + 5]!,
        c6 = b[p + 6]!, c7 = b[p + 7]!, c8 = b[p + 8]!, c9 = b[p + 9]!, c10 = b[p + 10]!, c11 = b[p + 11]!,
        c12 = b[p + 12]!, c13 = b[p + 13]!, c14 = b[p + 14]!, c15 = b[p + 15]!, c16 = b[p + 16]!, c17 = b[p + 17]!,
        c18 = b[p + 18]!, c19 = b[p + 19]!, c20 = b[p + 20]!, c21 = b[p + 21]!, c22 = b[p + 22]!, c23 = b[p + 23]!;
      return (c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11 | c12 | c13 | c14 | c15 | c16 | c17 | c18 |
        c19 | c20 | c21 | c22 | c23) < 128 ? text(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14,
        c15, c16, c17, c18, c19, c20, c21, c22, c23) : undefined;
    }
    default: return undefined;
  }
}
