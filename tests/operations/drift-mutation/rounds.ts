import { type DriftReport, driftReportSchema } from "../../../contracts/drift.ts";
import { type ManagedResource, readManaged } from "../../../ops/drift/recorded.ts";
import type { Checkout } from "../../checkout.ts";
import {
  describeContainer,
  endContainer,
  makeMutationNetwork,
  mutateInPlace,
  nameAgain,
  remakeContainer,
  remakeNetwork,
  remakeVolume,
  removeAll,
  removeMutationNetwork,
  retagImage,
} from "./mutate.ts";
import { MUTATIONS, type Mutation } from "./mutations.ts";
import { type Expected, type TallyRow, tally } from "./tally.ts";

/** Changes things out of band and lets the review look; gives what it found of them. */
export class MutationRounds {
  private readonly checkout: Checkout;
  private readonly resources: readonly ManagedResource[];

  constructor(checkout: Checkout, deployment: unknown) {
    this.checkout = checkout;
    this.resources = readManaged(deployment);
  }

  /** Resources of a kind that `isWanted` picks by name. */
  pick(kind: string, isWanted: (name: string) => boolean = () => true): ManagedResource[] {
    return this.resources.filter(({ type, name }) => type.endsWith(`:${kind}`) && isWanted(name));
  }

  async review(): Promise<DriftReport> {
    const ran = await this.checkout.infra("drift", "dev", "--json");
    if (ran.code !== 0 && ran.code !== 3) throw new Error(`the review failed: ${ran.stderr}`);
    return driftReportSchema.parse(JSON.parse(ran.stdout));
  }

  async inPlace(containers: readonly ManagedResource[]): Promise<TallyRow[]> {
    const expected: Expected = new Map();
    await makeMutationNetwork();
    for (const { urn, id } of containers) expected.set(urn, await mutateInPlace(id));
    const rows = tally(expected, await this.review());
    for (const { id, inputs } of containers) await nameAgain(id, String(inputs["name"]));
    await removeMutationNetwork();
    return rows;
  }

  /** Every property of containers that can be changed beside the others; volumes, networks, image names as asked. */
  async madeAnew(asked: {
    readonly containers: readonly ManagedResource[];
    readonly networks: readonly ManagedResource[];
    readonly volumes: readonly ManagedResource[];
    readonly images: readonly ManagedResource[];
    readonly mutations?: readonly Mutation[];
  }): Promise<TallyRow[]> {
    const { containers, networks, volumes, images, mutations = MUTATIONS } = asked;
    const expected: Expected = new Map();
    const made = await Promise.all(containers.map(({ inputs }) => describeContainer(String(inputs["name"]))));
    for (const { name = "" } of made) await endContainer(name);
    for (const [index, { urn, inputs }] of networks.entries()) {
      expected.set(urn, await remakeNetwork(String(inputs["name"]), index));
    }
    for (const [index, { urn, inputs }] of containers.entries()) {
      const one = made[index];
      if (one === undefined) continue;
      const paths = await remakeContainer(one, mutations);
      const stays = inputs["mustRun"] === false;
      expected.set(urn, ["id", ...paths, ...(stays ? [] : ["state"])]);
    }
    for (const { urn, id } of volumes) expected.set(urn, [...(await remakeVolume(id)), "content"]);
    for (const [urn, paths] of await this.retag(images)) expected.set(urn, paths);
    return tally(expected, await this.review());
  }

  /** One name may stand for several resources. */
  private async retag(images: readonly ManagedResource[]): Promise<[urn: string, paths: string[]][]> {
    const byName = Map.groupBy(images, ({ inputs }) => String(inputs["name"]));
    const retagged: [string, string[]][] = [];
    for (const [index, group] of [...byName.values()].entries()) {
      const [first] = group;
      if (first === undefined) continue;
      const id = first.outputs["imageId"];
      const other = images.find(({ outputs }) => outputs["imageId"] !== id);
      const paths = await retagImage(first, index % 2 === 0 ? undefined : String(other?.outputs["imageId"]));
      retagged.push(...group.map(({ urn }): [string, string[]] => [urn, paths]));
    }
    return retagged;
  }

  /** More changes on containers that have drifted already: only what is new counts. */
  async again(containers: readonly ManagedResource[], mutations: readonly Mutation[]): Promise<TallyRow[]> {
    const before = new Set((await this.review()).findings.map(keyOf));
    const expected: Expected = new Map();
    for (const { urn, inputs } of containers) {
      const made = await describeContainer(String(inputs["name"]));
      expected.set(urn, await remakeContainer(made, mutations));
    }
    const report = await this.review();
    const wanted = new Set([...expected].flatMap(([urn, paths]) => paths.map((path) => `${urn}\0${path}`)));
    const findings = report.findings.filter(
      (finding) => !before.has(keyOf(finding)) || wanted.has(keyOf(finding)),
    );
    return tally(expected, { ...report, findings });
  }

  /** Removes everything of these. */
  async deleted(resources: readonly ManagedResource[]): Promise<TallyRow[]> {
    const expected: Expected = new Map(resources.map(({ urn }) => [urn, [""]]));
    await removeAll(resources);
    const report = await this.review();
    const findings = report.findings.filter(
      ({ resource, kind }) => kind === "deleted" || expected.has(resource),
    );
    return tally(expected, { ...report, findings });
  }
}

function keyOf({ resource, property }: DriftReport["findings"][number]): string {
  return `${resource}\0${property}`;
}
