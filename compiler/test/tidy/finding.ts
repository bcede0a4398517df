/** One place where the house is out of order. */

export type Law =
  | "import-law"
  | "world-door"
  | "circle"
  | "first-sentence"
  | "file-length"
  | "function-length"
  | "banned-name"
  | "banned-text";

export interface Finding {
  /** From the repository's root, with `/`. */
  readonly path: string;
  readonly line: number;
  readonly law: Law;
  readonly message: string;
}
