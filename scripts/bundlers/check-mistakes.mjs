/** What each bundler tells of mistakes: every one, where it is, in rpcgen's words; and how it goes on where there is nothing to tell. */

import { rmSync } from "node:fs";
import { join } from "node:path";
import { write } from "../packages/workshop.mjs";
import { files, twoMistakes } from "./app.mjs";

const all = ({ errors }) => JSON.stringify(errors, null, 1);

/** Rollup and its kin throw once, webpack and esbuild have a list. */
const isOneError = (name) => name === "rollup" || name === "vite" || name === "rolldown";

/** Whether a line and column of `file` are told in the bundler's own form, or in the text where it has none. */
function hasPlace({ errors }, name, app, file, line, column) {
  const [first] = errors;
  if (name === "webpack" || name === "rspack") return first?.text.includes(`${file}:${line}:${column}`) === true;
  const { loc } = first ?? {};
  return (
    loc !== undefined &&
    join(app, file) === join(app, loc.file.replace(`${app}/`, "")) &&
    loc.line === line &&
    loc.column === column - 1
  );
}

export async function checkMistakes({ check }, app, hosts) {
  const put = (file, text = files[file]) => write(join(app, file), text);
  const names = Object.keys(hosts);
  const build = (name, entry = "src/probe.js") =>
    hosts[name].build({ entry, out: join(app, "out", `${name}-mistakes`), isOutsideToo: true });
  await checkErrors(check, app, names, put, build);
  await checkOddFiles(check, app, names, put, build);
}

async function checkErrors(check, app, names, put, build) {
  for (const name of names) {
    put("rpc/orders.rpc", twoMistakes);
    const both = await build(name);
    const text = all(both);
    check(
      `${name} tells two mistakes of one file, each with a proposal`,
      both.errors.length === (isOneError(name) ? 1 : 2) &&
        ["strin", "Monye", "did you mean `string`?"].every((word) => text.includes(word)),
      text,
    );
    check(`${name} says where the first one is`, hasPlace(both, name, app, "rpc/orders.rpc", 3, 23), text);
    check(`${name} shows no stack of its own`, !/at .*node_modules|native-errors/.test(text), text);

    put("rpc/orders.rpc");
    put("rpc/money.rpc", files["rpc/money.rpc"].replace("= string", "= strinng"));
    const imported = await build(name);
    check(
      `${name} finds the mistake of a file that is imported in that file`,
      hasPlace(imported, name, app, "rpc/money.rpc", 3, 17),
      all(imported),
    );

    put("rpc/money.rpc", "package shop.money.v1\nmessage A { 1 a: string }\nmessage A { 1 b: string }\n");
    const twice = await build(name);
    check(`${name} tells of a name that is there twice`, all(twice).includes("`A`"), all(twice));
    put("rpc/money.rpc");

    put("rpc/orders.rpc", files["rpc/orders.rpc"].replace("money.rpc", "monney.rpc"));
    const missing = await build(name);
    check(
      `${name} tells of an import that leads nowhere, and what was meant`,
      all(missing).includes("monney.rpc") && all(missing).includes('did you mean \\"money.rpc\\"?'),
      all(missing),
    );

    put("rpc/orders.rpc", "package ? {{{ \u0000 message\n");
    const garbage = await build(name);
    check(`${name} ends with an error where nothing can be read`, garbage.errors.length > 0, all(garbage));
    put("rpc/orders.rpc");

    const good = await build(name);
    check(`${name} builds again once all is mended`, good.errors.length === 0, all(good));
  }
}

async function checkOddFiles(check, app, names, put, build) {
  put("rpc/empty.rpc", "");
  put("src/empty.js", 'import * as empty from "../rpc/empty.rpc";\nconsole.log(Object.keys(empty).length);\n');
  put("../outside/far.rpc", "package far.v1\nmessage Far { 1 a: string }\n");
  put("src/far.js", 'import { FarCodec } from "../../outside/far.rpc";\nconsole.log(FarCodec.name);\n');
  put("src/nowhere.js", 'import "../rpc/nowhere.rpc";\n');
  put("rpc/odd.rpc", 'package odd.v1\nimport "money.rpc"\nmessage Odd { 1 a: string }\n');
  put("src/warned.js", 'import { OddCodec } from "../rpc/odd.rpc";\nconsole.log(OddCodec);\n');
  put("src/good.js", 'import { OtherCodec } from "../rpc/other.rpc";\nconsole.log(OtherCodec);\n');
  for (const name of names) {
    const empty = await build(name, "src/empty.js");
    check(`${name} takes an empty file for one that declares nothing`, empty.errors.length === 0, all(empty));
    const far = await build(name, "src/far.js");
    check(`${name} takes a file from outside of the project`, far.errors.length === 0, all(far));
    const nowhere = await build(name, "src/nowhere.js");
    check(`${name} says in its own words that a file is not there`, all(nowhere).includes("nowhere.rpc"), all(nowhere));
    const warned = await build(name, "src/warned.js");
    const warnings = warned.warnings.filter(({ text, frame }) => `${text}${frame}`.includes("money.rpc"));
    check(
      `${name} tells a warning as a warning, once`,
      warned.errors.length === 0 && warnings.length === 1,
      JSON.stringify(warned, null, 1),
    );
    put("rpc/orders.rpc", twoMistakes);
    const beside = await build(name, "src/good.js");
    check(`${name} builds what does not import the file with a mistake`, beside.errors.length === 0, all(beside));
    put("rpc/orders.rpc");
  }
  for (const file of ["rpc/empty.rpc", "rpc/odd.rpc", "rpc/empty.d.rpc.ts", "rpc/odd.d.rpc.ts"])
    rmSync(join(app, file), { force: true });
}
