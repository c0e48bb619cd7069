import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { ignoredDriftFileSchema } from "../../contracts/drift.ts";
import { failed, ok, warning } from "../bootstrap/doctor/check.ts";
import type { StackCheck } from "./stack-check.ts";

/** The file of ignored drift can be read, and nothing in it is past its day. */
export function driftFileCheck(
  today: () => string = () => new Date().toISOString().slice(0, 10),
): StackCheck {
  return {
    name: "ignored drift",
    async run({ root, stack }) {
      const file = join("drift", `ignored.${stack}.yaml`);
      if (!existsSync(join(root, file))) return ok("none");
      const document = parseDocument(readFileSync(join(root, file), "utf8"));
      const parsed = ignoredDriftFileSchema.safeParse(document.toJS());
      const [first] = parsed.error?.issues ?? [];
      if (first !== undefined) {
        return failed(`${file}: ${first.path.join(".")}: ${first.message}`, `./infra drift ${stack}`);
      }
      const ignored = parsed.data?.ignored ?? [];
      const expired = ignored.filter(({ until }) => until < today());
      if (expired.length === 0) return ok(`${ignored.length} in ${file}`);
      const ids = expired.map(({ id, until }) => `${id} (${until})`).join(", ");
      return warning(`past their day in ${file}: ${ids}`, `./infra drift ${stack}`);
    },
  };
}
