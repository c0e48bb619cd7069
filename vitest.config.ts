import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

const THRESHOLD = 90;

/** Milliseconds after which a test hangs: nothing is slow enough to reach it, whatever else the machine does. */
const HANGS = 300_000;

/** Tests that need a Kubernetes control plane, which takes minutes to build at first. */
const clusterTests = [
  "engine/tests/cluster/**/*.test.ts",
  "simulators/kubernetes/**/*.test.ts",
  "tests/cloud/**/*.test.ts",
];

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          // Loading modules is much of what a file costs, and of each process that its tests start. Files share them, as
          // nothing that is tested keeps anything in them.
          isolate: false,
          execArgv: ["--require", join(import.meta.dirname, "ops/quick-start.cjs")],
          env: { NODE_COMPILE_CACHE: join(tmpdir(), "node-compile-cache") },
          setupFiles: ["tests/children-compile-once.ts"],
          testTimeout: HANGS,
          hookTimeout: HANGS,
          include: ["{engine,contracts,tests,ops,bench,simulators,providers,policy}/**/*.test.ts"],
          exclude: [
            "**/node_modules/**",
            "engine/tests/corpus/cases/**",
            "tests/e2e/**",
            "tests/operations/**",
            "tests/images/**",
            ...clusterTests,
          ],
        },
      },
      {
        extends: true,
        test: {
          name: "cluster",
          include: clusterTests,
          globalSetup: ["engine/tests/cluster/start-control-plane.ts"],
          testTimeout: HANGS,
          hookTimeout: HANGS,
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
          name: "operations",
          include: ["tests/operations/**/*.test.ts"],
          globalSetup: ["tests/operations/environment.ts"],
          testTimeout: 900_000,
          hookTimeout: 900_000,
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
    // A failed comparison names both sides whole: reports keep its message only.
    chaiConfig: { truncateThreshold: 2000 },
    coverage: {
      provider: "v8",
      include: ["engine/{src,simulate}/**/*.ts", "{src,ops,contracts,simulators,providers,policy}/**/*.ts"],
      // What starts the control plane runs in the suite `cluster` only, which measures nothing.
      exclude: ["**/*.test.ts", "simulators/kubernetes/**"],
      reporter: ["text-summary", "json-summary"],
      thresholds: { lines: THRESHOLD, branches: THRESHOLD, functions: THRESHOLD, statements: THRESHOLD },
    },
  },
});
