/** Holds results to `budget.json`: ratios of two figures of one run, with slack for noise; never a lone absolute. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { benchmarks } from "../setup/paths.mjs";
import { figuresOf } from "./figures.mjs";
import { printTables } from "./tables.mjs";

const { budgets } = JSON.parse(readFileSync(join(benchmarks, "budget.json"), "utf8"));

export const budgetedSuites = () => [...new Set(budgets.map(({ suite }) => suite))];

/** Prints what was wanted and what was found; 1 where a budget is missed. */
export function checkBudget(results) {
  const rows = budgets.flatMap((budget) => {
    const result = results[budget.suite];
    return result === undefined ? [] : judge(budget, figuresOf(budget.suite, result));
  });
  const columns = ["", "figure", "of", "to", "found", "wanted", "slack"];
  const cells = rows.map(({ isHeld, figure, of, to, found, wanted, slack }) => [
    isHeld ? "held" : "MISSED",
    figure,
    of,
    to,
    found.toPrecision(3),
    wanted,
    slack,
  ]);
  const missed = rows.filter(({ isHeld }) => !isHeld).length;
  printTables([{ title: `Budget: ${rows.length - missed} held, ${missed} missed`, columns, rows: cells }]);
  return missed === 0 ? 0 : 1;
}

function judge(budget, figures) {
  const { of, figures: names, atLeast, atMost, slack = 0 } = budget;
  return names.flatMap((name) => {
    const own = figures.find(({ subject, figure }) => subject === of && figure === name);
    if (own === undefined) return [];
    return opponents(budget, own, figures).map((other) => {
      const found = budget.to === undefined ? own.value : own.value / other.value;
      const isHeld = atLeast === undefined ? found <= atMost * (1 + slack) : found >= atLeast * (1 - slack);
      const wanted = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`;
      return { isHeld, figure: `${budget.suite}: ${name}`, of, to: other?.subject ?? "", found, wanted, slack };
    });
  });
}

/** Those that are named, or all peers: for codecs the ones that give back their bytes in the same way. */
function opponents({ to }, own, figures) {
  if (to === undefined) return [undefined];
  const same = figures.filter(({ figure }) => figure === own.figure);
  if (to === "peers") {
    return same.filter(({ subject, duty }) => !/^(rpcgen|limit)\b/.test(subject) && duty === own.duty);
  }
  return same.filter(({ subject }) => to.includes(subject));
}
