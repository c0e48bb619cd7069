import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { afterAll, beforeAll, expect, it } from "vitest";
import { NodeStack } from "../../engine/tests/program/node-stack.ts";
import { type Project, writeProject } from "../../engine/tests/program/run-program.ts";
import { thisMachine } from "../../ops/bootstrap/machine.ts";
import { root } from "../../ops/paths.ts";
import type { Background } from "../../ops/rehearse/stage/background-process.ts";
import { startRegistry } from "../../ops/rehearse/stage/registry.ts";

let data: string;
let registry: Background<string>;
let project: Project;
let stack: NodeStack;

/** A program that builds and pushes one image as the cloud stack does with `images.kind: build`. */
const program = () => `
import { createImage } from "${root}/src/platforms/kubernetes/image.ts";
export const image = createImage("web", { source: { kind: "build", service: "web" }, options: {
  kind: "build", registry: "${registry.value}/trials", base: "debian:trixie-slim",
  buildSettings: "trials/build-settings:local", sources: "services", store: ".images",
} }, {});
`;

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), "trials-registry-"));
  const packages = join(data, "packages");
  mkdirSync(packages);
  registry = await startRegistry(thisMachine(), { packages, data }, new AbortController().signal);
  project = await writeProject({
    "package.json": '{ "type": "module", "main": "index.ts" }',
    "index.ts": program(),
    "services/web/Dockerfile": "ARG BASE\nFROM ${BASE}\nCOPY page /page\n",
    "services/web/page": "first",
  });
  const pulumiHome = join(data, "home");
  stack = new NodeStack({ root: project.directory, project: "pushed", stack: "dev", pulumiHome });
});

afterAll(async () => {
  await stack.run("destroy", config);
  await project.remove();
  await registry.stop();
  rmSync(data, { recursive: true, force: true });
  const docker = new Docker();
  for (const { RepoTags = [] } of await docker.listImages()) {
    for (const tag of RepoTags ?? [])
      if (tag.startsWith(`${registry.value}/`)) await docker.getImage(tag).remove();
  }
});

const config = { values: {}, secretKeys: [] };

/** Digest that the registry serves a reference by. */
async function digestOf(reference: string): Promise<string | null> {
  const [name = "", version = ""] = reference.replace(`${registry.value}/`, "").split(/[@]/);
  const accept =
    "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json";
  const answer = await fetch(`http://${registry.value}/v2/${name}/manifests/${version}`, {
    headers: { accept },
  });
  return answer.headers.get("docker-content-digest");
}

it("builds an image, pushes it and names it by the digest of the registry; a changed source is another", async () => {
  const first = await stack.run("up", config);
  expect(first.told).toEqual([]);
  const image = String(first.outputs["image"]);
  expect(image).toMatch(new RegExp(`^${registry.value}/trials/web@sha256:[0-9a-f]{64}$`));
  expect(await digestOf(image)).toBe(image.split("@")[1]);
  expect((await stack.run("preview", config)).changed).toEqual({});

  writeFileSync(join(project.directory, "services/web/page"), "second");
  expect((await stack.run("preview", config)).changed).toEqual({ replace: 1 });
  const second = await stack.run("up", config);
  expect(second.told).toEqual([]);
  const changed = String(second.outputs["image"]);
  expect(changed).not.toBe(image);
  expect(await digestOf(changed)).toBe(changed.split("@")[1]);
  expect(await digestOf(image)).toBe(image.split("@")[1]);
});
