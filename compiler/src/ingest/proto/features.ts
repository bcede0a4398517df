/** What an edition, or a syntax before there were editions, makes of fields that say nothing else. */

import type { ProtoFile, ProtoOption } from "./proto-syntax.js";

export interface Features {
  readonly presence: "explicit" | "implicit" | "required";
  readonly isPacked: boolean;
  /** Messages are encoded as groups. */
  readonly isDelimited: boolean;
  /** Numbers that an enum does not list are no values of it. */
  readonly isClosed: boolean;
}

const defaults: Readonly<Record<ProtoFile["edition"], Features>> = {
  proto2: { presence: "explicit", isPacked: false, isDelimited: false, isClosed: true },
  proto3: { presence: "implicit", isPacked: true, isDelimited: false, isClosed: false },
  "2023": { presence: "explicit", isPacked: true, isDelimited: false, isClosed: false },
  "2024": { presence: "explicit", isPacked: true, isDelimited: false, isClosed: false },
};

/** What holds for the whole file. */
export function fileFeatures(file: ProtoFile): Features {
  const options = file.items.flatMap((item) => (item.kind === "option" ? [item.option] : []));
  return withFeatures(defaults[file.edition], options);
}

/** What holds where these options stand; what they do not say stays. */
export function withFeatures(features: Features, options: readonly ProtoOption[]): Features {
  let { presence, isPacked, isDelimited, isClosed } = features;
  for (const { name, value } of featureSettings(options)) {
    if (name === "field_presence") {
      if (value === "EXPLICIT") presence = "explicit";
      else if (value === "IMPLICIT") presence = "implicit";
      else if (value === "LEGACY_REQUIRED") presence = "required";
    } else if (name === "repeated_field_encoding") isPacked = value === "PACKED";
    else if (name === "message_encoding") isDelimited = value === "DELIMITED";
    else if (name === "enum_type") isClosed = value === "CLOSED";
  }
  return { presence, isPacked, isDelimited, isClosed };
}

/** Whether an option is one of the features that are understood here, and not, for instance, one of C++. */
export function isFeature(option: ProtoOption): boolean {
  const known = /^(field_presence|repeated_field_encoding|message_encoding|enum_type|utf8_validation|json_format)$/;
  const settings = featureSettings([option]);
  return settings.length > 0 && settings.every(({ name }) => known.test(name));
}

/** `features.x = Y` and `features = { x: Y }` alike. */
function featureSettings(
  options: readonly ProtoOption[],
): readonly { readonly name: string; readonly value: string }[] {
  return options.flatMap(({ name, value }) => {
    if (name.startsWith("features.") && value.kind === "word") return [{ name: name.slice(9), value: value.text }];
    if (name !== "features" || value.kind !== "aggregate") return [];
    return [...value.text.matchAll(/([\w.()[\]]+)\s*:\s*([A-Z_0-9]+)/g)].map(([, key = "", word = ""]) => ({
      name: key,
      value: word,
    }));
  });
}
