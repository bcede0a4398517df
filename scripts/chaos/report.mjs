/** Prints what became of chaos cases: one line for each, and a table at the end. */

const words = { passed: "pass", failed: "FAIL", "not run": "not run" };

export function printOutcome({ id, title, outcome, figures, checks, reason, tookMs }) {
  const seconds = `${(tookMs / 1000).toFixed(1)} s`;
  const told = outcome === "not run" ? reason : figures.join("; ");
  console.log(`${id.padEnd(4)} ${words[outcome].padEnd(7)}  ${title}: ${told}  [${seconds}]`);
  for (const { what, isSo, seen } of checks) {
    if (!isSo) console.log(`       not so: ${what}${seen === "" ? "" : ` (seen: ${seen})`}`);
  }
  if (outcome === "failed" && reason !== undefined) console.log(`       ${reason}`);
}

export function printTable(outcomes) {
  console.log("\ncase  outcome  criteria  what");
  for (const { id, title, outcome, checks } of outcomes) {
    const held = checks.filter(({ isSo }) => isSo).length;
    const criteria = outcome === "not run" ? "-" : `${held}/${checks.length}`;
    console.log(`${id.padEnd(5)} ${words[outcome].padEnd(7)}  ${criteria.padEnd(8)}  ${title}`);
  }
  const count = (wanted) => outcomes.filter(({ outcome }) => outcome === wanted).length;
  const idle = count("not run");
  const rest = idle === 0 ? "" : `, ${idle} not run`;
  console.log(`\n${count("passed")} passed, ${count("failed")} failed${rest}`);
}
