import type {
  ComponentSpec,
  CustomSpec,
  ProgramSpec,
  ProviderSpec,
  ReadSpec,
  Ref,
  ResourceSpec,
} from "./program-spec.ts";
import type { Random } from "./random.ts";

const NAMES = ["a", "b", "c", "d", "e", "f", "g", "h"] as const;
const TYPES = ["fake:index:Thing", "fake:index:Box", "alt:index:Thing"] as const;
const MOST = 8;

/** A program that changes from stage to stage. */
export class ProgramDraft {
  readonly random: Random;
  resources: ResourceSpec[] = [];
  private keys = 0;
  /** What the program does with the object that is there already: it reads it, or imports it once. */
  private wild: "nothing" | "read" | "imported" = "nothing";

  constructor(random: Random) {
    this.random = random;
  }

  snapshot(flags: Omit<ProgramSpec, "resources">): ProgramSpec {
    return { resources: [...this.resources], ...flags };
  }

  /** A name that nothing has now; it may have been in use before. */
  freeName(): string | undefined {
    return this.random.pickAny(NAMES.filter((name) => !this.resources.some((spec) => spec.name === name)));
  }

  customs(): readonly CustomSpec[] {
    return this.resources.filter((spec) => spec.kind === "custom");
  }

  replace(spec: ResourceSpec): void {
    this.resources = this.resources.map((other) => (other.key === spec.key ? spec : other));
  }

  /** Adds a resource that may refer to those that are there. */
  add(): void {
    const name = this.freeName();
    if (name === undefined || this.resources.length >= MOST) return;
    const key = `k${++this.keys}`;
    const kind = this.random.below(20);
    const place = this.place();
    if (kind < 3)
      this.resources.push({ kind: "component", key, name, output: 1, ...place } satisfies ComponentSpec);
    else if (kind < 4) this.resources.push(this.provider(key, name));
    else if (kind < 5 && this.wild !== "imported") this.resources.push(this.read(key, name));
    else this.resources.push(this.imported(this.custom(key, name, place)));
  }

  private place(): { readonly parent?: string; readonly dependsOn?: readonly string[] } {
    const parents = this.resources.filter(
      ({ kind }) => kind === "component" || (kind === "custom" && this.random.chance(0.2)),
    );
    const parent = this.random.chance(0.4) ? this.random.pickAny(parents)?.key : undefined;
    const needed = this.random.chance(0.15) ? this.random.pickAny(this.resources)?.key : undefined;
    return { ...(parent && { parent }), ...(needed && { dependsOn: [needed] }) };
  }

  private read(key: string, name: string): ReadSpec {
    this.wild = "read";
    return { kind: "read", key, name, type: TYPES[0], id: "wild-1" };
  }

  private imported(spec: CustomSpec): CustomSpec {
    if (this.wild !== "nothing" || spec.type !== TYPES[0] || !this.random.chance(0.06)) return spec;
    this.wild = "imported";
    return { ...spec, importId: "wild-1" };
  }

  private provider(key: string, name: string): ProviderSpec {
    return {
      kind: "provider",
      key,
      name,
      pkg: this.random.chance(0.7) ? "fake" : "alt",
      region: 0,
      endpoint: 0,
    };
  }

  private custom(key: string, name: string, place: ReturnType<ProgramDraft["place"]>): CustomSpec {
    const { random } = this;
    const type = random.chance(0.6) ? TYPES[0] : random.pick(TYPES);
    const provider = random.chance(0.4) ? this.providerFor(type, key) : undefined;
    const spec: CustomSpec = {
      kind: "custom",
      key,
      name,
      type,
      value: 1,
      zone: 0,
      ...place,
      ...(provider && { provider }),
    };
    const refs = this.refs(key);
    return { ...spec, ...(refs.length > 0 && { refs }), ...this.options() };
  }

  /** An explicit provider of a type's package that comes before the resource with this key. */
  providerFor(type: string, key: string): string | undefined {
    const pkg = type.split(":")[0];
    const fitting = this.before(key).filter((spec) => spec.kind === "provider" && spec.pkg === pkg);
    return this.random.pickAny(fitting)?.key;
  }

  private before(key: string): readonly ResourceSpec[] {
    const end = this.resources.findIndex((spec) => spec.key === key);
    return this.resources.slice(0, end < 0 ? undefined : end);
  }

  /** Properties from resources that come before the one with this key. */
  refs(key: string): readonly Ref[] {
    const { random } = this;
    const earlier = this.before(key).filter((spec) => spec.kind === "custom");
    return Array.from({ length: random.below(3) }, () => random.pickAny(earlier)).flatMap((to): Ref[] =>
      to === undefined ? [] : [this.ref(to)],
    );
  }

  private ref(to: CustomSpec): Ref {
    const { random } = this;
    const output = random.pick(
      to.token ? (["id", "serial", "value", "token"] as const) : (["id", "serial", "value"] as const),
    );
    return { to: to.key, property: random.chance(0.6) ? "link" : "base", output };
  }

  /** A few options, each of them rare. */
  private options(): Partial<CustomSpec> {
    const { random } = this;
    return {
      ...(random.chance(0.1) && { protect: true }),
      ...(random.chance(0.15) && { secret: true }),
      ...(random.chance(0.1) && { token: true }),
      ...(random.chance(0.15) && { deleteFirst: true }),
      ...(random.chance(0.12) && { deleteBeforeReplace: random.chance(0.7) }),
      ...(random.chance(0.08) && { retainOnDelete: true }),
      ...(random.chance(0.08) && { ignoreChanges: ["value"] }),
      ...(random.chance(0.08) && { replaceOnChanges: [random.pick(["value", "link", "*"])] }),
      ...(random.chance(0.06) && { trigger: 1 }),
      ...this.companions(),
    };
  }

  private companions(): Pick<CustomSpec, "deletedWith" | "replaceWith"> {
    const { random } = this;
    const deletedWith = random.chance(0.1) ? random.pickAny(this.customs())?.key : undefined;
    const replaceWith = random.chance(0.08) ? random.pickAny(this.customs())?.key : undefined;
    return { ...(deletedWith && { deletedWith }), ...(replaceWith && { replaceWith: [replaceWith] }) };
  }
}
