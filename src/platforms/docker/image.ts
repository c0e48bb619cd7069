import { join } from "node:path";
import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { stageContext } from "../context.ts";
import type { ImageSource, Scope } from "../platform.ts";

export interface ImageOptions {
  /** Base image of everything that is built. */
  readonly base: string;
  /** Image with this machine's package-client settings, mounted while building. */
  readonly buildSettings: string;
  /** Folder with the sources of the services, relative to the program. */
  readonly sources: string;
  /** Folder for staged contexts, relative to the program. */
  readonly store: string;
}

export interface ImageArgs extends ImageOptions {
  readonly scope: Scope;
  readonly source: ImageSource;
}

/** Builds or pulls an image; gives its id. Old images stay, so that a rollback never rebuilds. */
export function createImage(
  name: string,
  args: ImageArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const { source } = args;
  if (source.kind === "official") {
    return new docker.RemoteImage(name, { name: source.name, keepLocally: true }, opts).imageId;
  }
  const context = stageContext(join(args.sources, source.service), args.store, source.service);
  const image = new docker.RemoteImage(
    name,
    {
      name: `${args.scope.project}/${source.service}:${context.hash}`,
      keepLocally: true,
      triggers: { context: context.hash },
      build: {
        context: context.directory,
        dockerfile: "Dockerfile",
        buildArgs: { BASE: args.base, BUILD_SETTINGS: args.buildSettings },
        labels: { "trials.service": source.service, "trials.context": context.hash },
      },
    },
    opts,
  );
  return image.imageId;
}
