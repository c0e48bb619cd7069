import { join } from "node:path";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { stageContext } from "../context.ts";
import type { ImageSource } from "../platform.ts";

/** Where images come from: the registry has them, or they are built here and pushed to it. */
export type ImageOptions =
  | {
      readonly kind: "pinned";
      readonly registry: string;
      /** Image -> `sha256:…`. */
      readonly digests: { readonly [image: string]: string };
    }
  | {
      readonly kind: "build";
      readonly registry: string;
      readonly login?: { readonly username: string; readonly password: pulumi.Output<string> };
      /** Base image of everything that is built. */
      readonly base: string;
      /** Image with this machine's package-client settings, mounted while building. */
      readonly buildSettings: string;
      /** Folder with the sources of the services, relative to the program. */
      readonly sources: string;
      /** Folder for staged contexts, relative to the program. */
      readonly store: string;
    };

/**
 * The reference of an image, always by digest: `registry/name@sha256:…`.
 *
 * @throws RunError for an image that is known by a tag only: a tag may move.
 */
export function createImage(
  name: string,
  args: { source: ImageSource; options: ImageOptions },
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const { source, options } = args;
  if (source.kind === "official") return officialImage(source.name);
  if (options.kind === "build") return builtImage(name, source.service, { ...options }, opts);
  const digest = options.digests[source.service];
  if (digest === undefined) {
    throw new pulumi.RunError(
      `there is no digest for the image ${source.service}; set it: ` +
        `pulumi config set --path 'trials:images.digests["${source.service}"]' sha256:…`,
    );
  }
  return pulumi.output(`${options.registry}/${source.service}@${digest}`);
}

function officialImage(reference: string): pulumi.Output<string> {
  if (/@sha256:[0-9a-f]{64}$/.test(reference)) return pulumi.output(reference);
  throw new pulumi.RunError(`the image ${reference} is named by a tag, which may move; name it by digest`);
}

/** A new context is a new image: what runs by its digest is seen to change already in a preview. Old ones stay. */
function builtImage(
  name: string,
  service: string,
  options: Extract<ImageOptions, { kind: "build" }>,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const { registry, login } = options;
  const context = stageContext(join(options.sources, service), options.store, service);
  const image = new docker.Image(
    name,
    {
      imageName: `${registry}/${service}:${context.hash}`,
      build: {
        context: context.directory,
        dockerfile: `${context.directory}/Dockerfile`,
        args: { BASE: options.base, BUILD_SETTINGS: options.buildSettings },
        platform: "linux/amd64",
      },
      ...(login && { registry: { server: registry.split("/")[0] ?? registry, ...login } }),
    },
    { ...opts, replaceOnChanges: ["imageName"], retainOnDelete: true },
  );
  return image.repoDigest;
}
