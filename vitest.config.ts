import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{engine,contracts,tests,ops,bench}/**/*.test.ts"],
    exclude: ["**/node_modules/**", "engine/tests/corpus/cases/**"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    coverage: {
      provider: "v8",
      include: ["engine/src/**/*.ts", "src/**/*.ts", "ops/**/*.ts", "contracts/**/*.ts"],
      exclude: ["**/*.test.ts"],
      reporter: ["text-summary", "json-summary", "text"],
    },
  },
});
