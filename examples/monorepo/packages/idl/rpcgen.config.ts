/** What is made of the .rpc files: TypeScript for the services here, and a package for everybody who calls them. */

import { defineConfig } from "rpcgen";

export default defineConfig({
  root: "rpc",
  out: "gen",
  sdk: {
    name: "@acme/shop",
    out: "../sdk",
    description: "Calls the shop: orders and stock.",
    license: "MIT",
  },
});
