import { ProviderError, UserError } from "../errors.ts";
import type { Diagnostic } from "../events.ts";
import type { OperationContext } from "../operation.ts";
import { packageOfProviderType, parseProviderReference, providerReference, urnName } from "../plan/urn.ts";
import { containsUnknowns, type PropertyMap } from "../protocol/property-value.ts";

import { UNKNOWN_VALUE } from "../protocol/signatures.ts";
import type { Extension } from "../state/extensions.ts";
import type { ResourceState } from "../state/resource.ts";
import { whenConfigured } from "./configured-provider.ts";
import { pluginOf, withoutPluginNotes } from "./plugin-inputs.ts";
import type { Provider, ProviderHost } from "./provider.ts";
import { createPulumiProvider, type ReadStack } from "./pulumi/provider.ts";

export interface RegistryArgs {
  readonly host: ProviderHost;
  readonly preview: boolean;
  readonly diagnostics: (diagnostic: Diagnostic) => void;
  readonly random: OperationContext["random"];
  /** Reads other stacks for stack references; absent = there are none. */
  readonly readStack?: ReadStack | undefined;
}

/** What identifies a provider resource. */
export interface ProviderIdentity {
  readonly urn: string;
  readonly type: string;
  /** "" = not known yet. */
  readonly id: string;
}

/** The providers of one operation: those loaded to check a configuration, and those in use. */
export class ProviderPool {
  private readonly args: RegistryArgs;
  /** By URN. */
  private readonly candidates = new Map<string, Provider>();
  /** By reference; undefined = loaded, and waiting for a configuration that is not known yet. */
  private readonly active = new Map<string, Provider | undefined>();
  private readonly ensuring = new Map<string, Promise<void>>();
  private readonly renamed = new Map<string, string>();
  /** What each instance was extended with. */
  private readonly extended = new WeakMap<Provider, Map<string, Promise<void>>>();

  constructor(args: RegistryArgs) {
    this.args = args;
  }

  /** What is recorded will probably be used: its plugin can start meanwhile. */
  expect(state: ResourceState): void {
    const pkg = packageOfProviderType(state.type);
    if (pkg === "pulumi" || this.active.has(referenceOf(state))) return;
    this.args.host.expect?.(pluginOf(pkg, state.inputs));
  }

  /** Loads the plugin that the inputs ask for, to check a configuration with. */
  async loadCandidate(provider: Omit<ProviderIdentity, "id">, inputs: PropertyMap): Promise<Provider> {
    await this.dropCandidate(provider.urn);
    const loaded = await this.load(provider, inputs);
    this.candidates.set(provider.urn, loaded);
    return loaded;
  }

  async dropCandidate(urn: string): Promise<void> {
    const candidate = this.candidates.get(urn);
    this.candidates.delete(urn);
    await candidate?.close();
  }

  warn(urn: string, text: string): void {
    this.args.diagnostics(diagnostic("warning", urn, text));
  }

  /** The instance to compare configurations with: the candidate, else the one in use, else a new one. */
  async findForDiff(provider: ProviderIdentity, inputs: PropertyMap): Promise<Provider> {
    return (
      this.candidates.get(provider.urn) ??
      this.active.get(referenceOf(provider)) ??
      (await this.loadCandidate(provider, inputs))
    );
  }

  /** Puts a provider to use, unless part of its configuration is not known yet. */
  async activate(provider: ProviderIdentity, inputs: PropertyMap): Promise<void> {
    const candidate = this.candidates.get(provider.urn) ?? (await this.load(provider, inputs));
    this.candidates.delete(provider.urn);
    return this.use(candidate, provider, inputs);
  }

  private async use(candidate: Provider, provider: ProviderIdentity, inputs: PropertyMap): Promise<void> {
    const { urn, type, id } = provider;
    if (containsUnknowns(inputs)) {
      this.active.set(referenceOf(provider), undefined);
      return candidate.close();
    }
    const request = { urn, name: urnName(urn), type, id, inputs: withoutPluginNotes(inputs) };
    const configured = candidate.configure(request);
    this.active.set(referenceOf(provider), whenConfigured(candidate, configured));
  }

  /** A provider that did not change keeps running where it already does. */
  async keep(state: ResourceState): Promise<void> {
    if (this.active.has(referenceOf(state))) await this.dropCandidate(state.urn);
    else await this.activate(state, state.inputs);
  }

  async deactivate(provider: ProviderIdentity): Promise<void> {
    const reference = referenceOf(provider);
    const active = this.active.get(reference);
    this.active.delete(reference);
    await active?.close();
  }

  get(reference: string): Provider | undefined {
    const found = this.inUse(reference);
    if (found !== undefined) return this.active.get(found);
    throw new UserError("provider-unknown", `unknown provider '${reference}'`);
  }

  /** The reference by which a provider is in use: as it is called in this run, else as it was recorded. */
  private inUse(reference: string): string | undefined {
    const { urn, id } = parseProviderReference(reference);
    const known = [providerReference(this.renamed.get(urn) ?? urn, id), reference];
    return known.find((candidate) => this.active.has(candidate));
  }

  /** Makes a provider serve an extension; each instance is told once. */
  async extend(reference: string, { name, version, value }: Extension): Promise<void> {
    const provider = this.get(reference);
    if (provider === undefined) return;
    if (provider.parameterize === undefined) {
      throw new UserError(
        "extension-not-supported",
        `the provider '${provider.pkg}' cannot be extended with '${name}'`,
      );
    }
    const told = this.extended.get(provider) ?? new Map<string, Promise<void>>();
    this.extended.set(provider, told);
    const key = [name, version, value].join("\n");
    const bytes = new Uint8Array(Buffer.from(value, "base64"));
    const asked = told.get(key) ?? provider.parameterize({ name, version, value: bytes });
    told.set(key, asked);
    await asked.catch((error: unknown) => {
      told.delete(key);
      throw error;
    });
  }

  /** Puts a recorded provider to use unless it is, as it was recorded. */
  async ensure(state: ResourceState): Promise<void> {
    const reference = referenceOf(state);
    if (this.inUse(reference) !== undefined) return;
    const running = this.ensuring.get(reference) ?? this.activateRecorded(state);
    this.ensuring.set(reference, running);
    try {
      await running;
    } finally {
      this.ensuring.delete(reference);
    }
  }

  /**
   * Beside a candidate for a new configuration there may be the recorded provider: it needs an instance of its own.
   * Where the new one is put to use meanwhile, that stays.
   */
  private async activateRecorded(state: ResourceState): Promise<void> {
    const loaded = await this.load(state, state.inputs);
    if (this.inUse(referenceOf(state)) !== undefined) await loaded.close();
    else await this.use(loaded, state, state.inputs);
  }

  rename(oldUrn: string, newUrn: string): void {
    this.renamed.set(oldUrn, newUrn);
  }

  async cancel(): Promise<void> {
    const all = [...this.candidates.values(), ...this.active.values()];
    await Promise.all(all.map((provider) => provider?.cancel()));
  }

  private async load(provider: Omit<ProviderIdentity, "id">, inputs: PropertyMap): Promise<Provider> {
    const { host, diagnostics, random, readStack } = this.args;
    const pkg = packageOfProviderType(provider.type);
    if (pkg === "pulumi") {
      return createPulumiProvider({
        readStack: readStack ?? noStacks,
        uuid: () => random.uuid(),
        warn: (urn, text) => this.warn(urn, text),
        inform: (text) => diagnostics(diagnostic("info", "", text)),
      });
    }
    const spec = pluginOf(pkg, inputs);
    const message = `Loading provider ${spec.pkg} ${spec.version}`.trimEnd();
    diagnostics(diagnostic("debug", provider.urn, message));
    return host.load(spec).catch((error: unknown) => {
      throw withAdvice(error);
    });
  }
}

/** A provider's failure is told as a diagnostic of its resource, which has no place for help but the message. */
function withAdvice(error: unknown): unknown {
  if (!(error instanceof UserError) || error.code !== "plugin-failed" || error.help === undefined)
    return error;
  return new UserError(error.code, `${error.message}\n${error.help}`, { cause: error });
}

async function noStacks(name: string): Promise<never> {
  throw new ProviderError(`unknown stack ${JSON.stringify(name)}`);
}

function referenceOf({ urn, id }: Pick<ProviderIdentity, "urn" | "id">): string {
  return providerReference(urn, id === "" ? UNKNOWN_VALUE : id);
}

function diagnostic(severity: "debug" | "info" | "warning", urn: string, text: string): Diagnostic {
  return { severity, message: `${text}\n`, urn, prefix: `${severity}: `, streamId: 0, ephemeral: false };
}
