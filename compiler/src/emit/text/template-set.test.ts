/** Templates get at what they are given and at nothing else; whatever is wrong with them is told by line. */

import { expect, test } from "vitest";
import { TemplateError, TemplateSet } from "./template-set.js";

function render(text: string, view: object, partials: Readonly<Record<string, string>> = {}): string {
  return new TemplateSet(new Map([...Object.entries(partials), ["page", text]])).render("page", view);
}

function failure(text: string, view: object = { title: "x" }, partials: Readonly<Record<string, string>> = {}): string {
  try {
    return `rendered ${render(text, view, partials)}`;
  } catch (error) {
    if (error instanceof TemplateError) return error.reason;
    throw error;
  }
}

test("values are escaped wherever they stand, unless a template says otherwise", () => {
  const view = { name: `<b> & "quoted" '\`=` };
  expect(render("{{name}}", view)).toBe("&lt;b&gt; &amp; &quot;quoted&quot; &#x27;&#x60;&#x3D;");
  expect(render("{{{name}}}", view)).toBe(view.name);
});

test("blocks and partials work on nested values", () => {
  const view = { groups: [{ name: "a", items: ["1", "2"] }], isOpen: false };
  const text = "{{#each groups}}{{name}}:{{#each items}}{{> item}}{{/each}}{{/each}}{{#unless isOpen}}!{{/unless}}";
  expect(render(text, view, { item: "[{{this}}]" })).toBe("a:[1][2]!");
});

test.each([
  ["{{constructor}}", "line 1: `constructor` is out of reach of templates"],
  ["\n{{#with __proto__}}{{/with}}", "line 2: `__proto__` is out of reach of templates"],
  ["{{#with this}}{{this.[__proto__]}}{{/with}}", "`__proto__` is out of reach"],
  ["{{title.constructor.prototype}}", "`constructor` is out of reach"],
  ["{{@root.__defineGetter__}}", "`__defineGetter__` is out of reach"],
  ["{{#each (lookup this 'constructor')}}{{/each}}", "there is no helper `lookup`"],
  ["{{lookup this 'constructor'}}", "there is no helper `lookup`"],
  ["{{log title}}", "there is no helper `log`"],
  ["{{helperMissing}}", "there is no `helperMissing` here"],
  ["{{* decorate}}", "decorators are not allowed"],
  ["{{> (title)}}", "the name of a partial has to be written out"],
  ["{{> other}}", "there is no template `other`"],
  ["{{title.map}}", "Cannot use 'in' operator"],
  ["{{#each list}}{{nothing}}{{/each}}", "line 1: there is no `nothing` here"],
  ["{{list.map}}", "there is no `map` here"],
  ["a\n{{misspelt}}", "line 2: there is no `misspelt` here"],
  ["{{shout title}}", "line 1: there is no helper `shout`"],
  ["{{#if title}}", "Parse error on line 1"],
  ["{{> page}}", "the templates use each other without end"],
])("the template %j is refused", (text, reason) => {
  expect(failure(text, { title: "x", list: [{ a: 1 }] })).toContain(reason);
});

test("values cannot bring anything along that they did not say", () => {
  const view = JSON.parse('{ "__proto__": { "polluted": "yes" }, "toString": "own" }') as object;
  expect(failure("{{polluted}}", view)).toBe("line 1: there is no `polluted` here");
  expect(Reflect.get({}, "polluted")).toBeUndefined();
});
