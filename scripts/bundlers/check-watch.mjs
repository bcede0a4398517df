/** Rebuilds: what a change of a file and of one that it imports comes to, and that a mistake is only an interruption. */

import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { write } from "../packages/workshop.mjs";
import { files } from "./app.mjs";

/** Names of methods, and how many members two codecs have: what `probe.js` prints. */
function probe(file, app) {
  const { stdout, stderr } = spawnSync(process.execPath, [file], { cwd: app, encoding: "utf8" });
  return `${stdout}${stderr}`.trim();
}

export async function checkWatch({ check }, app, hosts) {
  const put = (file, text = files[file]) => write(join(app, file), text);
  for (const [name, host] of Object.entries(hosts)) {
    if (host.watch === undefined) continue;
    const out = join(app, "out", `${name}-watch`);
    const file = join(out, "probe.mjs");
    const isGood = ({ errors }) => errors.length === 0;
    const { rounds, close } = await host.watch({ entry: "src/probe.js", out, isOutsideToo: true });
    const first = await rounds.until(isGood);
    check(`${name} builds at first`, first.isRight && probe(file, app).includes('["place","watch"]'), first.text);

    put("rpc/orders.rpc", files["rpc/orders.rpc"].replace("watch(id", "cancel(id: string): void\n  watch(id"));
    const more = await rounds.until((one) => isGood(one) && probe(file, app).includes("cancel"));
    check(`${name} builds again when a file has changed`, more.isRight, more.text);

    // What the codec of orders says of an alias stands in another file.
    const before = readFileSync(file, "utf8");
    put("rpc/money.rpc", files["rpc/money.rpc"].replace("minorUnits: int64", "minorUnits: int64, 3 note: string"));
    const imported = await rounds.until((one) => isGood(one) && readFileSync(file, "utf8") !== before);
    check(`${name} builds again when a file has changed that is imported`, imported.isRight, imported.text);

    put("rpc/money.rpc", "package shop.money.v1\nmessage Money { 1 currency: strin }\n");
    const broken = await rounds.until(({ errors }) => JSON.stringify(errors).includes("strin"));
    check(`${name} tells of a mistake while it watches`, broken.isRight, broken.text);

    rmSync(join(app, "rpc/money.rpc"));
    const gone = await rounds.until(
      ({ errors }) => /money\.rpc/.test(JSON.stringify(errors)) && !JSON.stringify(errors).includes("`strin`"),
    );
    check(`${name} tells of a file that is gone`, gone.isRight, gone.text);

    // A bundler that has just told of the missing file may not watch for it yet; nobody is as quick as this test.
    await new Promise((resolve) => setTimeout(resolve, 500));
    put("rpc/money.rpc");
    const mended = await rounds.until((one) => isGood(one) && probe(file, app).includes("cancel"));
    check(`${name} builds again once it is back and mended`, mended.isRight, mended.text);
    await close();
    put("rpc/orders.rpc");
  }
}
