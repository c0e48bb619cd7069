import type { Deployment } from "@pulumi/pulumi/automation/index.js";
import { describe, expect, it } from "vitest";
import { layOutGraph } from "../../../ops/dashboard/graph.ts";
import { readState } from "../../../ops/dashboard/state.ts";

const urn = (type: string, name: string) => `urn:pulumi:dev::trials::${type}::${name}`;
const cache = urn("trials:components:Cache", "cache");
const password = urn("trials:components:Cache$random:index/randomPassword:RandomPassword", "cache-password");
const container = urn("trials:components:Cache$docker:index/container:Container", "cache-workload");
const volume = urn("docker:index/volume:Volume", "volume");
const stack = urn("pulumi:pulumi:Stack", "trials-dev");

const outputs = {
  environment: "dev",
  gatewayUrl: "http://127.0.0.1:8080",
  pythonWeight: 10,
  administrator: { email: "admin@trials.example", password: { plaintext: '"open-sesame"' } },
  services: {
    cache: { name: "trials-dev-cache", imageId: "sha256:1", ports: {} },
    gateway: {
      name: "trials-dev-gateway",
      imageId: "sha256:2",
      ports: { http: 8080 },
      url: "http://127.0.0.1:8080",
    },
  },
};

const resource = (of: string, more: object = {}) => ({
  urn: of,
  type: of.split("::")[2]?.split("$").pop(),
  custom: !of.includes("trials:components") || of.includes("$"),
  ...more,
});

const deployment = {
  version: 3,
  deployment: {
    resources: [
      resource(stack, { custom: false, outputs }),
      resource(urn("pulumi:providers:docker", "docker")),
      resource(cache, { parent: stack }),
      resource(password, { parent: cache, outputs: { result: "open-sesame" } }),
      resource(container, {
        parent: cache,
        dependencies: [password, cache],
        inputs: { envs: ["open-sesame"] },
      }),
    ],
    pending_operations: [{ type: "creating", resource: resource(volume, { parent: stack }) }],
  },
} as unknown as Deployment;

describe("readState", () => {
  it("tells services, resources and what an interrupted update left open", () => {
    const { environment, resources } = readState(deployment);
    expect(environment).toEqual({
      state: "up",
      gatewayUrl: "http://127.0.0.1:8080",
      pythonWeight: 10,
      services: [
        { name: "cache", workload: "trials-dev-cache", imageId: "sha256:1", ports: {} },
        {
          name: "gateway",
          workload: "trials-dev-gateway",
          url: "http://127.0.0.1:8080",
          imageId: "sha256:2",
          ports: { http: 8080 },
        },
      ],
      unfinished: ["creating volume"],
    });
    expect(resources).toHaveLength(6);
  });

  it("takes no value of a resource and no secret output", () => {
    const { environment, resources } = readState(deployment);
    expect(JSON.stringify({ environment, resources, graph: layOutGraph(resources) })).not.toContain(
      "open-sesame",
    );
  });

  it("tells where the services of a cloud stack are, and of no other", () => {
    const cloud = {
      namespace: "trials-cloud-services",
      documents: { projectId: "1", cluster: "documents" },
      graph: { instanceId: "" },
    };
    const inCloud = { resources: [resource(stack, { custom: false, outputs: { ...outputs, cloud } })] };
    expect(readState({ version: 3, deployment: inCloud } as unknown as Deployment).namespace).toBe(
      "trials-cloud-services",
    );
    expect(readState(deployment).namespace).toBeUndefined();
  });

  it("tells a stack that is not up", () => {
    const nothing = { version: 3, deployment: undefined } as unknown as Deployment;
    expect(readState(nothing).environment).toEqual({ state: "absent", services: [], unfinished: [] });
  });
});

describe("layOutGraph", () => {
  const graph = layOutGraph(readState(deployment).resources);

  it("shows what a resource is in and what it needs, without providers and the stack", () => {
    expect(
      graph.nodes.map(({ name, type, parent, dependencies }) => ({ name, type, parent, dependencies })),
    ).toEqual([
      { name: "volume", type: "docker:index/volume:Volume", parent: undefined, dependencies: [] },
      { name: "cache", type: "trials:components:Cache", parent: undefined, dependencies: [] },
      {
        name: "cache-password",
        type: "random:index/randomPassword:RandomPassword",
        parent: cache,
        dependencies: [],
      },
      {
        name: "cache-workload",
        type: "docker:index/container:Container",
        parent: cache,
        dependencies: [password],
      },
    ]);
    expect(graph.nodes[0]).toMatchObject({ pending: "creating" });
  });

  it("draws what is needed left of what needs it, inside its frame", () => {
    const box = (of: string) => graph.nodes.find((node) => node.urn === of)?.box;
    const [left, right] = [box(password), box(container)];
    expect((left?.x ?? 0) + (left?.width ?? 0)).toBeLessThan(right?.x ?? 0);
    expect((right?.x ?? 0) + (right?.width ?? 0)).toBeLessThanOrEqual(graph.width);
    expect(box(cache)).toBeUndefined();
    expect(graph.edges).toMatchObject([{ from: container, to: password }]);
  });

  it("is empty for an empty state", () => {
    expect(layOutGraph([])).toEqual({ width: 0, height: 0, nodes: [], edges: [] });
  });
});
