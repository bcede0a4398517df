/** Lint rules: type-aware where they catch lost promises, quiet about style (prettier's business). */

import tseslint from "typescript-eslint";

export default tseslint.config(
  {
    ignores: [
      "templates/**",
      "**/dist/**",
      "**/node_modules/**",
      "generated-fixtures/gen*/**",
      "runtime/src/builtin/gen/**",
      "demo/**",
      // What they import is installed and generated where they are tried: `npm run test:monorepo` compiles them there.
      "examples/**",
      "conformance/**",
      "editors/**",
      ".cache/**",
      "**/*.js",
      "**/*.mjs",
      "**/*.cjs",
      "**/corpus/**",
      "**/scenarios/**",
    ],
  },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { project: "./tsconfig.test.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/require-await": "off",
      "no-console": "error",
    },
  },
  // Mistakes in handlers must be seen somewhere, also by those who have set up nothing yet.
  { files: ["runtime/src/server/print-unforeseen.ts"], rules: { "no-console": "off" } },
  {
    files: ["**/*.test.ts", "**/test/**/*.ts", "scripts/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      "@typescript-eslint/unbound-method": "off",
      "no-console": "off",
    },
  },
);
