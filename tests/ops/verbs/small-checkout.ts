import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import Docker from "dockerode";
import { stringify } from "yaml";
import { stackOutputsSchema } from "../../../contracts/stack-outputs.ts";
import { BASE_IMAGE } from "../../../ops/bootstrap/base-image.ts";
import { main } from "../../../ops/main.ts";
import { type Checkout, root } from "../../../ops/paths.ts";
import { stackLabels } from "../../../ops/stack-name.ts";
import { type CapturedOutput, captureOutput } from "../output.ts";

/** A program with the outputs of an environment, one store with a data volume, and what settings add to it. */
const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const docker = require("@pulumi/docker");
const { RandomPet } = require("@pulumi/random");
const config = new pulumi.Config();
const { image, url } = config.requireObject("place");
const project = pulumi.getProject();
const labelsOf = (role) => Object.entries({ "trials.project": project, "trials.stack": "dev", "trials.role": role })
  .map(([label, value]) => ({ label, value }));
const start = (role, more) => new docker.Container(role, {
  name: project + "-" + role, image, networkMode: "none", labels: labelsOf(role), destroyGraceSeconds: 1,
  command: ["bash", "-c", "trap 'exit 0' TERM; echo " + role + " begins; while :; do sleep 3600 & wait; done"],
  ...more,
}, { deleteBeforeReplace: true });
const volume = new docker.Volume("data", { name: project + "-data", labels: labelsOf("graph-store") }, { retainOnDelete: true });
const store = start("graph-store", { volumes: [{ volumeName: volume.name, containerPath: "/data" }] });
const weight = config.requireNumber("weight");
new RandomPet("pet", { prefix: "weight-" + weight });
if (config.getBoolean("extra")) start("extra", {});
if (config.getBoolean("scratch")) new docker.Volume("scratch", { name: project + "-scratch", labels: labelsOf("scratch") });
if (config.getBoolean("fails") && !pulumi.runtime.isDryRun()) throw new pulumi.RunError("it fails as it was told to");
module.exports = {
  environment: "dev",
  gatewayUrl: url + (config.getBoolean("sick") ? "/sick" : ""),
  pythonWeight: weight,
  services: { gateway: { name: store.name, imageId: "sha256:1", ports: {} } },
  administrator: { email: "admin@trials.example", password: pulumi.secret("pa55word-of-admin") },
};`;

export interface Settings {
  readonly weight: number;
  /** One more container. */
  readonly extra?: boolean;
  /** One more volume, which goes with its resource. */
  readonly scratch?: boolean;
  /** The program throws, once everything else is done. */
  readonly fails?: boolean;
  /** The gateway answers that it is not ready. */
  readonly sick?: boolean;
}

/** What a command printed and how it ended. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A checkout of a small program, and the commands of `./infra` on its stack dev, in this process, on the embedded engine. */
export class SmallCheckout {
  readonly project = `verbs${randomBytes(4).toString("hex")}`;
  readonly docker = new Docker();
  readonly checkout: Checkout;
  readonly #filters = JSON.stringify({ label: stackLabels({ project: this.project, stack: "dev" }) });
  readonly #server: Server;
  readonly #place: { readonly image: string; readonly url: string };

  private constructor(folder: string, server: Server, image: string) {
    this.checkout = { root: folder, local: join(folder, ".infra") };
    this.#server = server;
    this.#place = { image, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
    mkdirSync(this.checkout.local);
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "package.json"), '{"main":"index.js"}');
    writeFileSync(join(folder, "index.js"), PROGRAM);
    const runtime = { name: "nodejs", options: { typescript: false } };
    writeFileSync(join(folder, "Pulumi.yaml"), stringify({ name: this.project, runtime }));
    this.set({ weight: 10 });
  }

  static async open(): Promise<SmallCheckout> {
    const image = (await new Docker().getImage(BASE_IMAGE).inspect()).Id;
    const server = createServer(({ url }, response) => {
      response.writeHead(url?.startsWith("/sick/") ? 503 : 200).end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    return new SmallCheckout(mkdtempSync(join(realpathSync(tmpdir()), "verbs-")), server, image);
  }

  get store(): string {
    return `${this.project}-graph-store`;
  }

  get volume(): string {
    return `${this.project}-data`;
  }

  /** Writes the settings of the stack anew. */
  set(settings: Settings): void {
    const all = Object.entries({ ...settings, place: this.#place });
    const config = Object.fromEntries(all.map(([name, value]) => [`${this.project}:${name}`, value]));
    writeFileSync(join(this.checkout.root, "Pulumi.dev.yaml"), stringify({ config }));
  }

  /** Runs `./infra VERB dev WORD…`. */
  infra(verb: string, ...words: string[]): Promise<Ran> {
    return this.run(verb, "dev", ...words, "--engine", "embedded");
  }

  /** Runs a whole command line. */
  run(...argv: string[]): Promise<Ran> {
    return this.runOn(captureOutput(), argv);
  }

  async runOn(output: CapturedOutput, argv: readonly string[]): Promise<Ran> {
    const code = await main(argv, output, this.checkout);
    return { code, out: output.out(), err: output.err() };
  }

  /** The weight that the stack has. */
  async weight(): Promise<number> {
    const { out } = await this.infra("outputs", "--json");
    return stackOutputsSchema.parse(JSON.parse(out)).pythonWeight;
  }

  /** Runs a script in the store's container; gives what it printed. */
  async inStore(script: string): Promise<string> {
    const exec = await this.docker
      .getContainer(this.store)
      .exec({ Cmd: ["bash", "-ec", script], AttachStdout: true, AttachStderr: true, Tty: true });
    return (await text(await exec.start({ Tty: true }))).replaceAll("\r", "");
  }

  /** Takes the name of the extra container, so that it cannot be made. Gives what frees it. */
  async takeExtraName(): Promise<() => Promise<void>> {
    const taken = await this.docker.createContainer({ Image: BASE_IMAGE, name: `${this.project}-extra` });
    return () => taken.remove({ force: true });
  }

  /** Roles of the containers that there are. */
  async containers(): Promise<string[]> {
    const found = await this.docker.listContainers({ all: true, filters: this.#filters });
    return found.map(({ Labels }) => Labels["trials.role"] ?? "").sort();
  }

  async volumes(): Promise<string[]> {
    const { Volumes } = await this.docker.listVolumes({ filters: this.#filters });
    return Volumes.map(({ Name }) => Name);
  }

  async remove(): Promise<void> {
    this.#server.close();
    for (const { Id } of await this.docker.listContainers({ all: true, filters: this.#filters })) {
      await this.docker.getContainer(Id).remove({ force: true });
    }
    for (const name of await this.volumes()) await this.docker.getVolume(name).remove();
    rmSync(this.checkout.root, { recursive: true, force: true });
  }
}
