import type { Deployment, Stack } from "@pulumi/pulumi/automation/index.js";
import Docker from "dockerode";
import { confirm } from "./confirm.ts";
import { engineFailure } from "./failure.ts";
import { OperationProgress } from "./progress.ts";
import { engineSignal, lockNotices, type OpenStack, openStack, plainSummary, stackFlags } from "./stack.ts";
import { stackLabels } from "./stack-name.ts";
import type { Output, Verb } from "./verb.ts";

export const destroyVerb: Verb = {
  name: "destroy",
  usage: "STACK",
  summary: "remove an environment; its data stays unless asked otherwise",
  flags: {
    ...stackFlags,
    "with-data": {
      type: "boolean",
      default: false,
      summary: "delete the data volumes and their passwords too",
    },
    yes: { type: "boolean", short: "y", default: false, summary: "do not ask" },
  },
  examples: ["./infra destroy dev", "./infra destroy test --with-data --yes"],
  async run(args, output) {
    const withData = args.flags["with-data"] === true;
    const opened = await openStack(args, (line) => output.stderr.write(`${line}\n`));
    const what = withData ? "and ALL ITS DATA" : "and keep its data";
    if (args.flags["yes"] !== true) await confirm(`Destroy ${opened.name} ${what}?`, output, opened.name);
    const kept = withData ? [] : dataResources(await opened.stack.exportStack());
    await destroy(opened.stack, kept, output);
    const volumes = withData ? await removeVolumes(opened) : [];
    const result = { destroyed: opened.name, keptResources: kept.length, removedVolumes: volumes };
    output.stdout.write(
      args.flags["json"] === true
        ? `${JSON.stringify(result, null, 2)}\n`
        : `${opened.name} is destroyed; ${withData ? `${volumes.length} data volumes deleted` : "data volumes and their passwords stay"}\n`,
    );
    return 0;
  },
};

/** Volumes, and the secrets without which their data could not be read again. */
const DATA_TYPES = /^(docker:index\/volume:Volume|random:)/;

function dataResources(deployment: Deployment): string[] {
  const resources =
    (deployment.deployment as { resources?: { urn: string; type: string }[] }).resources ?? [];
  return resources.filter(({ type }) => DATA_TYPES.test(type)).map(({ urn }) => urn);
}

async function destroy(stack: Stack, exclude: string[], output: Output): Promise<void> {
  const progress = new OperationProgress({ output, clock: () => performance.now() });
  try {
    await stack.destroy({
      onEvent: (event) => progress.accept(event),
      ...engineSignal(stack, output),
      ...plainSummary,
      ...lockNotices(output),
      ...(exclude.length > 0 && { exclude }),
    });
  } catch (error) {
    throw engineFailure(error, progress.failures);
  } finally {
    progress.close();
  }
}

/** The program retains its volumes, so deleting data is this step of its own. */
async function removeVolumes({ project, name }: OpenStack): Promise<string[]> {
  const docker = new Docker();
  const filters = { label: stackLabels({ project, stack: name }) };
  const { Volumes } = await docker.listVolumes({ filters: JSON.stringify(filters) });
  for (const { Name } of Volumes) await docker.getVolume(Name).remove();
  return Volumes.map(({ Name }) => Name).sort();
}
