import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { PropertyMap, PropertyValue } from "../../protocol/property-value.ts";
import type { LiveObject } from "../live-object.ts";
import { locateContext } from "./build-context.ts";
import { type BuildOptions, buildImage } from "./build-image.ts";
import { daemonText, failure, isNotFound } from "./daemon-error.ts";
import { ensureImage, findImage, repoDigestOf } from "./images.ts";
import type { CallContext, Change, ResourceKind } from "./kind.ts";
import { REMOTE_IMAGE } from "./schema-others.ts";
import { findMapAt, flagAt, isZero, mapsAt, numberAt, textAt, textMapAt, textsAt } from "./values.ts";

/** `docker:index/remoteImage:RemoteImage`: an image that is pulled, or built from a local context. */
export const remoteImageKind: ResourceKind = {
  schema: REMOTE_IMAGE,
  create: createImage,
  read: (context, id, recorded) => readImage(context, textAt(recorded, "name") || nameOf(id)),
  update: updateImage,
  // Pulling it again under the same name leaves no second image.
  findInterrupted: async () => "absent",
  remove: removeImage,
};

/** The official id is the image's id with the name behind it; an import may give the name alone. */
function nameOf(id: string): string {
  return id.replace(/^sha256:[0-9a-f]{64}(?=.)/, "");
}

async function createImage(context: CallContext, inputs: PropertyMap): Promise<LiveObject> {
  const name = textAt(inputs, "name");
  const build = findMapAt(inputs, "build");
  if (build !== undefined) await runBuild(context, name, build);
  await ensureImage(context, name, textAt(inputs, "platform")).catch((error: unknown) => {
    throw failure(`Unable to read Docker image into resource: ${daemonText(error)}`);
  });
  const live = await readImage(context, name);
  if (live === undefined) throw failure(`image ${name} disappeared right after it was made`);
  return live;
}

async function runBuild(context: CallContext, name: string, build: PropertyMap): Promise<void> {
  try {
    const source = locateContext(
      textAt(build, "context"),
      textAt(build, "dockerfile") || "Dockerfile",
      context.directory,
    );
    const built = await buildImage(context, source, buildOptions(name, build));
    const logFile = textAt(build, "buildLogFile");
    if (logFile !== "") await writeFile(resolve(context.directory, logFile), built.log);
  } catch (error) {
    throw failure(`Error building image ${name}: ${daemonText(error)}`);
  }
}

/** Docker's build options for the input `build`. */
export function buildOptions(name: string, build: PropertyMap): BuildOptions {
  const isClassic = flagAt(build, "useLegacyBuilder") || textAt(build, "version") === "1";
  const ulimits = mapsAt(build, "ulimits").map((limit) => ({
    Name: textAt(limit, "name"),
    Soft: numberAt(limit, "soft"),
    Hard: numberAt(limit, "hard"),
  }));
  return {
    ...plainOptions(build),
    version: isClassic ? "1" : "2",
    t: [name, ...textsAt(build, "tags")],
    rm: flagAt(build, "remove"),
    buildargs: textMapAt(build, "buildArgs"),
    labels: { ...textMapAt(build, "label"), ...textMapAt(build, "labels") },
    extrahosts: textsAt(build, "extraHosts"),
    cachefrom: JSON.stringify(textsAt(build, "cacheFroms")),
    securityopt: textsAt(build, "securityOpts"),
    ulimits: JSON.stringify(ulimits),
  };
}

/** Docker's name -> ours, for options whose values are taken as they are. */
const PLAIN_OPTIONS = {
  target: "target",
  platform: "platform",
  networkmode: "networkMode",
  isolation: "isolation",
  cpusetcpus: "cpuSetCpus",
  cpusetmems: "cpuSetMems",
  cgroupparent: "cgroupParent",
  remote: "remoteContext",
  cpushares: "cpuShares",
  cpuquota: "cpuQuota",
  cpuperiod: "cpuPeriod",
  memory: "memory",
  memswap: "memorySwap",
  shmsize: "shmSize",
  nocache: "noCache",
  pull: "pullParent",
  forcerm: "forceRemove",
  squash: "squash",
} as const;

function plainOptions(build: PropertyMap): { readonly [name: string]: PropertyValue } {
  const entries = Object.entries(PLAIN_OPTIONS).flatMap(([theirs, ours]): [string, PropertyValue][] => {
    const value = build[ours];
    return value === undefined || isZero(value) ? [] : [[theirs, value]];
  });
  return Object.fromEntries(entries);
}

async function readImage(context: CallContext, name: string): Promise<LiveObject | undefined> {
  const image = await findImage(context, name).catch((error: unknown) => {
    throw failure(daemonText(error));
  });
  if (image === undefined) return undefined;
  return {
    id: image.Id + name,
    values: { name, imageId: image.Id, repoDigest: repoDigestOf(name, image) },
  };
}

/** What can change in place: more tags for the same image, and how the image is removed one day. */
async function updateImage(context: CallContext, change: Change): Promise<PropertyMap> {
  const image = context.docker.getImage(textAt(change.recorded, "imageId"));
  const build = findMapAt(change.inputs, "build") ?? {};
  try {
    for (const tag of textsAt(build, "tags")) {
      const [, repo = tag, version = "latest"] = /^(.*?)(?::([^:/]+))?$/.exec(tag) ?? [];
      await image.tag({ repo, tag: version });
    }
  } catch (error) {
    throw failure(`Unable to tag Docker image: ${daemonText(error)}`);
  }
  return {};
}

/**
 * Removes the image unless it is to be kept. A name that means another image by now (the replacement of this one) is
 * left alone: then only the old image goes, and only where nothing uses it.
 */
async function removeImage(context: CallContext, _id: string, recorded: PropertyMap): Promise<void> {
  if (flagAt(recorded, "keepLocally")) return;
  const name = textAt(recorded, "name");
  const imageId = textAt(recorded, "imageId");
  const named = await findImage(context, name);
  const target = named === undefined || named.Id === imageId ? name : imageId;
  try {
    await context.docker.getImage(target).remove({ force: flagAt(recorded, "forceRemove") });
  } catch (error) {
    if (isNotFound(error) || (target === imageId && !flagAt(recorded, "forceRemove"))) return;
    throw failure(
      `Unable to remove Docker image: ${daemonText(error)}`,
      "Set keepLocally to leave the image on this machine, or forceRemove to untag it although a container uses it.",
    );
  }
}
