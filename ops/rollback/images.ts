import { existsSync } from "node:fs";
import { join } from "node:path";
import Docker from "dockerode";
import { UserError } from "../errors.ts";
import type { Checkpoint, RecordedResource } from "./replay/checkpoint.ts";
import type { RecordedObject } from "./replay/recorded-value.ts";

/** An image that a release built, and where its staged sources lie. */
export interface BuiltImage {
  readonly urn: string;
  readonly name: string;
  /** Folder relative to the program: `.images/SERVICE/HASH`. */
  readonly context: string;
}

/** What of a built image is still on this machine. */
export interface ImageFacts {
  readonly image: BuiltImage;
  readonly isImageThere: boolean;
  readonly isContextThere: boolean;
}

/** The images that were built on this machine. Images of a registry are the registry's to keep. */
export function builtImages({ resources }: Checkpoint): BuiltImage[] {
  return resources.flatMap(({ urn, type, inputs, delete: isGoing }) => {
    const context = (inputs["build"] as RecordedObject | undefined)?.["context"];
    const isBuilt = type === "docker:index/remoteImage:RemoteImage" && typeof context === "string";
    return isBuilt && !isGoing ? [{ urn, name: String(inputs["name"]), context }] : [];
  });
}

/** Looks at this machine's disk and Docker. */
export function findImageFacts(images: readonly BuiltImage[], root: string): Promise<ImageFacts[]> {
  const docker = new Docker();
  return Promise.all(
    images.map(async (image) => ({
      image,
      isContextThere: existsSync(join(root, image.context, "Dockerfile")),
      isImageThere: await docker
        .getImage(image.name)
        .inspect()
        .then(() => true)
        .catch(() => false),
    })),
  );
}

/**
 * The checkpoint as it can be replayed here: an image whose staged sources are gone is used as it is, without a build.
 * One that was pruned is built from its staged sources, which is what its recorded inputs say.
 *
 * @throws UserError `image-gone` where both are gone
 */
export function useImages(
  checkpoint: Checkpoint,
  facts: readonly ImageFacts[],
  release: { readonly number: number; readonly stack: string; readonly commit?: string },
): Checkpoint {
  const gone = facts.filter(({ isImageThere, isContextThere }) => !isImageThere && !isContextThere);
  if (gone.length > 0) {
    const names = [...new Set(gone.map(({ image }) => `${image.name} (${image.context})`))].join(", ");
    throw new UserError(
      "image-gone",
      `images of release ${release.number} are gone, and so are their staged sources: ${names}`,
      {
        help:
          release.commit === undefined
            ? "no commit holds what it was built from; choose another release"
            : `./infra rollback ${release.stack} --to ${release.number} --rebuild builds them from commit ${release.commit.slice(0, 12)}`,
      },
    );
  }
  const unbuildable = new Set(facts.filter((fact) => !fact.isContextThere).map(({ image }) => image.urn));
  return {
    resources: checkpoint.resources.map((resource) =>
      unbuildable.has(resource.urn) ? withoutBuild(resource) : resource,
    ),
  };
}

function withoutBuild(resource: RecordedResource): RecordedResource {
  const { build: _gone, ...inputs } = resource.inputs;
  return { ...resource, inputs };
}
