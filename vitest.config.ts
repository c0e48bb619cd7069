import { defineConfig } from "vitest/config";

const THRESHOLD = 90;

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["{engine,contracts,tests,ops,bench,simulators,providers,policy}/**/*.test.ts"],
          exclude: ["**/node_modules/**", "engine/tests/corpus/cases/**", "tests/e2e/**", "tests/images/**"],
        },
      },
      {
        extends: true,
        test: {
          name: "images",
          include: ["tests/images/**/*.test.ts"],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["tests/e2e/**/*.test.ts"],
          testTimeout: 900_000,
          hookTimeout: 900_000,
        },
      },
    ],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    coverage: {
      provider: "v8",
      include: ["engine/{src,simulate}/**/*.ts", "{src,ops,contracts,simulators,providers,policy}/**/*.ts"],
      exclude: ["**/*.test.ts"],
      reporter: ["text-summary", "json-summary"],
      thresholds: { lines: THRESHOLD, branches: THRESHOLD, functions: THRESHOLD, statements: THRESHOLD },
    },
  },
});
