/** Somebody with a browser, who orders on the example's page. */

import { existsSync } from "node:fs";

/** Undefined where there is no browser to try it with. */
export async function openShop(address) {
  if (!existsSync(process.env.CHROMIUM ?? "/usr/bin/chromium")) return undefined;
  const { openChromium, removeProfiles } = await import("../browser/chromium.mjs");
  const browser = await openChromium();
  const page = await browser.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(address);
  // Its script is there when the browser says that nothing more is loaded; a change may load it anew at any time.
  const settled = () => page.waitForLoadState("networkidle").catch(() => {});
  await settled();
  return {
    errors,
    /** Orders, and settles with what the page says in the end. */
    async order(sku, quantity) {
      await settled();
      const known = await page.locator("ol li").count();
      await page.selectOption("select", sku);
      await page.fill("input", String(quantity));
      await page.click("button");
      const said = await page.waitForFunction(
        (before) => {
          const item = document.querySelectorAll("ol li")[before]?.textContent ?? "";
          return document.querySelector("[role=status]").textContent || (/: shipped/.test(item) ? item : "");
        },
        known,
        { timeout: 60_000 },
      );
      return said.jsonValue();
    },
    async leave() {
      await browser.close();
      removeProfiles();
    },
  };
}
