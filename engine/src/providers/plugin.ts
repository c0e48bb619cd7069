import { ProviderError } from "../errors.ts";
import { annotateSecrets, containsSecrets } from "../plan/secrets.ts";
import { type PropertyMap, propertyMap, Secret } from "../protocol/property-value.ts";
import { askForMapping } from "./ask-for-mapping.ts";
import type { PluginClient } from "./plugin-client.ts";
import { callMessage, constructMessage } from "./plugin-component-requests.ts";
import * as requests from "./plugin-requests.ts";
import * as responses from "./plugin-responses.ts";
import { orUnimplemented, type PluginSession } from "./plugin-session.ts";
import type * as contract from "./provider.ts";
import { PartialFailure, type Provider, type ProviderCapabilities } from "./provider.ts";
import type { ViewService } from "./resource-status.ts";
import { restoreAssets } from "./restore-assets.ts";
import { withKeptSecrets } from "./view-secrets.ts";

interface Told extends Pick<contract.CreateRequest, "views" | "preview"> {
  readonly known: PropertyMap;
}

/** A provider in a process of its own, spoken to over gRPC. */
export class PluginProvider implements Provider {
  readonly pkg: string;
  readonly session: PluginSession;
  private readonly client: PluginClient;
  private readonly views: ViewService | undefined;

  /** `views`: where the plugin may tell of views. */
  constructor(session: PluginSession, views: ViewService | undefined) {
    this.pkg = session.pkg;
    this.session = session;
    this.views = views;
    this.client = session.client;
  }

  async checkConfig(request: contract.CheckConfigRequest): Promise<contract.CheckResult> {
    const message = requests.checkConfigMessage(request);
    const response = await orUnimplemented(this.client.call((service) => service.checkConfig, message));
    if (response === undefined) return { inputs: request.news, failures: [] };
    const inputs = responses.decodeAnswer(response.getInputs(), { unknowns: request.preview });
    return {
      inputs: annotateSecrets(inputs, request.news),
      failures: responses.decodeFailures(response.getFailuresList()),
    };
  }

  async diffConfig(request: contract.DiffConfigRequest): Promise<contract.DiffResult> {
    const message = requests.diffConfigMessage(request);
    const response = await orUnimplemented(this.client.call((service) => service.diffConfig, message));
    return response === undefined ? responses.UNKNOWN_DIFF : responses.decodeDiff(response);
  }

  async configure(request: contract.ConfigureRequest): Promise<ProviderCapabilities> {
    await this.session.configure(request);
    return this.session.capabilities;
  }

  async check(request: contract.CheckRequest): Promise<contract.CheckResult> {
    const message = requests.checkMessage(request, this.session.capabilities);
    const response = await this.client.call((service) => service.check, message);
    const inputs = responses.decodeAnswer(response.getInputs(), { unknowns: request.preview });
    return {
      inputs: this.annotate(inputs, request.news),
      failures: responses.decodeFailures(response.getFailuresList()),
      ignoresAutonaming: request.autonaming !== undefined && !this.session.capabilities.supportsAutonaming,
    };
  }

  async diff(request: contract.DiffRequest): Promise<contract.DiffResult> {
    const message = requests.diffMessage(request, this.encode({ unknowns: true, elideAssets: true }));
    return responses.decodeDiff(await this.client.call((service) => service.diff, message));
  }

  async create(request: contract.CreateRequest): Promise<contract.CreateResult> {
    const { inputs, preview, urn } = request;
    // A provider without previews would create the object for real.
    if (preview && !this.session.capabilities.supportsPreview) return { id: "", outputs: inputs };
    const encode = this.encode({ unknowns: preview });
    const response = await this.telling({ ...request, known: inputs }, (place) =>
      this.client.call((service) => service.create, requests.createMessage(request, encode, place)),
    ).catch((error: unknown) => {
      throw error instanceof PartialFailure && error.id === "" && !preview ? withoutId(urn) : error;
    });
    const id = response.getId();
    if (id === "" && !preview) throw withoutId(urn);
    const outputs = responses.decodeAnswer(response.getProperties(), { unknowns: preview });
    return {
      id,
      outputs: this.annotate(outputs, inputs),
      refreshBeforeUpdate: response.getRefreshBeforeUpdate(),
    };
  }

  async update(request: contract.UpdateRequest): Promise<contract.UpdateResult> {
    const { newInputs, preview } = request;
    if (preview && !this.session.capabilities.supportsPreview) return { outputs: newInputs };
    const encode = {
      old: this.encode({ unknowns: preview, elideAssets: true }),
      new: this.encode({ unknowns: preview }),
    };
    const response = await this.telling({ ...request, known: newInputs }, (place) =>
      this.client.call((service) => service.update, requests.updateMessage(request, encode, place)),
    );
    const outputs = responses.decodeAnswer(response.getProperties(), { unknowns: preview });
    return {
      outputs: this.annotate(outputs, newInputs),
      refreshBeforeUpdate: response.getRefreshBeforeUpdate(),
    };
  }

  async delete(request: contract.DeleteRequest): Promise<void> {
    const encode = this.encode({ unknowns: false, elideAssets: true });
    await this.telling({ ...request, known: request.oldInputs, preview: false }, (place) =>
      this.client.call((service) => service.delete, requests.deleteMessage(request, encode, place)),
    );
  }

  async read(request: contract.ReadRequest): Promise<contract.ReadResult | undefined> {
    const encode = this.encode({ unknowns: false, elideAssets: true });
    const response = await this.telling({ ...request, known: request.state, preview: false }, (place) =>
      this.client.call((service) => service.read, requests.readMessage(request, encode, place)),
    ).catch((error: unknown) => {
      throw error instanceof PartialFailure ? error.with(this.liveObject(error, request)) : error;
    });
    if (!response.hasProperties()) return undefined;
    const known = { unknowns: false };
    const outputs = responses.decodeAnswer(response.getProperties(), known);
    const inputs = response.hasInputs() ? responses.decodeAnswer(response.getInputs(), known) : undefined;
    const refreshBeforeUpdate = response.getRefreshBeforeUpdate();
    return { id: response.getId(), ...this.liveObject({ inputs, outputs }, request), refreshBeforeUpdate };
  }

  /** What was read, with what the provider was not told of it: the contents of assets, and what is secret. */
  private liveObject(
    { inputs, outputs }: Pick<contract.ReadResult, "inputs" | "outputs">,
    request: contract.ReadRequest,
  ): Pick<contract.ReadResult, "inputs" | "outputs"> {
    const restore = (map: PropertyMap, known: PropertyMap) =>
      this.annotate(restoreAssets(map, request.inputs), known);
    return {
      outputs: restore(outputs, request.state),
      inputs: inputs && restore(inputs, request.inputs),
    };
  }

  async invoke(request: contract.InvokeRequest): Promise<contract.InvokeResult> {
    const message = requests.invokeMessage(request, this.encode({ unknowns: false }));
    const response = await this.client.call((service) => service.invoke, message);
    const result = responses.decodeAnswer(response.getReturn(), { unknowns: false });
    const isTainted = !this.session.capabilities.acceptSecrets && containsSecrets(request.args);
    return {
      result: isTainted ? secretEach(result) : result,
      failures: responses.decodeFailures(response.getFailuresList()),
    };
  }

  async parameterize(request: contract.ParameterizeRequest): Promise<void> {
    const name = await this.session.parameterize(request);
    if (name === request.name) return;
    const message = `parameterize response name ${JSON.stringify(name)} does not match expected package ${JSON.stringify(request.name)}`;
    throw new ProviderError(message, { status: "unknown" });
  }

  mapping(request: contract.MappingRequest): Promise<Uint8Array | undefined> {
    return askForMapping(this.client, request);
  }

  async construct(request: contract.ConstructRequest): Promise<contract.ConstructResult> {
    if (!this.session.capabilities.acceptSecrets) {
      throw new ProviderError("plugins that can construct components must support secrets", { status: "ok" });
    }
    const message = constructMessage(request, this.encode({ unknowns: true, outputs: true }));
    const response = await this.client.call((service) => service.construct, message);
    return {
      urn: response.getUrn(),
      outputs: responses.decodeAnswer(response.getState(), { unknowns: true }),
      outputDependencies: responses.decodeDependencies(response.getStatedependenciesMap()),
    };
  }

  async call(request: contract.CallRequest): Promise<contract.CallResult> {
    const message = callMessage(request, this.encode({ unknowns: true, outputs: true }));
    const response = await this.client.call((service) => service.call, message);
    return {
      result: responses.decodeAnswer(response.getReturn(), { unknowns: true }),
      resultDependencies: responses.decodeDependencies(response.getReturndependenciesMap()),
      failures: responses.decodeFailures(response.getFailuresList()),
    };
  }

  cancel(): Promise<void> {
    return this.session.cancel();
  }

  close(): Promise<void> {
    return this.session.close();
  }

  private encode(options: Parameters<typeof requests.encodeFor>[1]): requests.Encode {
    return requests.encodeFor(this.session.capabilities, options);
  }

  /** Marks what the provider could not be told is secret. */
  private annotate(outputs: PropertyMap, inputs: PropertyMap): PropertyMap {
    return this.session.capabilities.acceptSecrets ? outputs : annotateSecrets(outputs, inputs);
  }

  /** Makes a call in which the plugin may tell of views. `known` says what is secret. */
  private telling<Answer>(
    request: Told,
    ask: (place: requests.StatusPlace) => Promise<Answer>,
  ): Promise<Answer> {
    const { views, known, preview } = request;
    const { acceptSecrets } = this.session.capabilities;
    if (views === undefined || this.views === undefined) {
      return this.whole(ask({ address: "", token: "" }), known);
    }
    const { address, tokens } = this.views;
    const call = { views: acceptSecrets ? views : withKeptSecrets(views, known), preview };
    return this.whole(
      tokens.during(call, (token) => ask({ address, token })),
      known,
    );
  }

  /** Marks secrets in the object of a partial failure, too. */
  private async whole<Response>(call: Promise<Response>, inputs: PropertyMap): Promise<Response> {
    return call.catch((error: unknown) => {
      if (!(error instanceof PartialFailure)) throw error;
      throw error.with({ outputs: this.annotate(error.outputs, inputs) });
    });
  }
}

/** What has no id cannot be recorded, be it whole or in part. */
function withoutId(urn: string): ProviderError {
  return new ProviderError(`plugin returned empty resource.ID from create '${urn}'`, { status: "unknown" });
}

function secretEach(map: PropertyMap): PropertyMap {
  return propertyMap(
    Object.entries(map).map(([key, value]) => [key, value instanceof Secret ? value : new Secret(value)]),
  );
}
