import { defineConfig } from "rpcgen";

export default defineConfig({
  root: "rpc",
  out: "gen",
});
