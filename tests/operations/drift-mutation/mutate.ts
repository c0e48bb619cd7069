import Docker from "dockerode";
import type { ManagedResource } from "../../../ops/drift/recorded.ts";
import type { Made, Mutation } from "./mutations.ts";

const docker = new Docker();
const MUTATION_NETWORK = "trials-mutation";

interface Inspected {
  readonly Id: string;
  readonly Name: string;
  readonly Image: string;
  readonly Config: Omit<Docker.ContainerCreateOptions, "HostConfig" | "Labels"> & {
    Labels: { [label: string]: string };
  };
  readonly HostConfig: Docker.HostConfig;
  readonly NetworkSettings: { readonly Networks: { [name: string]: { Aliases: string[] | null } } };
}

/** The container as it would be made again, nothing changed. */
export async function describeContainer(id: string): Promise<Made> {
  const live = (await docker.getContainer(id).inspect()) as unknown as Inspected;
  const networks = Object.entries(live.NetworkSettings.Networks).map(([name, { Aliases }]) => [
    name,
    (Aliases ?? []).filter((alias) => alias !== live.Id.slice(0, 12)),
  ]);
  return {
    ...live.Config,
    name: live.Name.replace("/", ""),
    Image: live.Image,
    HostConfig: { ...live.HostConfig },
    networks: Object.fromEntries(networks) as Made["networks"],
  } as Made;
}

/** Ends a container at once: what is on no running container can be changed without its ports. */
export async function endContainer(name: string): Promise<void> {
  const container = docker.getContainer(name);
  await container.kill().catch(() => undefined);
  await container.wait();
}

/** Makes a container anew under its name, with the mutations; it is not started. Gives the paths that are to be found. */
export async function remakeContainer(made: Made, mutations: readonly Mutation[]): Promise<string[]> {
  const expected = mutations.flatMap((mutation) => mutation.paths(made));
  for (const mutation of mutations) mutation.apply(made);
  const { networks, ...options } = made;
  await docker.getContainer(made.name ?? "").remove({ force: true });
  const container = await docker.createContainer(options);
  for (const [name, Aliases] of Object.entries(networks)) {
    const network = docker.getNetwork(name);
    if (name === made.HostConfig.NetworkMode)
      await network.disconnect({ Container: container.id, Force: true });
    await network.connect({ Container: container.id, EndpointConfig: { Aliases } });
  }
  return expected;
}

/** What `docker` changes in a running container without making it anew; gives the paths that are to be found. */
export async function mutateInPlace(id: string): Promise<string[]> {
  const container = docker.getContainer(id);
  await container.update({
    Memory: 905 * 1024 * 1024,
    MemorySwap: 1901 * 1024 * 1024,
    MemoryReservation: 33 * 1024 * 1024,
    CpuShares: 99,
    CpusetCpus: "0",
    CpuPeriod: 50_000,
    CpuQuota: 25_000,
    PidsLimit: 901,
    RestartPolicy: { Name: "on-failure", MaximumRetryCount: 2 },
  });
  await docker.getNetwork(MUTATION_NETWORK).connect({ Container: id });
  await container.rename({ name: `mutation-${id.slice(0, 8)}` });
  const { State } = await container.inspect();
  // Some kernels cannot freeze a container: then its state stays as it is.
  const isPaused =
    State.Running &&
    (await container.pause().then(
      () => true,
      () => false,
    ));
  const limits = [
    "memory",
    "memorySwap",
    "memoryReservation",
    "cpuShares",
    "cpuSet",
    "cpuPeriod",
    "cpuQuota",
    "pidsLimit",
  ];
  const network = `networksAdvanced[${MUTATION_NETWORK}]`;
  return [...limits, "restart", "maxRetryCount", "name", network, ...(isPaused ? ["state"] : [])];
}

/** Gives a container its name back, lets it run, and takes it off the network: the next round finds it as it was. */
export async function nameAgain(id: string, name: string): Promise<void> {
  const container = docker.getContainer(id);
  await container.unpause().catch(() => undefined);
  await container.rename({ name });
  // Docker lists no stopped containers with a network.
  await docker.getNetwork(MUTATION_NETWORK).disconnect({ Container: id, Force: true });
}

/** Makes the network that `mutateInPlace` connects to. A range of its own: Docker's pool may be used up. */
export async function makeMutationNetwork(): Promise<void> {
  await removeMutationNetwork();
  await docker.createNetwork({ Name: MUTATION_NETWORK, IPAM: rangeOf(0) });
}

export async function removeMutationNetwork(): Promise<void> {
  await removeNetwork(MUTATION_NETWORK).catch((error: { statusCode?: number }) => {
    if (error.statusCode !== 404) throw error;
  });
}

async function removeNetwork(
  name: string,
): Promise<{ readonly Labels: { readonly [label: string]: string } }> {
  const network = docker.getNetwork(name);
  const { Labels, Containers = {} } = (await network.inspect()) as {
    Labels: { [label: string]: string };
    Containers?: object;
  };
  for (const Container of Object.keys(Containers)) await network.disconnect({ Container, Force: true });
  await network.remove();
  return { Labels };
}

function rangeOf(index: number) {
  return { Driver: "default", Options: { mutated: "1" }, Config: [{ Subnet: `10.213.${index}.0/26` }] };
}

/** Makes a network anew with everything else; no container may be on it. */
export async function remakeNetwork(name: string, index: number): Promise<string[]> {
  const { Labels } = await removeNetwork(name);
  await docker.createNetwork({
    Name: name,
    Driver: "bridge",
    Internal: true,
    Attachable: true,
    Labels: { ...Labels, "trials.role": "mutated", mutated: "1" },
    Options: { "com.docker.network.bridge.enable_icc": "true" },
    IPAM: rangeOf(index + 1),
  });
  const maps = ["labels[trials.role]", "labels[mutated]", "ipamOptions[mutated]"];
  return ["id", "internal", "attachable", "options[com.docker.network.bridge.enable_icc]", ...maps];
}

/** Makes a volume anew with everything else; its containers must be gone. */
export async function remakeVolume(name: string): Promise<string[]> {
  const { Labels } = await docker.getVolume(name).inspect();
  await docker.getVolume(name).remove();
  await docker.createVolume({
    Name: name,
    Labels: { ...Labels, "trials.role": "mutated", mutated: "1" },
    DriverOpts: { type: "tmpfs", device: "tmpfs", o: "size=9m" },
  });
  return [
    "labels[trials.role]",
    "labels[mutated]",
    "driverOpts[type]",
    "driverOpts[device]",
    "driverOpts[o]",
  ];
}

/** Makes the name of an image mean another one, or none; the image itself stays, under another name. */
export async function retagImage(
  { inputs, outputs }: ManagedResource,
  other: string | undefined,
): Promise<string[]> {
  const name = String(inputs["name"]);
  const [, repo = name, tag = "latest"] = /^(.*):([^:/]+)$/.exec(name) ?? [];
  await docker.getImage(String(outputs["imageId"])).tag({ repo: `${repo}-mutation`, tag });
  if (other === undefined) {
    await docker.getImage(name).remove({ noprune: true });
    return ["name"];
  }
  await docker.getImage(other).tag({ repo, tag });
  return ["imageId"];
}

/** Removes the other names under which `retagImage` keeps images. */
export async function dropKeptImages(images: readonly ManagedResource[]): Promise<void> {
  for (const name of new Set(images.map(({ inputs }) => String(inputs["name"])))) {
    await docker.getImage(name.replace(/:([^:/]+)$/, "-mutation:$1")).remove({ noprune: true });
  }
}

/** Removes containers, then what they use. */
export async function removeAll(resources: readonly ManagedResource[]): Promise<void> {
  const named = (kind: string) =>
    resources
      .filter(({ type }) => type.endsWith(`:${kind}`))
      .map(({ id, inputs }) => String(inputs["name"] ?? id));
  for (const name of named("Container")) await docker.getContainer(name).remove({ force: true });
  for (const name of named("Network")) await docker.getNetwork(name).remove();
  for (const name of named("Volume")) await docker.getVolume(name).remove();
}
