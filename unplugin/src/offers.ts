/** Whether a value of a bundler's offers what is asked of it. Types of bundlers are not at hand where they are not installed. */

export function offers<T extends object>(value: unknown, names: readonly (keyof T & string)[]): value is T {
  return typeof value === "object" && value !== null && names.every((name) => Reflect.has(value, name));
}
