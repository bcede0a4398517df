/** What is said of texts that are no JSON shows nothing of them. */

import { expect, test } from "vitest";
import { jsonProblem } from "./json-problem.js";

test.each([
  '{"password": hunter2}',
  '{"password": "hunter2" "x"}',
  '{"password": "hunter2", }',
  '{"password": "hunter2"',
  '{password: "hunter2"}',
  '"hunter2',
  "hunter2",
  '{"a": "hunter2\n"}',
  "['hunter2']",
  `{"long": "${"x".repeat(200)}", hunter2}`,
  "",
  "undefined",
])("%j", (text) => {
  let problem = "";
  try {
    JSON.parse(text);
  } catch (error) {
    problem = jsonProblem(error);
  }
  expect(problem).not.toMatch(/hunter|["`]/);
  expect(problem).toMatch(/^\S.*[\w)]$/);
});
