import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DriftingStack, driftingStack, foundIn, idOf, type Program } from "./drifting-stack.ts";

const DEFINITIONS = `export interface Definition { readonly name: string; readonly shares: number }
export const worker: Definition = { name: "worker", shares: 512 };
export const other: Definition = { name: "other", shares: 512 };
`;

const twoContainers: Program = (name, image) => ({
  "package.json": '{"name":"local","type":"module","main":"src/index.ts"}',
  "Pulumi.yaml": "name: local\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
  "tsconfig.json": JSON.stringify({
    compilerOptions: {
      ...{ target: "es2024", module: "nodenext", strict: true, noEmit: true, skipLibCheck: true },
      ...{ allowImportingTsExtensions: true, types: ["node"] },
    },
  }),
  "src/definitions.ts": DEFINITIONS,
  "src/container.ts": `import * as docker from "@pulumi/docker";
import type { Definition } from "./definitions.ts";
const RESTART: "no" | "unless-stopped" = "unless-stopped";
const labelsOf = (role: string) =>
  Object.entries({ "trials.project": "local", "trials.stack": "${name}", "trials.role": role })
    .map(([label, value]) => ({ label, value }));
function baseOf({ name, shares }: Definition) {
  return { name: \`${name}-\${name}\`, cpuShares: shares, labels: labelsOf(name), memory: 32 * 2, memorySwap: 32 * 2 };
}
export function createContainer(definition: Definition) {
  return new docker.Container(
    definition.name,
    {
      ...baseOf(definition),
      image: "${image}", command: ["sleep", "600"], networkMode: "none",
      restart: RESTART,
      memoryReservation: 32,
    },
    { deleteBeforeReplace: true },
  );
}
`,
  "src/index.ts": `import { createContainer } from "./container.ts";
import { other, worker } from "./definitions.ts";
createContainer(worker);
createContainer(other);
`,
});

describe("accepting drift from the program's source, on an engine", () => {
  let drifting: DriftingStack;
  beforeAll(async () => {
    drifting = await driftingStack(twoContainers);
    await drifting.opened.stack.up();
  });
  afterAll(() => drifting.remove());
  const source = (file: string) => readFileSync(join(drifting.folder, "src", file), "utf8");
  const update = async (options: object) => {
    const worker = drifting.docker.getContainer(`${drifting.opened.name}-worker`);
    await worker.update(options);
    return drifting.review();
  };

  it("finds the literal through function, spread and type, and patches the one beside the service's name", async () => {
    const report = await update({ CpuShares: 256 });
    expect(foundIn(report)).toEqual(["worker changed cpuShares"]);
    const { output } = await drifting.run("accept", [idOf(report, "cpuShares")], { yes: true });
    expect(output.err()).toContain("src/definitions.ts:2: 512 becomes 256, for all stacks");
    expect(output.err()).toContain("commit src/definitions.ts");
    expect(source("definitions.ts")).toBe(DEFINITIONS.replace("512", "256"));
    expect(foundIn(await drifting.review())).toEqual([]);
  });

  it("changes nothing and says why where the literal gives more than this one property", async () => {
    const before = source("container.ts");
    const report = await update({ MemoryReservation: 16 * 1024 * 1024 });
    await expect(
      drifting.run("accept", [idOf(report, "memoryReservation")], { yes: true }),
    ).rejects.toMatchObject({
      code: "accept-refused",
      message: expect.stringMatching(
        /32 becomes 16, for all stacks: would change more than this:[\s\S]*other/,
      ),
    });
    expect(source("container.ts")).toBe(before);
    await update({ MemoryReservation: 32 * 1024 * 1024 });
  });

  it("refuses what does not type-check, and what no literal gives", async () => {
    const restart = await update({ RestartPolicy: { Name: "always" } });
    await expect(drifting.run("accept", [idOf(restart, "restart")], { yes: true })).rejects.toThrow(
      /"unless-stopped" becomes "always".*does not type-check: Type '"always"'/,
    );
    const memory = await update({ Memory: 96 * 1024 * 1024, MemorySwap: 96 * 1024 * 1024 });
    await expect(drifting.run("accept", [idOf(memory, "memory")], { yes: true })).rejects.toThrow(
      /no literal of the program's source gives its value \(it is made at .*src\/container\.ts#11/,
    );
  });
});
