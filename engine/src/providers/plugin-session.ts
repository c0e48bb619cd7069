import { dirname } from "node:path";
import pluginProtocol from "@pulumi/pulumi/proto/plugin_pb.js";
import protocol from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { ProviderError } from "../errors.ts";
import { CallError, Status } from "../grpc/status.ts";
import { isTruthy } from "../is-truthy.ts";
import { PluginClient } from "./plugin-client.ts";
import { deadlineVariable, type PluginDeadlines } from "./plugin-deadlines.ts";
import type { PluginProcess } from "./plugin-process.ts";
import { configureMessage } from "./plugin-requests.ts";
import { capabilitiesOfConfigure, capabilitiesOfHandshake } from "./plugin-responses.ts";
import type { ConfigureRequest, ProviderCapabilities } from "./provider.ts";
import type { ViewTokens } from "./resource-status.ts";

/** A process that serves a provider, and what to do about its end. */
export interface PluginConnection {
  readonly pkg: string;
  readonly process: PluginProcess;
  readonly deadlines: PluginDeadlines;
  /** The environment that the plugin has. */
  readonly env: { readonly [name: string]: string | undefined };
  /** Called once, when the process has ended without having been asked to. */
  readonly reportCrash: () => void;
  /** Called once, when the process had to be ended because it did not answer. */
  readonly reportHang: () => void;
}

const NO_CAPABILITIES: ProviderCapabilities = {
  acceptSecrets: false,
  acceptResources: false,
  acceptOutputs: false,
  supportsPreview: false,
  supportsAutonaming: false,
};

/** The life of one plugin from its first answer to its end, and what it said it can do. */
export class PluginSession {
  readonly pkg: string;
  readonly client: PluginClient;
  private readonly connection: PluginConnection;
  /** Undefined where the plugin has no handshake: then `Configure` tells. */
  private greeted: ProviderCapabilities | undefined;
  private configured: ProviderCapabilities | undefined;
  private ending: "running" | "cancelled" | "hung" = "running";
  private closing: Promise<void> | undefined;
  private nextLook: NodeJS.Timeout | undefined;

  constructor(connection: PluginConnection) {
    const { pkg, process } = connection;
    this.pkg = pkg;
    this.connection = connection;
    this.client = new PluginClient(process.port, {
      isGone: (milliseconds) => process.exitsWithin(milliseconds),
      wasEnded: () => this.ending === "hung",
    });
  }

  get capabilities(): ProviderCapabilities {
    return this.greeted ?? this.configured ?? NO_CAPABILITIES;
  }

  /** Waits for the plugin and learns what it can do. */
  async handshake(engine: {
    engineAddress: string;
    path?: string;
    viewTokens?: ViewTokens | undefined;
  }): Promise<void> {
    const { ready } = this.connection.deadlines;
    await this.client.ready(ready);
    const request = new protocol.ProviderHandshakeRequest()
      .setEngineAddress(engine.engineAddress)
      .setConfigureWithUrn(true)
      .setSupportsRefreshBeforeUpdate(true)
      .setInvokeWithPreview(true)
      .setAcceptsByteString(true)
      .setSupportsViews(engine.viewTokens !== undefined);
    if (engine.path !== undefined) {
      request.setRootDirectory(dirname(engine.path)).setProgramDirectory(dirname(engine.path));
    }
    const response = await orUnimplemented(this.client.call((service) => service.handshake, request, ready));
    if (response === undefined) return;
    this.greeted = this.wanted(capabilitiesOfHandshake(response));
  }

  async attach(engineAddress: string): Promise<void> {
    const request = new pluginProtocol.PluginAttach().setAddress(engineAddress);
    await this.client.call((service) => service.attach, request, this.connection.deadlines.ready);
  }

  /** The version that the plugin says it has; undefined where it says none. */
  async version(): Promise<string | undefined> {
    const { ready } = this.connection.deadlines;
    const info = await orUnimplemented(
      this.client.call((service) => service.getPluginInfo, new empty.Empty(), ready),
    );
    return info?.getVersion() || undefined;
  }

  /** Makes this plugin serve another package. Gives the package's name as the plugin says it. */
  async parameterize(parameter: { name: string; version: string; value: Uint8Array }): Promise<string> {
    const value = new protocol.ParameterizeRequest.ParametersValue()
      .setName(parameter.name)
      .setVersion(parameter.version)
      .setValue(parameter.value);
    const response = await this.client.call(
      (service) => service.parameterize,
      new protocol.ParameterizeRequest().setValue(value),
    );
    return response.getName();
  }

  async configure(request: ConfigureRequest): Promise<void> {
    const message = configureMessage(this.pkg, request);
    const deadline = this.connection.deadlines.configure;
    const response = await this.client
      .call((service) => service.configure, message, deadline)
      .catch((error: unknown) => {
        throw isLate(error) ? this.lateConfigure(deadline, error) : error;
      });
    this.configured = this.wanted(capabilitiesOfConfigure(response));
  }

  /** What the plugin can do, without what nobody wants of it. */
  private wanted(told: ProviderCapabilities): ProviderCapabilities {
    const isPreviewed = !isTruthy(this.connection.env["PULUMI_DISABLE_PROVIDER_PREVIEW"]);
    return { ...told, supportsPreview: told.supportsPreview && isPreviewed };
  }

  private lateConfigure(deadline: number, cause: unknown): ProviderError {
    const message =
      `${this.pkg} (resource) plugin did not answer Configure within ${deadline / 1000} s; ` +
      `${deadlineVariable("configure")} gives it more time`;
    return new ProviderError(message, { status: "ok", cause });
  }

  async cancel(): Promise<void> {
    const request = new empty.Empty();
    try {
      await orUnimplemented(
        this.client.call((service) => service.cancel, request, this.connection.deadlines.shutdown),
      );
      this.ending = "cancelled";
      this.watch();
    } catch {
      await this.endHanging();
    }
  }

  /** A call that was sent just before `Cancel` may hang the plugin just after it: from then on it is asked for a sign of life. */
  private watch(): void {
    const { shutdown } = this.connection.deadlines;
    const look = async () => {
      if (this.closing !== undefined) return;
      const call = this.client.call((service) => service.getPluginInfo, new empty.Empty(), shutdown);
      const isHanging = await call.then(
        () => false,
        (error: unknown) => isLate(error),
      );
      if (isHanging) await this.endHanging();
      else this.watch();
    };
    clearTimeout(this.nextLook);
    if (this.closing === undefined) this.nextLook = setTimeout(() => void look(), shutdown).unref();
  }

  /** A plugin that does not even answer `Cancel` will answer nothing: those who wait for it must not wait for ever. */
  private async endHanging(): Promise<void> {
    const { process, reportHang } = this.connection;
    if (this.ending === "hung" || (await process.exitsWithin(0))) return;
    this.ending = "hung";
    await process.stop();
    reportHang();
  }

  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async end(): Promise<void> {
    const { process, reportCrash } = this.connection;
    clearTimeout(this.nextLook);
    await this.cancel();
    this.client.close();
    await process.stop();
    if (this.ending === "running") reportCrash();
  }
}

function isLate(error: unknown): boolean {
  const cause = error instanceof ProviderError ? error.cause : undefined;
  return cause instanceof CallError && cause.code === Status.DEADLINE_EXCEEDED;
}

/** Undefined where the provider does not implement the call. */
export async function orUnimplemented<Response>(call: Promise<Response>): Promise<Response | undefined> {
  return call.catch((error: unknown) => {
    if (error instanceof ProviderError && error.unimplemented) return undefined;
    throw error;
  });
}
