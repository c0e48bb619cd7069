import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { failed, ok, warning } from "../bootstrap/doctor/check.ts";
import { messageOf } from "../errors.ts";
import { isUnchanged, previewStack, renderSummary } from "../plan.ts";
import type { StackCheck } from "./stack-check.ts";

/** A preview starts the program and every provider. */
const PREVIEW_PATIENCE = 120_000;

/** The settings file is YAML; the program takes the settings and plans with them. */
export const programCheck: StackCheck = {
  name: "settings and program",
  patience: PREVIEW_PATIENCE,
  async run({ root, stack, open, output }) {
    const file = `Pulumi.${stack}.yaml`;
    const [error] = parseDocument(readFileSync(join(root, file), "utf8")).errors;
    if (error !== undefined)
      return failed(`${file}: ${error.message.split("\n")[0]}`, `./infra preview ${stack}`);
    const opened = await open();
    if (opened === undefined) return warning(`${file} is read by the first update`, `./infra up ${stack}`);
    try {
      const plan = await previewStack(opened.stack, output);
      if (isUnchanged(plan)) return ok("a preview finds nothing to do");
      return warning(`a preview finds ${renderSummary(plan.summary)}`, `./infra preview ${stack}`);
    } catch (error) {
      const said = messageOf(error).split("\n").slice(0, 2).join("; ");
      if (/\block(ed)?\b/i.test(said)) return warning("not previewed: the stack is locked");
      return failed(said, `./infra preview ${stack}`);
    }
  },
};
