import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { root } from "../../ops/paths.ts";

const stepSchema = z.looseObject({
  name: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
});
const workflowSchema = z.looseObject({
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(
    z.string(),
    z.looseObject({
      permissions: z.record(z.string(), z.string()),
      "timeout-minutes": z.int(),
      steps: z.array(stepSchema),
    }),
  ),
});

export type Step = z.infer<typeof stepSchema>;

export const workflowFolder = join(root, ".github", "workflows");

/** The project's workflows: name of the file -> its text and what it says. */
export const workflows = Object.fromEntries(
  readdirSync(workflowFolder).map((file) => {
    const text = readFileSync(join(workflowFolder, file), "utf8");
    return [file, { text, ...workflowSchema.parse(parse(text)) }];
  }),
);

/** All steps of a workflow. */
export function stepsOf(file: string): Step[] {
  return Object.values(workflows[file]?.jobs ?? {}).flatMap(({ steps }) => steps);
}
