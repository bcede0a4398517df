/** The conventions by which one written name becomes the names of the wire, of JSON and of `.proto`. */

/** `placed_at` for `placedAt`, `html_url` for `htmlURL`: what the name is in a `.proto`. */
export function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();
}

/**
 * What a field is called in a `.proto`: snake_case of its name, or of the name it was given with `@name` if that can stand
 * there. A name written with underscores came from a `.proto` and is taken as it is, so that JSON by it is still read.
 */
export function protoFieldName(name: string, givenName: string | undefined): string {
  if (name.includes("_")) return name;
  return snakeCase(givenName !== undefined && /^[A-Za-z_][A-Za-z0-9_]*$/.test(givenName) ? givenName : name);
}

/** `placedAt` for `placed_at`; underscores at the ends stay, and so does everything that has none inside. */
export function lowerCamelCase(name: string): string {
  return name.replace(/(?<=[A-Za-z0-9])_+([A-Za-z0-9])/g, (_, after: string) => after.toUpperCase());
}

/** `GiveBack` for `giveBack`: what a method is called on the wire. */
export function pascalCase(name: string): string {
  const camel = lowerCamelCase(name);
  return camel.replace(/^(_*)([a-z])/, (_, underscores: string, first: string) => underscores + first.toUpperCase());
}

/** `giveBack` for `GiveBack`, `url` for `URL`: what an imported method is called, unless that is taken. */
export function methodNameOf(wireName: string): string {
  return wireName.replace(/^([A-Z]+(?=[A-Z][a-z]|$)|[A-Z])/, (capitals) => capitals.toLowerCase());
}

/** The JSON name that protoc gives to a field of this name, unless the file says otherwise with `json_name`. */
export function protocJsonName(protoName: string): string {
  return protoName.replace(/_+([A-Za-z0-9]?)/g, (_, after: string) => after.toUpperCase());
}
