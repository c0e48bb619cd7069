import { ProviderError } from "../errors.ts";
import { annotateSecrets, containsSecrets } from "../plan/secrets.ts";
import { type PropertyMap, propertyMap, Secret } from "../protocol/property-value.ts";
import type { PluginClient } from "./plugin-client.ts";
import { callMessage, constructMessage } from "./plugin-component-requests.ts";
import * as requests from "./plugin-requests.ts";
import * as responses from "./plugin-responses.ts";
import { orUnimplemented, type PluginSession } from "./plugin-session.ts";
import type * as contract from "./provider.ts";
import { PartialFailure, type Provider, type ProviderCapabilities } from "./provider.ts";
import { restoreAssets } from "./restore-assets.ts";

/** A provider in a process of its own, spoken to over gRPC. */
export class PluginProvider implements Provider {
  readonly pkg: string;
  readonly session: PluginSession;
  private readonly client: PluginClient;

  constructor(session: PluginSession) {
    this.pkg = session.pkg;
    this.session = session;
    this.client = session.client;
  }

  async checkConfig(request: contract.CheckConfigRequest): Promise<contract.CheckResult> {
    const message = requests.checkConfigMessage(request);
    const response = await orUnimplemented(this.client.call((client) => client.checkConfig, message));
    if (response === undefined) return { inputs: request.news, failures: [] };
    const inputs = responses.decodeAnswer(response.getInputs(), { unknowns: request.preview });
    return {
      inputs: annotateSecrets(inputs, request.news),
      failures: responses.decodeFailures(response.getFailuresList()),
    };
  }

  async diffConfig(request: contract.DiffConfigRequest): Promise<contract.DiffResult> {
    const message = requests.diffConfigMessage(request);
    const response = await orUnimplemented(this.client.call((client) => client.diffConfig, message));
    return response === undefined ? responses.UNKNOWN_DIFF : responses.decodeDiff(response);
  }

  async configure(request: contract.ConfigureRequest): Promise<ProviderCapabilities> {
    await this.session.configure(request);
    return this.session.capabilities;
  }

  async check(request: contract.CheckRequest): Promise<contract.CheckResult> {
    const message = requests.checkMessage(request, this.session.capabilities);
    const response = await this.client.call((client) => client.check, message);
    const inputs = responses.decodeAnswer(response.getInputs(), { unknowns: request.preview });
    return {
      inputs: this.annotate(inputs, request.news),
      failures: responses.decodeFailures(response.getFailuresList()),
    };
  }

  async diff(request: contract.DiffRequest): Promise<contract.DiffResult> {
    const message = requests.diffMessage(request, this.encode({ unknowns: true, elideAssets: true }));
    return responses.decodeDiff(await this.client.call((client) => client.diff, message));
  }

  async create(request: contract.CreateRequest): Promise<contract.CreateResult> {
    const { inputs, preview, urn } = request;
    // A provider without previews would create the object for real.
    if (preview && !this.session.capabilities.supportsPreview) return { id: "", outputs: inputs };
    const message = requests.createMessage(request, this.encode({ unknowns: preview }));
    const response = await this.whole(
      this.client.call((client) => client.create, message),
      inputs,
    );
    const id = response.getId();
    if (id === "" && !preview) {
      throw new ProviderError(`plugin returned empty resource.ID from create '${urn}'`, {
        status: "unknown",
      });
    }
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
    const message = requests.updateMessage(request, encode);
    const response = await this.whole(
      this.client.call((client) => client.update, message),
      newInputs,
    );
    const outputs = responses.decodeAnswer(response.getProperties(), { unknowns: preview });
    return {
      outputs: this.annotate(outputs, newInputs),
      refreshBeforeUpdate: response.getRefreshBeforeUpdate(),
    };
  }

  async delete(request: contract.DeleteRequest): Promise<void> {
    const message = requests.deleteMessage(request, this.encode({ unknowns: false, elideAssets: true }));
    await this.client.call((client) => client.delete, message);
  }

  async read(request: contract.ReadRequest): Promise<contract.ReadResult | undefined> {
    const message = requests.readMessage(request, this.encode({ unknowns: false, elideAssets: true }));
    const response = await this.whole(
      this.client.call((client) => client.read, message),
      request.state,
    );
    if (response.getId() === "" || !response.hasProperties()) return undefined;
    const known = { unknowns: false };
    const restore = (map: PropertyMap) => restoreAssets(map, request.inputs);
    const outputs = restore(responses.decodeAnswer(response.getProperties(), known));
    const inputs = response.hasInputs()
      ? restore(responses.decodeAnswer(response.getInputs(), known))
      : undefined;
    return {
      id: response.getId(),
      outputs: this.annotate(outputs, request.state),
      inputs: inputs && this.annotate(inputs, request.inputs),
      refreshBeforeUpdate: response.getRefreshBeforeUpdate(),
    };
  }

  async invoke(request: contract.InvokeRequest): Promise<contract.InvokeResult> {
    const message = requests.invokeMessage(request, this.encode({ unknowns: false }));
    const response = await this.client.call((client) => client.invoke, message);
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

  async construct(request: contract.ConstructRequest): Promise<contract.ConstructResult> {
    const message = constructMessage(request, this.encode({ unknowns: true, outputs: true }));
    const response = await this.client.call((client) => client.construct, message);
    return {
      urn: response.getUrn(),
      outputs: responses.decodeAnswer(response.getState(), { unknowns: true }),
      outputDependencies: responses.decodeDependencies(response.getStatedependenciesMap()),
    };
  }

  async call(request: contract.CallRequest): Promise<contract.CallResult> {
    const message = callMessage(request, this.encode({ unknowns: true, outputs: true }));
    const response = await this.client.call((client) => client.call, message);
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

  /** Marks secrets in the object of a partial failure, too. */
  private async whole<Response>(call: Promise<Response>, inputs: PropertyMap): Promise<Response> {
    return call.catch((error: unknown) => {
      if (!(error instanceof PartialFailure)) throw error;
      const { id, outputs, reasons } = error;
      const object = { id, outputs: this.annotate(outputs, inputs), inputs: error.inputs, reasons };
      throw new PartialFailure(error.message, object);
    });
  }
}

function secretEach(map: PropertyMap): PropertyMap {
  return propertyMap(
    Object.entries(map).map(([key, value]) => [key, value instanceof Secret ? value : new Secret(value)]),
  );
}
