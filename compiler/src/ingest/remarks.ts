/** What the comments around one element of a foreign file say, and which of them documents it. */

/** Each paragraph is a list of lines. */
export interface Remarks {
  /** Paragraphs in front that a blank line parts from the element. */
  readonly detached: (readonly string[])[];
  /** Paragraphs right in front of the element, or inside of it. */
  readonly leading: (readonly string[])[];
  /** Behind the element on its last line. */
  readonly trailing: (readonly string[])[];
}

export function noRemarks(): Remarks {
  return { detached: [], leading: [], trailing: [] };
}

/** The documentation: what leads, or else what trails. */
export function docsOf({ leading, trailing }: Remarks): string {
  return (leading.length > 0 ? [...leading] : [...trailing]).map((lines) => lines.join("\n")).join("\n\n");
}

/** What trails and is not the documentation. */
export function sideNoteOf({ leading, trailing }: Remarks): string {
  return leading.length === 0 ? "" : trailing.map((lines) => lines.join(" ")).join(" ");
}
