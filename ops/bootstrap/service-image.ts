import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import dockerignore from "@balena/dockerignore";
import Docker from "dockerode";
import { messageOf, UserError } from "../errors.ts";
import { root } from "../paths.ts";
import { followProgress } from "./docker-images.ts";

export interface ServiceImageOptions {
  /** `repository:tag` of the image. */
  readonly tag: string;
  readonly labels: { readonly [name: string]: string };
}

/**
 * Builds the image of `services/<service>` with BuildKit; its layers are those that the environments use. Gives its id.
 *
 * @throws UserError `image-build`
 */
export async function buildServiceImage(service: string, options: ServiceImageOptions): Promise<string> {
  const docker = new Docker();
  const errors: string[] = [];
  const context = join(root, "services", service);
  try {
    const stream = await docker.buildImage(
      { context, src: filesOf(context) },
      {
        t: options.tag,
        version: "2",
        buildargs: { BUILD_SETTINGS: "trials/build-settings:local" },
        labels: options.labels,
      },
    );
    await followProgress(docker, stream, ({ error }) => {
      if (error !== undefined) errors.push(error);
    });
  } catch (error) {
    errors.push(messageOf(error));
  }
  if (errors[0] !== undefined) {
    throw new UserError("image-build", `the image of services/${service} does not build: ${errors[0]}`, {
      help: `build it by hand to see its log: docker build services/${service}`,
    });
  }
  return (await docker.getImage(options.tag).inspect()).Id;
}

/** Files of a build context. Named one by one: below a folder that is left out, dockerode finds no exceptions. */
function filesOf(context: string): string[] {
  const file = join(context, ".dockerignore");
  const ignore = dockerignore.default({ ignorecase: false });
  if (existsSync(file)) ignore.add(readFileSync(file, "utf8"));
  return readdirSync(context, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(context, join(entry.parentPath, entry.name)))
    .filter((path) => !ignore.ignores(path));
}
