import { UserError } from "../../errors.ts";
import { fullStackName } from "../../state/checkpoint-write.ts";
import { extensionsOf, missingExtensions, withExtensions } from "../../state/extensions.ts";
import { verifyIntegrity } from "../../state/integrity.ts";
import {
  type BrokenDependency,
  type Move,
  moveResources,
  unmatchedUrns,
} from "../../state/move-resources.ts";
import type { Snapshot } from "../../state/resource.ts";
import type { StackLock } from "../../state/store.ts";
import type { Command, CommandArguments, CommandProcess } from "../command.ts";
import { asksToConfirm, confirm } from "../confirm.ts";
import { switchFlag, textFlag } from "../operation-options.ts";
import { printLine } from "../print-json.ts";
import { openStackSession, type StackSession, withSettings } from "../stack-session.ts";

export const stateMoveCommand: Command = {
  words: ["state", "move"],
  aliases: ["mv"],
  summary: "Move resources from one stack's state to another's",
  positionals: "URN...",
  flags: {
    source: { value: "STACK", summary: "The stack to move from. Default: the selected one" },
    dest: { value: "STACK", summary: "The stack to move to. Default: the selected one" },
    "include-parents": { summary: "Move the parents of the resources too" },
  },
  examples: ["pulumi state move --source dev --dest shared 'urn:pulumi:dev::app::pkg:index:Thing::a'"],
  async run(args, process) {
    const [from, to] = [textFlag(args, "source"), textFlag(args, "dest")];
    if (from === undefined && to === undefined) {
      throw new UserError("bad-usage", "at least one of --source or --dest must be provided");
    }
    const source = await openStackSession(args, process, from);
    const destination = await openStackSession(args, process, to);
    const locks = await lockBoth(source, destination);
    try {
      return await move({ source, destination }, args, process);
    } finally {
      for (const lock of locks) await lock.release();
    }
  },
};

/** Always in the same order, so that two moves do not wait for each other; one stack has one lock. */
async function lockBoth(...sessions: readonly StackSession[]): Promise<readonly StackLock[]> {
  const locks: StackLock[] = [];
  const stores = new Map(sessions.map(({ reference, store }) => [fullStackName(reference), store]));
  try {
    const ordered = [...stores].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [, store] of ordered) locks.push(await store.lock());
    return locks;
  } catch (error) {
    for (const lock of locks) await lock.release();
    throw error;
  }
}

interface Ends {
  readonly source: StackSession;
  readonly destination: StackSession;
}

async function move(ends: Ends, args: CommandArguments, process: CommandProcess): Promise<number> {
  const [source, destination] = [await ends.source.store.load(), await loadDestination(ends.destination)];
  for (const urn of unmatchedUrns(args.positionals, source.resources)) {
    printLine(`warning: Resource ${urn} not found in source stack`, process);
  }
  const plan = moveResources({
    from: fullStackName(ends.source.reference),
    source: source.resources,
    destination: destination.resources,
    to: ends.destination.reference,
    urns: args.positionals,
    includeParents: switchFlag(args, "include-parents"),
  });
  process.stdout.write(renderMoved(plan, ends));
  if (plan.taken !== undefined) {
    throw new UserError("resource-exists", `resource ${plan.taken} already exists in destination stack`);
  }
  process.stdout.write(renderBreaks(plan, ends));
  if (asksToConfirm(args, process) && !(await confirm("Do you want to perform this move?", process))) {
    printLine("Confirmation denied, not proceeding with the state move", process);
    return 0;
  }
  const left = withExtensions({ ...source, resources: plan.source }, {});
  const arrived = withExtensions({ ...destination, resources: plan.destination }, extensionsOf(source));
  refuseMissingExtensions(arrived);
  verifyIntegrity(left);
  verifyIntegrity(arrived);
  await saveBoth(ends, { left, arrived, before: destination, plan });
  printLine(`Successfully moved resources from ${names(ends)}`, process);
  return 0;
}

/** A resource that names an extension which is recorded nowhere could never be touched again. */
function refuseMissingExtensions(arrived: Snapshot): void {
  const missing = missingExtensions(arrived);
  if (missing.length === 0) return;
  throw new UserError(
    "bad-move",
    `source snapshot is missing extension blob(s) [${missing.join(" ")}] referenced by moved resources`,
  );
}

const names = ({ source, destination }: Ends) =>
  `${fullStackName(source.reference)} to ${fullStackName(destination.reference)}`;

/** A stack that never had secrets gets its manager here: what arrives may hold some. */
async function loadDestination(session: StackSession): Promise<Snapshot> {
  const snapshot = await session.store.load();
  if (snapshot.secretsProvider !== undefined) return snapshot;
  if (session.project?.name !== session.reference.project) {
    throw new UserError(
      "no-secrets-manager",
      "destination stack has no secret manager. To move resources either initialize the stack with a secret " +
        "manager, or run the pulumi state move command from the destination project directory",
    );
  }
  const { record } = await (await withSettings(session)).secrets();
  return { ...snapshot, secretsProvider: record };
}

interface Outcome {
  readonly left: Snapshot;
  readonly arrived: Snapshot;
  readonly before: Snapshot;
  readonly plan: Move;
}

/** The destination first: whatever fails, each resource is recorded somewhere. */
async function saveBoth(
  { source, destination }: Ends,
  { left, arrived, before, plan }: Outcome,
): Promise<void> {
  await destination.store.save(arrived);
  try {
    await source.store.save(left);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    try {
      await destination.store.save(before);
    } catch {
      const name = fullStackName(source.reference);
      const commands = plan.moved
        .toReversed()
        .map(({ urn }) => `\n    pulumi state delete --stack ${name} '${urn}'`);
      throw new UserError("move-half-done", `failed to save source snapshot: ${reason}`, {
        help: `The resources are in both stacks now. Remove them from the source:${commands.join("")}`,
        cause,
      });
    }
    throw new UserError("move-failed", `failed to save source snapshot: ${reason}`, {
      help: "Nothing was moved.",
      cause,
    });
  }
}

function renderMoved({ moved }: Move, ends: Ends): string {
  const list = moved.map(({ urn }) => `  - ${urn}\n`).join("");
  return `Planning to move the following resources from ${names(ends)}:\n\n${list}\n`;
}

function renderBreaks({ brokenInSource, brokenInDestination }: Move, ends: Ends): string {
  const [from, to] = [fullStackName(ends.source.reference), fullStackName(ends.destination.reference)];
  const isBroken = brokenInSource.length + brokenInDestination.length > 0;
  const sections = [
    renderBroken(
      `The following resources remaining in ${from} have dependencies on resources moved to ${to}`,
      brokenInSource,
    ),
    renderBroken(
      `The following resources being moved to ${to} have dependencies on resources in ${from}`,
      brokenInDestination,
    ),
  ];
  return [
    sections.filter((section) => section !== "").join("\n"),
    isBroken
      ? "\nIf you go ahead with moving these dependencies, it will be necessary to create the appropriate inputs " +
        "and outputs in the program for the stack the resources are moved to.\n\n"
      : "",
  ].join("");
}

function renderBroken(title: string, broken: readonly BrokenDependency[]): string {
  if (broken.length === 0) return "";
  return `${title}:\n\n${broken.map((dependency) => `  - ${brokenText(dependency)}\n`).join("")}`;
}

function brokenText({ kind, of, urn, property }: BrokenDependency): string {
  switch (kind) {
    case "property":
      return `${of} (${property}) has a property dependency on ${urn}`;
    case "deletedWith":
      return `${of} is marked as deleted with ${urn}`;
    case "replaceWith":
      return `${of} is marked as replace with ${urn}`;
    default:
      return `${of} has a dependency on ${urn}`;
  }
}
