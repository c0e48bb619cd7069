import { join } from "node:path";
import { parseDocument } from "yaml";
import { findHolders, publishedPorts } from "../../ports.ts";
import { isSameStack } from "../../stack-name.ts";
import { type Check, failed, ok } from "./check.ts";
import { whereDockerAnswers } from "./docker.ts";

/** The ports that a stack publishes are free, or its own. */
export function portsCheck(stack: string): Check {
  return {
    name: `ports of ${stack}`,
    run: (context) =>
      whereDockerAnswers(context, async () => {
        const settings = context.machine.read(join(context.root, `Pulumi.${stack}.yaml`)) ?? "";
        const ports = publishedPorts(settings).map(({ port }) => port);
        if (ports.length === 0) return ok("none is published");
        const holders = await findHolders(ports);
        const own = { project: projectName(context.machine.read(join(context.root, "Pulumi.yaml"))), stack };
        const foreign = holders.filter((holder) => !isSameStack(holder.owner, own));
        const [first] = foreign;
        if (first === undefined) {
          return ok(
            `${ports.join(", ")} are ${holders.length === 0 ? "free" : "free or in use by the stack"}`,
          );
        }
        const detail = foreign
          .map(({ port, description }) => `${port} is in use by ${description}`)
          .join("; ");
        return failed(detail, portMend(first));
      }),
  };
}

/** The name in a Pulumi.yaml. */
function projectName(file: string | undefined): string {
  return String(parseDocument(file ?? "").get("name") ?? "");
}

/** The command that frees a port, whoever holds it. */
export function portMend({
  port,
  description,
}: {
  readonly port: number;
  readonly description: string;
}): string {
  const container = /^container (\S+)$/.exec(description)?.[1];
  if (container !== undefined) return `docker stop ${container}`;
  const pid = /\(pid (\d+)\)$/.exec(description)?.[1];
  return pid === undefined ? `sudo ss -ltnp 'sport = :${port}'` : `kill ${pid}`;
}
