/** Counts what was checked in a browser, and says in the end what failed. */

let passed = 0;
const failures = [];

/** One thing that has to be so. */
export function check(what, isRight, details = "") {
  if (isRight) passed += 1;
  else failures.push(`${what}${details === "" ? "" : `: ${details}`}`);
}

/** What never happens is a failure like any other, and the rest is checked all the same. */
export async function attempt(step, ...args) {
  try {
    await step(...args);
  } catch (error) {
    failures.push(`${step.name}: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`);
  }
}

/** Tries a step, all of whose failures open with a name. */
export async function attemptFor(name, step, ...args) {
  const from = failures.length;
  await attempt(step, ...args);
  for (let i = from; i < failures.length; i++) failures[i] = `${name}: ${failures[i]}`;
}

/** Prints the failures and the count, and ends the process. */
export function conclude() {
  for (const failure of failures) console.log(`failed: ${failure}`);
  console.log(`${passed} passed, ${failures.length} failed`);
  process.exit(failures.length === 0 ? 0 : 1);
}
