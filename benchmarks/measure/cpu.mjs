/** What several processes have used together. */

/** Adds up what `process.cpuUsage` has told of each. */
export function sumOfCpu(usages) {
  const add = (part) => usages.reduce((total, usage) => total + usage[part], 0);
  return { user: add("user"), system: add("system") };
}
