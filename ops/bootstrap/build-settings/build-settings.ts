import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import type Docker from "dockerode";
import { pack } from "tar-stream";
import type { Bootstrap } from "../docker.ts";
import { findImageLabels, importImage, LABEL } from "../docker-images.ts";
import type { Host } from "../host.ts";
import { beginStep, type Ensured } from "../progress.ts";
import { collectBuildSettings, type SettingsFile } from "./collect.ts";

/** Image that Dockerfiles mount while they build; it never becomes part of another image. */
export const BUILD_SETTINGS_IMAGE = "trials/build-settings:local";

/** Label with the hash of what is in the image. */
const CONTENT_LABEL = `${LABEL}.build-settings`;

/** Makes the image with this machine's package-client settings, or makes it anew when they have changed. */
export async function ensureBuildSettings({ docker, machine, report }: Bootstrap): Promise<Ensured> {
  const step = beginStep("build-settings", report);
  const files = collectBuildSettings(machine);
  const hash = hashFiles(files);
  if (await hasBuildSettings(docker, hash)) return step.unchanged(BUILD_SETTINGS_IMAGE);
  step.headline(`collecting this machine's package-client settings for ${BUILD_SETTINGS_IMAGE}`);
  await importImage(docker, packFiles(files), {
    name: BUILD_SETTINGS_IMAGE,
    changes: [`LABEL ${CONTENT_LABEL}=${hash}`],
  });
  return step.done(`made ${BUILD_SETTINGS_IMAGE} (${files.map((file) => file.name).join(", ")})`);
}

/** True where the image holds this machine's settings as they are now. */
export async function isBuildSettingsCurrent(docker: Docker, host: Host): Promise<boolean> {
  return hasBuildSettings(docker, hashFiles(collectBuildSettings(host)));
}

async function hasBuildSettings(docker: Docker, hash: string): Promise<boolean> {
  const labels = await findImageLabels(docker, BUILD_SETTINGS_IMAGE);
  return labels?.[CONTENT_LABEL] === hash;
}

function hashFiles(files: readonly SettingsFile[]): string {
  const hash = createHash("sha256");
  for (const { name, content } of files) hash.update(`${name}\0${content.length}\0`).update(content);
  return hash.digest("hex");
}

/** The same files give the same bytes, so that builds keep their cache when the image is made anew. */
function packFiles(files: readonly SettingsFile[]): Readable {
  const tar = pack();
  const mtime = new Date(0);
  for (const { name, content } of files) tar.entry({ name, mode: 0o644, mtime }, content);
  tar.finalize();
  return Readable.from(tar);
}
