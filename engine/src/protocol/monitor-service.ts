import callback, { type Callback } from "@pulumi/pulumi/proto/callback_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import type {
  ExistsResourceRequest,
  ReadResourceRequest,
  RegisterErrorHookRequest,
  RegisterPackageRequest,
  RegisterResourceHookRequest,
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  ResourceCallRequest,
  ResourceInvokeRequest,
  SupportsFeatureRequest,
} from "@pulumi/pulumi/proto/resource_pb.js";
import resource from "@pulumi/pulumi/proto/resource_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import type { Metadata } from "../grpc/method.ts";
import { methodsOf } from "../grpc/methods-of.ts";
import type { GrpcService } from "../grpc/server.ts";
import { RpcError } from "../grpc/server-connection.ts";
import { Status } from "../grpc/status.ts";
import type { RunInfo } from "../providers/provider.ts";
import {
  decodeCall,
  decodeExists,
  decodeInvoke,
  decodePackageDescription,
  decodeRead,
  decodeRegister,
} from "./decode-monitor.ts";
import { encodeCall, encodeInvoke, encodeRead, encodeRegister } from "./encode-monitor.ts";
import { GET_RESOURCE, type Monitor } from "./monitor.ts";
import { createRegisterDecoder } from "./register-decoder.ts";
import type { RemoteCallbacks } from "./remote-callbacks.ts";
import { leavingStructs } from "./struct-fields.ts";
import { decodeStruct } from "./wire.ts";

const MONITOR_METHODS = methodsOf("pulumirpc.ResourceMonitor", {
  getDeploymentInfo: [empty.Empty, resource.DeploymentInfo],
  supportsFeature: [resource.SupportsFeatureRequest, resource.SupportsFeatureResponse],
  registerResource: [resource.RegisterResourceRequest, resource.RegisterResourceResponse],
  registerResourceOutputs: [resource.RegisterResourceOutputsRequest, empty.Empty],
  readResource: [resource.ReadResourceRequest, resource.ReadResourceResponse],
  existsResource: [resource.ExistsResourceRequest, resource.ExistsResourceResponse],
  invoke: [resource.ResourceInvokeRequest, provider.InvokeResponse],
  call: [resource.ResourceCallRequest, provider.CallResponse],
  registerPackage: [resource.RegisterPackageRequest, resource.RegisterPackageResponse],
  registerStackTransform: [callback.Callback, empty.Empty],
  registerStackInvokeTransform: [callback.Callback, empty.Empty],
  registerResourceHook: [resource.RegisterResourceHookRequest, empty.Empty],
  registerErrorHook: [resource.RegisterErrorHookRequest, empty.Empty],
  signalAndWaitForShutdown: [empty.Empty, empty.Empty],
});

const Feature = resource.ResourceMonitorFeature;

/** What programs may rely on, with the ids that SDKs from before GetDeploymentInfo ask for. The SDK has no other guard. */
const FEATURES: readonly { readonly id: string; readonly feature: number }[] = [
  { id: "secrets", feature: Feature.RESOURCE_MONITOR_FEATURE_SECRETS },
  { id: "resourceReferences", feature: Feature.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES },
  { id: "outputValues", feature: Feature.RESOURCE_MONITOR_FEATURE_OUTPUT_VALUES },
  { id: "aliasSpecs", feature: Feature.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS },
  { id: "replacementTrigger", feature: Feature.RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER },
  { id: "deletedWith", feature: Feature.RESOURCE_MONITOR_FEATURE_DELETED_WITH },
  { id: "replaceWith", feature: Feature.RESOURCE_MONITOR_FEATURE_REPLACE_WITH },
  { id: "transforms", feature: Feature.RESOURCE_MONITOR_FEATURE_TRANSFORMS },
  { id: "invokeTransforms", feature: Feature.RESOURCE_MONITOR_FEATURE_INVOKE_TRANSFORMS },
  { id: "parameterization", feature: Feature.RESOURCE_MONITOR_FEATURE_PARAMETERIZATION },
  { id: "resourceHooks", feature: Feature.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS },
  { id: "errorHooks", feature: Feature.RESOURCE_MONITOR_FEATURE_ERROR_HOOKS },
  { id: "sendsOptionsToHooks", feature: Feature.RESOURCE_MONITOR_FEATURE_SENDS_OPTIONS_TO_HOOKS },
  { id: "", feature: Feature.RESOURCE_MONITOR_FEATURE_INVOKE_DEPENDS_ON },
  { id: "", feature: Feature.RESOURCE_MONITOR_FEATURE_INVOKE_PARENT },
];

/**
 * Serves `pulumirpc.ResourceMonitor` for one run of a program. `info` is asked at each call: it knows the address late.
 * Of `withheld` the program is told that it is not there.
 */
export function monitorService(
  monitor: Monitor,
  info: () => RunInfo,
  callbacks: RemoteCallbacks,
  withheld: readonly string[] = [],
): GrpcService {
  const { registerResource, registerResourceOutputs } = MONITOR_METHODS;
  return {
    definition: {
      ...MONITOR_METHODS,
      registerResource: { ...registerResource, requestDeserialize: createRegisterDecoder() },
      registerResourceOutputs: {
        ...registerResourceOutputs,
        requestDeserialize: leavingStructs(registerResourceOutputs.requestDeserialize, {
          2: (message, struct) => message.setOutputs(struct),
        }),
      },
    },
    implementation: {
      ...discovery(
        info,
        FEATURES.filter(({ id }) => !withheld.includes(id)),
      ),
      ...registrations(monitor, callbacks),
      ...callbackRegistrations(monitor, callbacks),
      ...functions(monitor),
      signalAndWaitForShutdown: async () => {
        await monitor.waitForShutdown();
        return new empty.Empty();
      },
    },
  };
}

function discovery(info: () => RunInfo, features: typeof FEATURES): GrpcService["implementation"] {
  return {
    getDeploymentInfo: async () => describeDeployment(info(), features),
    supportsFeature: async (request: SupportsFeatureRequest) => {
      const id = request.getId();
      const known = id !== "" && features.some((feature) => feature.id === id);
      return new resource.SupportsFeatureResponse().setHassupport(known);
    },
  };
}

function describeDeployment(info: RunInfo, features: typeof FEATURES) {
  const message = new resource.DeploymentInfo()
    .setProject(info.project)
    .setStack(info.stack)
    .setOrganization(info.organization)
    .setConfigsecretkeysList([...info.configSecretKeys])
    .setDryrun(info.dryRun)
    .setParallel(info.parallel)
    .setSupportedfeaturesList(features.map(({ feature }) => feature as 0));
  for (const [key, value] of Object.entries(info.config)) message.getConfigMap().set(key, value);
  return message;
}

function registrations(monitor: Monitor, callbacks: RemoteCallbacks): GrpcService["implementation"] {
  return {
    registerResource: async (request: RegisterResourceRequest, metadata) => {
      if (request.getStateMigrationsList().length > 0) {
        const details = "state migrations are not supported by this deployment";
        throw new RpcError(Status.FAILED_PRECONDITION, details);
      }
      const legacyAliases = !request.getAliasspecs() && isNode(metadata);
      const decoded = decodeRegister(request, { legacyAliases, callbacks });
      const response = await monitor.register(decoded);
      if (response.result !== "success" && !decoded.supportsResultReporting) {
        throw new RpcError(Status.INTERNAL, "resource registration failed");
      }
      return encodeRegister(response, {
        secrets: request.getAcceptsecrets(),
        resources: request.getAcceptresources(),
        partialValues: decoded.supportsPartialValues,
        byteStrings: request.getAcceptsByteString(),
      });
    },
    registerResourceOutputs: async (request: RegisterResourceOutputsRequest) => {
      await monitor.registerOutputs(request.getUrn(), decodeStruct(request.getOutputs()));
      return new empty.Empty();
    },
    existsResource: async (request: ExistsResourceRequest) => {
      const { exists, unknown } = await monitor.exists(decodeExists(request));
      return new resource.ExistsResourceResponse().setExists(exists).setUnknown(unknown);
    },
    readResource: async (request: ReadResourceRequest) => {
      return encodeRead(await monitor.read(decodeRead(request)), {
        secrets: request.getAcceptsecrets(),
        resources: request.getAcceptresources(),
        partialValues: true,
        byteStrings: request.getAcceptsByteString(),
      });
    },
  };
}

function callbackRegistrations(monitor: Monitor, callbacks: RemoteCallbacks): GrpcService["implementation"] {
  const acknowledge = async (registered: Promise<void>) => {
    await registered;
    return new empty.Empty();
  };
  return {
    registerStackTransform: async (callback: Callback) =>
      acknowledge(monitor.registerStackTransform(callbacks.transform(callback))),
    registerStackInvokeTransform: async (callback: Callback) =>
      acknowledge(monitor.registerStackInvokeTransform(callbacks.invokeTransform(callback))),
    registerResourceHook: async (request: RegisterResourceHookRequest) =>
      acknowledge(monitor.registerResourceHook(callbacks.resourceHook(request))),
    registerErrorHook: async (request: RegisterErrorHookRequest) =>
      acknowledge(monitor.registerErrorHook(callbacks.errorHook(request))),
  };
}

function functions(monitor: Monitor): GrpcService["implementation"] {
  return {
    invoke: async (request: ResourceInvokeRequest) => {
      return encodeInvoke(await monitor.invoke(decodeInvoke(request)), {
        secrets: true,
        // What asks for a resource can make something of a reference, whatever else it says.
        resources: request.getAcceptresources() || request.getTok() === GET_RESOURCE,
        partialValues: true,
        byteStrings: request.getAcceptsByteString(),
      });
    },
    call: async (request: ResourceCallRequest) => {
      const all = { secrets: true, resources: true, partialValues: true };
      const byteStrings = request.getAcceptsByteString();
      return encodeCall(await monitor.call(decodeCall(request)), { ...all, byteStrings });
    },
    registerPackage: async (request: RegisterPackageRequest) => {
      const ref = await monitor.registerPackage(decodePackageDescription(request));
      return new resource.RegisterPackageResponse().setRef(ref);
    },
  };
}

function isNode(metadata: Metadata): boolean {
  const agent = metadata.get("user-agent") ?? "";
  return metadata.get("pulumi-runtime") === "nodejs" || agent.startsWith("grpc-node-js/");
}
