/** What is made of the .rpc files: modules for the services here, and a package for everybody who calls them. */

import { defineConfig } from "rpcgen";

export default defineConfig({
  root: "rpc",
  out: "gen",
  // JavaScript with declarations runs as it is, a moment after a save, and leads editors from a name into its .rpc file.
  emit: "js",
  sdk: {
    name: "@acme/shop",
    out: "../sdk",
    description: "Calls the shop: orders and stock.",
    license: "MIT",
  },
});
