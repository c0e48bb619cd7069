import { containersOf, podSpecsOf } from "../pod-spec.ts";
import { textAt } from "../property.ts";
import type { JudgedResource, ResourceRule } from "../rule.ts";

const BY_DIGEST = /(^|@)sha256:[0-9a-f]{64}$/;
const DOCKER_CONTAINER = "docker:index/container:Container";

/** A tag may move; what runs and what a rollback brings back must be the same bytes. */
export const imageByDigest: ResourceRule = {
  name: "image-by-digest",
  judges: "resource",
  description: "Containers name their image by digest or id, never by a tag alone.",
  remedy: "Write the image as repository@sha256:…; on Docker use the id that the image resource gives.",
  level: "mandatory",
  severity: "high",
  check: (resource) =>
    imagesOf(resource)
      .filter(({ image }) => !BY_DIGEST.test(image))
      .map(({ path, image }) => `${path} is ${JSON.stringify(image)}, which is no digest`),
};

function imagesOf(resource: JudgedResource): { path: string; image: string }[] {
  const places =
    resource.type === DOCKER_CONTAINER
      ? [{ path: "image", image: textAt(resource.properties, "image") }]
      : podSpecsOf(resource)
          .flatMap(containersOf)
          .map(({ path, container }) => ({ path: `${path}.image`, image: textAt(container, "image") }));
  return places.flatMap(({ path, image }) => (image === undefined ? [] : [{ path, image }]));
}
