import Docker from "dockerode";
import { UserError } from "./errors.ts";
import type { Plan } from "./plan.ts";
import { type StackName, stackLabels } from "./stack-name.ts";

/**
 * Fails where everything is to be created although it runs already: another checkout of the project brought it up and
 * keeps its state, and half-way through an update the first name in use would be too late.
 *
 * @throws UserError `other-checkout`
 */
export async function refuseOtherCheckout(name: StackName, plan: Plan): Promise<void> {
  if ((plan.summary["same"] ?? 0) > 0) return;
  const { stack } = name;
  const label = stackLabels(name);
  const found = await new Docker().listContainers({ all: true, filters: JSON.stringify({ label }) });
  if (found.length === 0) return;
  const names = found.map(({ Names }) => Names[0]?.replace(/^\//, "")).sort();
  const filters = label.map((text) => `--filter label=${text}`).join(" ");
  throw new UserError(
    "other-checkout",
    `${stack} is up already, and this checkout has no record of it: ${names.join(", ")}`,
    {
      help:
        `another checkout brought it up: ./infra destroy ${stack} there; or, where that one is gone, ` +
        `docker rm -f $(docker ps -aq ${filters}) and the same command again`,
    },
  );
}
