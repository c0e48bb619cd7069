import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";

/** What a random program wants of one resource. */
interface Wish {
  readonly kind: "thing" | "component" | "read";
  readonly present: boolean;
  readonly value: number;
  readonly zone: number;
  /** Indexes of earlier resources: whose outputs it takes, which it waits for, and under which it is. */
  readonly takes: readonly number[];
  readonly waits: readonly number[];
  readonly under: number;
  readonly secret: boolean;
  readonly inText: boolean;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly ownProvider: boolean;
  readonly ignoreZone: boolean;
  readonly timeout: number;
  readonly file: boolean;
  readonly reference: boolean;
}

const index = fc.nat(5);
const wish: fc.Arbitrary<Wish> = fc.record({
  kind: fc.constantFrom("thing", "thing", "thing", "component", "read"),
  present: fc.boolean(),
  value: fc.nat(1),
  zone: fc.nat(1),
  takes: fc.array(index, { maxLength: 2 }),
  waits: fc.array(index, { maxLength: 1 }),
  under: index,
  secret: fc.boolean(),
  inText: fc.boolean(),
  protect: fc.constant(false),
  retainOnDelete: fc.boolean(),
  ownProvider: fc.boolean(),
  ignoreZone: fc.boolean(),
  timeout: fc.constantFrom(0, 90),
  file: fc.boolean(),
  reference: fc.boolean(),
});

/** The wishes of one random program. */
export const wishes = fc.array(wish, { minLength: 1, maxLength: 6 });

class Thing extends pulumi.CustomResource {
  declare readonly serial: pulumi.Output<string>;
}
class Group extends pulumi.ComponentResource {
  private readonly outer: Group | undefined;
  private isAwaited = false;

  constructor(name: string, options: pulumi.ComponentResourceOptions & { readonly parent?: Group }) {
    super("test:index:Group", name, {}, options);
    this.outer = options.parent;
  }
  /** Whoever waits for a group waits for all that is in it. Something that comes later may depend on who waits. */
  get isOpen(): boolean {
    return !this.isAwaited && this.outer?.isOpen !== false;
  }
  close(): void {
    this.isAwaited = true;
  }
  say(outputs: pulumi.Inputs): void {
    this.registerOutputs(outputs);
  }
}
class Provider extends pulumi.ProviderResource {}

/** A program on the SDK that does what the wishes say, and tells what came of it. */
export function programOf(all: readonly Wish[]): () => Promise<Record<string, unknown>> {
  return async () => {
    const provider = new Provider("fake", "own", { region: "here", token: pulumi.secret("hush-hush") });
    const made: (Thing | Group | undefined)[] = [];
    for (const [i, one] of all.entries()) made.push(make({ one, i, made, provider }));
    const things = made.filter((resource) => resource instanceof Thing);
    for (const group of made.filter((resource) => resource instanceof Group)) {
      group.say({ serials: things.map(({ serial }) => serial), note: "a group" });
    }
    const [first] = things;
    return {
      count: things.length,
      ...(first && { first: pulumi.interpolate`<${first.serial}>`, hidden: pulumi.secret(first.id) }),
    };
  };
}

interface Making {
  readonly one: Wish;
  readonly i: number;
  readonly made: readonly (Thing | Group | undefined)[];
  readonly provider: Provider;
}

function make({ one, i, made, provider }: Making): Thing | Group | undefined {
  if (!one.present) return undefined;
  const earlier = (indexes: readonly number[]) => indexes.flatMap((at) => (at < i ? (made[at] ?? []) : []));
  const groups = (indexes: readonly number[]) =>
    earlier(indexes).filter((resource) => resource instanceof Group);
  const parent = groups([one.under]).find(({ isOpen }) => isOpen);
  for (const group of groups(one.waits)) group.close();
  const options = {
    ...(parent && { parent }),
    dependsOn: earlier(one.waits),
    protect: one.protect,
    retainOnDelete: one.retainOnDelete,
  };
  if (one.kind === "component") return new Group(`r${i}`, options);
  if (one.kind === "read") {
    return new Thing("fake:index:Thing", `r${i}`, { serial: undefined }, { ...options, id: `found-${i}` });
  }
  const taken = earlier(one.takes).filter((resource) => resource instanceof Thing);
  const serials = taken.map(({ serial }) => (one.inText ? pulumi.interpolate`serial=${serial};` : serial));
  return new Thing(
    "fake:index:Thing",
    `r${i}`,
    {
      serial: undefined,
      value: one.value,
      zone: one.zone,
      replaceOn: ["zone"],
      of: one.secret ? pulumi.secret(serials) : serials,
      lengths: taken.map(({ serial }) => serial.apply((text) => text.length)),
      ...(one.file && { file: new pulumi.asset.StringAsset(`content ${one.value}`) }),
      ...(one.reference && { friend: taken[0] }),
    },
    {
      ...options,
      ...(one.ownProvider && { provider }),
      ignoreChanges: one.ignoreZone ? ["zone"] : [],
      additionalSecretOutputs: one.secret ? ["serial"] : [],
      ...(one.timeout > 0 && { customTimeouts: { create: `${one.timeout}s` } }),
    },
  );
}
