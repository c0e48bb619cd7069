import { messageOf, UserError } from "../../errors.ts";
import type { StackName } from "../../stack-name.ts";
import type { PlatformReading } from "../merge.ts";
import type { ManagedResource } from "../recorded.ts";
import { atlasReader } from "./atlas.ts";
import { auraReader } from "./aura.ts";
import { dockerReader } from "./docker.ts";
import { kubernetesReader } from "./kubernetes.ts";
import type { LiveReader } from "./live-reader.ts";

const READERS: readonly LiveReader[] = [dockerReader(), kubernetesReader(), atlasReader(), auraReader()];

/** Asks every platform that the stack is on, all at once. @throws UserError `platform-unreachable` */
export function readPlatforms(
  resources: readonly ManagedResource[],
  stack: StackName,
  since: string | undefined,
  readers = READERS,
): Promise<PlatformReading[]> {
  const asked = readers
    .map((reader) => ({ reader, own: resources.filter((resource) => reader.reads(resource)) }))
    .filter(({ own }) => own.length > 0);
  return Promise.all(
    asked.map(async ({ reader, own }) => {
      try {
        return { reader, reading: await reader.read(own, stack, since) };
      } catch (error) {
        if (error instanceof UserError) throw error;
        throw new UserError("platform-unreachable", `${reader.name} cannot be read: ${messageOf(error)}`, {
          help: "./infra doctor says what answers and what does not",
          cause: error,
        });
      }
    }),
  );
}
