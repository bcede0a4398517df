/** The interface through which the compiler touches files: everything it knows of a disk is here. */

/** What stands at a path once symbolic links were followed. */
export interface Entry {
  /** "other" is a FIFO, a device or a socket; "unreadable" is something that may not be looked at. */
  readonly kind: "file" | "directory" | "other" | "unreadable";
  /** The path without symbolic links and in the spelling of the disk; identity of a file. */
  readonly realPath: string;
  /** Why it is unreadable: a short sentence for people, without the path. */
  readonly reason?: string;
}

export type FileContent =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "missing" }
  /** A directory, FIFO, device or socket; it was not read. */
  | { readonly kind: "notAFile" }
  | { readonly kind: "tooLarge"; readonly sizeBytes: number }
  /** `reason` is a short sentence for people, without the path. */
  | { readonly kind: "unreadable"; readonly reason: string };

/** Paths that go in and come out are absolute and use `/`; no method throws. */
export interface Host {
  readonly workingDirectory: string;
  /** The directory with the `.rpc` files that ship with the compiler. */
  readonly standardLibrary: string;
  /** The absolute form, with `/`, of a path as a user writes it; relative ones start at the working directory. */
  absolute(path: string): string;
  /** Undefined where there is nothing. */
  find(path: string): Entry | undefined;
  /** Reads a regular file of at most `bytesMax` bytes; never waits on a FIFO or a device. */
  read(path: string, bytesMax: number): FileContent;
  /** Names in a directory, sorted by code unit; directories end in `/`. Empty where there is no such directory. */
  list(path: string): readonly string[];
}
