import { describe, expect, it } from "vitest";
import { BASE_IMAGE, daemon, LABEL, useDaemon } from "./daemon.ts";
import { fakeDaemon } from "./fake-daemon.ts";
import { configured, Managed } from "./managed.ts";

const { prefix, labels } = useDaemon();
const docker = await configured();

describe("Network", () => {
  const inputs = {
    name: `${prefix}-net`,
    labels,
    driver: "bridge",
    internal: true,
    options: { "com.docker.network.bridge.enable_icc": "true" },
  };

  it("is made, read back without a difference and removed", async () => {
    const network = await new Managed(docker, "network").create(inputs);
    const live = await daemon.getNetwork(inputs.name).inspect();
    expect(network.outputs).toMatchObject({ id: live.Id, internal: true, scope: "local", ipamOptions: null });
    expect((await network.diff(inputs)).changes).toBe("none");
    await network.refresh();
    expect(network.outputs).toMatchObject({ ipamOptions: {}, labels: [{ label: LABEL, value: prefix }] });
    expect((await network.diff(inputs)).changes).toBe("none");
    await network.destroy();
    await expect(daemon.getNetwork(inputs.name).inspect()).rejects.toThrow("not found");
  });

  it("is replaced, old one first, when anything changes", async () => {
    const network = await new Managed(docker, "network").create(inputs);
    const diff = await network.diff({ ...inputs, internal: false });
    expect(diff).toMatchObject({ replaceKeys: ["internal"], deleteBeforeReplace: true });
    await network.destroy();
  });

  it("has the address range that was asked for", async () => {
    const ranged = {
      name: `${prefix}-range`,
      labels,
      ipamConfigs: [
        {
          subnet: "10.213.7.0/24",
          gateway: "10.213.7.1",
          ipRange: "10.213.7.128/25",
          auxAddress: { spare: "10.213.7.9" },
        },
      ],
    };
    const network = await new Managed(docker, "network").create(ranged);
    expect(network.outputs["ipamConfigs"]).toEqual(ranged.ipamConfigs);
    await network.refresh();
    expect((await network.diff(ranged)).changes).toBe("none");
    await network.destroy();
  });

  it("says what to do when another network has its addresses, or Docker has none left", async () => {
    const ranged = (name: string, third: number) => ({
      name: `${prefix}-${name}`,
      labels,
      ipamConfigs: [{ subnet: `10.213.${third}.0/24`, gateway: `10.213.${third}.1` }],
    });
    const first = await new Managed(docker, "network").create(ranged("first", 8));
    await first.refresh();
    expect((await first.diff(ranged("first", 8))).changes).toBe("none");
    await expect(new Managed(docker, "network").create(ranged("second", 8))).rejects.toThrow(
      /Pool overlaps with other one.*\n\nAnother network on this machine has these addresses/,
    );
    await first.destroy();

    const message = "could not find an available, non-overlapping IPv4 address pool among the defaults";
    const full = await fakeDaemon(({ path }) =>
      path.endsWith("/networks/create") ? { status: 500, body: { message } } : undefined,
    );
    const created = new Managed(await configured({}, { host: full.host }), "network").create({
      name: "third",
    });
    await expect(created).rejects.toThrow(/address pools are used up: remove networks/);
  });

  it("says who has the name when it is taken", async () => {
    const first = await new Managed(docker, "network").create({ name: `${prefix}-twice`, labels });
    await expect(new Managed(docker, "network").create({ name: `${prefix}-twice` })).rejects.toThrow(
      `1 error occurred:\n\t* Unable to create network: Error response from daemon: network with name ${prefix}-twice already exists\n\n` +
        `If an interrupted update made it, take it over with \`pulumi import docker:index/network:Network <name> ${first.known.id}\``,
    );
    await first.destroy();
  });

  it("is gone after a refresh when someone removed it, and removing it again is fine", async () => {
    const network = await new Managed(docker, "network").create({ name: `${prefix}-lost`, labels });
    const before = network.state;
    await daemon.getNetwork(network.known.id).remove();
    expect(await network.refresh()).toBeUndefined();
    network.state = before;
    await network.destroy();
  });

  it("is imported by its name or id", async () => {
    const made = await daemon.createNetwork({ Name: `${prefix}-found`, Labels: { [LABEL]: prefix } });
    const network = new Managed(docker, "network");
    expect(await network.import(`${prefix}-found`)).toMatchObject({
      id: made.id,
      inputs: { name: `${prefix}-found`, driver: "bridge" },
    });
    expect(await new Managed(docker, "network").import(`${prefix}-nowhere`)).toBeUndefined();
    await network.destroy();
  });
});

describe("Volume", () => {
  it("is made, read back without a difference and removed", async () => {
    const inputs = { name: `${prefix}-vol`, labels };
    const volume = await new Managed(docker, "volume").create(inputs);
    expect(volume.outputs).toMatchObject({
      driver: "local",
      driverOpts: null,
      mountpoint: expect.stringContaining("_data"),
    });
    await volume.refresh();
    expect(volume.outputs["driverOpts"]).toEqual({});
    expect((await volume.diff(inputs)).changes).toBe("none");
    await volume.destroy();
    await expect(daemon.getVolume(inputs.name).inspect()).rejects.toThrow("no such volume");
  });

  it("gets a name of its own and keeps it", async () => {
    const volume = await new Managed(docker, "volume", `${prefix}-auto`).create({ labels });
    expect(volume.known.id).toMatch(new RegExp(`^${prefix}-auto-[0-9a-f]{7}$`));
    expect(await volume.diff({ labels })).toMatchObject({ changes: "none" });
    expect(await volume.diff({ labels: [] })).toMatchObject({
      replaceKeys: ["labels"],
      deleteBeforeReplace: false,
    });
    await volume.destroy();
  });

  it("keeps driver options", async () => {
    const inputs = {
      name: `${prefix}-tmpfs`,
      labels,
      driver: "local",
      driverOpts: { type: "tmpfs", device: "tmpfs", o: "size=1m" },
    };
    const volume = await new Managed(docker, "volume").create(inputs);
    await volume.refresh();
    expect((await volume.diff(inputs)).changes).toBe("none");
    await volume.destroy();
  });

  it("refuses what only a swarm has", async () => {
    await expect(
      new Managed(docker, "volume").create({ name: `${prefix}-c`, cluster: { type: "mount" } }),
    ).rejects.toThrow("swarm");
  });

  it("is gone after a refresh when someone removed it", async () => {
    const volume = await new Managed(docker, "volume").create({ name: `${prefix}-gone`, labels });
    await daemon.getVolume(volume.known.id).remove();
    expect(await volume.refresh()).toBeUndefined();
  });

  it("says what Docker says when it refuses", async () => {
    const inputs = { name: `${prefix}-d`, driver: "local", driverOpts: { nowhere: "1" } };
    await expect(new Managed(docker, "volume").create(inputs)).rejects.toThrow(
      /Unable to create volume: Error response from daemon: .*nowhere/,
    );
  });
});

describe("removing what a container uses", () => {
  it("waits for a container that is about to go", async () => {
    const network = await new Managed(docker, "network").create({ name: `${prefix}-used`, labels });
    const volume = await new Managed(docker, "volume").create({ name: `${prefix}-used`, labels });
    const container = await daemon.createContainer({
      Image: BASE_IMAGE,
      Cmd: ["sleep", "600"],
      Labels: { [LABEL]: prefix },
      HostConfig: { NetworkMode: `${prefix}-used`, Binds: [`${prefix}-used:/data`] },
    });
    await container.start();
    const removals = Promise.all([network.destroy(), volume.destroy()]);
    await container.remove({ force: true });
    await removals;
    await expect(daemon.getVolume(`${prefix}-used`).inspect()).rejects.toThrow("no such volume");
  });
});
