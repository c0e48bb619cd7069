import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      // It only wires signals to the process; tests/main.test.ts runs it as a process of its own.
      exclude: ["src/main.ts"],
      reporter: ["text", "json-summary"],
      thresholds: { lines: 90, branches: 90 },
    },
  },
});
