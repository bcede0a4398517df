/** How tests run that start the real servers of other projects: apart from the others, one at a time. */

import { defineConfig, mergeConfig } from "vitest/config";
import ordinary from "./vitest.config.js";

export default mergeConfig(
  { resolve: ordinary.resolve },
  defineConfig({
    test: {
      include: ["runtime/test/services/**/*.service.ts"],
      isolate: false,
      testTimeout: 90_000,
      hookTimeout: 60_000,
      // Other people's servers, in real time, on whatever machine this is: once may be the machine, twice is a defect.
      retry: 1,
    },
  }),
);
