/** Makes a schema what it promises to be: unchangeable, at every depth. */

/** Freezes a value and everything in it that is not frozen yet. Maps lose their mutating methods. */
export function freeze<T>(value: T): T {
  const open: unknown[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== "object" || next === null || Object.isFrozen(next)) continue;
    if (next instanceof Map) {
      for (const method of ["set", "delete", "clear"]) Object.defineProperty(next, method, { value: refuse });
      open.push(...next.values());
    } else {
      for (const inner of Object.values(next)) if (typeof inner === "object") open.push(inner);
    }
    Object.freeze(next);
  }
  return value;
}

function refuse(): never {
  throw new TypeError("a schema cannot be changed");
}
