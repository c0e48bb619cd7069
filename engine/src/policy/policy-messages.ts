/** Policies on the wire: `pulumirpc.Analyzer`. */
import type * as analyzer from "@pulumi/pulumi/proto/analyzer_pb.js";
import protocol from "@pulumi/pulumi/proto/analyzer_pb.js";
import structProtocol from "google-protobuf/google/protobuf/struct_pb.js";
import { isPropertyMap, type PropertyMap, type PropertyValue } from "../protocol/property-value.ts";
import { decodeStruct, encodeStruct } from "../protocol/wire.ts";
import type {
  EnforcementLevel,
  PolicyConfigs,
  PolicyFindings,
  PolicyInfo,
  PolicyPackInfo,
  PolicyProvider,
  PolicyRemediations,
  PolicyResource,
  PolicySeverity,
  PolicyStackResource,
  PolicySubject,
} from "./policy-pack.ts";

const LEVELS: readonly EnforcementLevel[] = ["advisory", "mandatory", "disabled", "remediate"];
const SEVERITIES: readonly PolicySeverity[] = ["", "low", "medium", "high", "critical"];
const KINDS = ["unknown", "resource", "stack"] as const;

function levelOf(code: number): EnforcementLevel {
  const level = LEVELS[code];
  if (level === undefined) throw new Error(`invalid enforcement level ${code}`);
  return level;
}

/** What a pack says about itself; the version of its PulumiPolicy.yaml comes first. */
export function decodeInfo(message: analyzer.AnalyzerInfo, version: string): PolicyPackInfo {
  const supportsConfig = message.getSupportsconfig();
  const policies = message.getPoliciesList().map((policy): PolicyInfo => {
    const schema = policy.getConfigschema();
    return {
      name: policy.getName(),
      kind: KINDS[policy.getPolicyType()] ?? "unknown",
      enforcementLevel: levelOf(policy.getEnforcementlevel()),
      severity: SEVERITIES[policy.getSeverity()] ?? "",
      configSchema:
        supportsConfig && schema !== undefined
          ? { properties: schema.getProperties()?.toJavaScript() ?? {}, required: schema.getRequiredList() }
          : undefined,
    };
  });
  const initial = message.getInitialconfigMap().toArray() as unknown as [string, analyzer.PolicyConfig][];
  return {
    name: message.getName(),
    version: version === "" ? message.getVersion() : version,
    supportsConfig,
    policies: policies.sort((a, b) => (a.name < b.name ? -1 : 1)),
    initialConfig: Object.fromEntries(
      initial.map(([name, config]) => [
        name,
        {
          enforcementLevel: levelOf(config.getEnforcementlevel()),
          properties: config.getProperties()?.toJavaScript() ?? {},
        },
      ]),
    ),
  };
}

/** The stack that is judged. */
export function encodeSubject(subject: PolicySubject): analyzer.AnalyzerStackConfigureRequest {
  const request = new protocol.AnalyzerStackConfigureRequest();
  request.setStack(subject.stack);
  request.setProject(subject.project);
  request.setOrganization(subject.organization);
  request.setDryRun(subject.preview);
  request.setConfigSecretKeysList([...subject.configSecretKeys]);
  for (const [key, value] of Object.entries(subject.config)) request.getConfigMap().set(key, value);
  for (const [name, value] of Object.entries(subject.tags)) request.getTagsMap().set(name, value);
  return request;
}

/** The configuration of all policies. @throws Error where one has no level: no policy of the pack has that name. */
export function encodeConfig(configs: PolicyConfigs): analyzer.ConfigureAnalyzerRequest {
  const request = new protocol.ConfigureAnalyzerRequest();
  for (const [name, { enforcementLevel, properties }] of Object.entries(configs)) {
    if (enforcementLevel === undefined) throw new Error('invalid enforcement level ""');
    const config = new protocol.PolicyConfig();
    config.setEnforcementlevel(LEVELS.indexOf(enforcementLevel) as 0 | 1 | 2 | 3);
    config.setProperties(structProtocol.Struct.fromJavaScript(properties as never));
    request.getPolicyconfigMap().set(name, config);
  }
  return request;
}

const WIRE = { keepSecrets: true, keepResources: false, keepOutputs: false, keepUnknowns: true } as const;

/** Properties that belong to SDKs and bridges are none of a policy's business. */
function withoutInternal(map: PropertyMap): PropertyMap {
  const entries = Object.entries(map).filter(([key]) => !key.startsWith("__"));
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutInternalBelow(value)]));
}

function withoutInternalBelow(value: PropertyValue): PropertyValue {
  if (Array.isArray(value)) return value.map(withoutInternalBelow);
  return isPropertyMap(value) ? withoutInternal(value) : value;
}

function encodeOptions(resource: PolicyResource): analyzer.AnalyzerResourceOptions {
  const options = new protocol.AnalyzerResourceOptions();
  options.setProtect(resource.protect);
  options.setIgnorechangesList([...resource.ignoreChanges]);
  options.setDeletebeforereplace(resource.deleteBeforeReplace ?? false);
  options.setDeletebeforereplacedefined(resource.deleteBeforeReplace !== undefined);
  options.setAdditionalsecretoutputsList([...resource.additionalSecretOutputs]);
  options.setAliasesList([...resource.aliases]);
  const { create = 0, update = 0, delete: remove = 0, read = 0 } = resource.customTimeouts;
  const timeouts = new protocol.AnalyzerResourceOptions.CustomTimeouts();
  timeouts.setCreate(create);
  timeouts.setUpdate(update);
  timeouts.setDelete(remove);
  timeouts.setRead(read);
  options.setCustomtimeouts(timeouts);
  options.setParent(resource.parent);
  return options;
}

function encodeProvider(provider: PolicyProvider | undefined): analyzer.AnalyzerProviderResource | undefined {
  if (provider === undefined) return undefined;
  const message = new protocol.AnalyzerProviderResource();
  message.setUrn(provider.urn);
  message.setType(provider.type);
  message.setName(provider.name);
  message.setProperties(encodeStruct(withoutInternal(provider.properties), WIRE));
  return message;
}

/** One resource. A remediation sees the internal properties too, since it gives back what is then used. */
export function encodeResource(
  resource: PolicyResource,
  how: { readonly internal: boolean },
): analyzer.AnalyzeRequest {
  const request = new protocol.AnalyzeRequest();
  const { properties } = resource;
  request.setUrn(resource.urn);
  request.setType(resource.type);
  request.setName(resource.name);
  request.setProperties(encodeStruct(how.internal ? properties : withoutInternal(properties), WIRE));
  request.setOptions(encodeOptions(resource));
  request.setProvider(encodeProvider(resource.provider));
  return request;
}

export function encodeStack(resources: readonly PolicyStackResource[]): analyzer.AnalyzeStackRequest {
  const request = new protocol.AnalyzeStackRequest();
  request.setResourcesList(resources.map(encodeStackResource));
  return request;
}

function encodeStackResource(resource: PolicyStackResource): analyzer.AnalyzerResource {
  const message = new protocol.AnalyzerResource();
  message.setUrn(resource.urn);
  message.setType(resource.type);
  message.setName(resource.name);
  message.setProperties(encodeStruct(withoutInternal(resource.properties), WIRE));
  message.setOptions(encodeOptions(resource));
  message.setProvider(encodeProvider(resource.provider));
  message.setParent(resource.parent);
  message.setDependenciesList([...resource.dependencies]);
  for (const [property, urns] of Object.entries(resource.propertyDependencies)) {
    if (urns.length === 0) continue;
    const dependencies = new protocol.AnalyzerPropertyDependencies();
    dependencies.setUrnsList([...urns]);
    message.getPropertydependenciesMap().set(property, dependencies);
  }
  return message;
}

/** What a pack found. `severityOf` is asked where a violation does not say how severe it is. */
export function decodeFindings(
  response: analyzer.AnalyzeResponse,
  pack: { readonly version: string; severityOf(policy: string): PolicySeverity },
): PolicyFindings {
  const violations = response.getDiagnosticsList().map((diagnostic) => {
    const severity = SEVERITIES[diagnostic.getSeverity()] ?? "";
    return {
      policy: diagnostic.getPolicyname(),
      pack: diagnostic.getPolicypackname(),
      packVersion: pack.version === "" ? diagnostic.getPolicypackversion() : pack.version,
      message: diagnostic.getMessage(),
      enforcementLevel: levelOf(diagnostic.getEnforcementlevel()),
      severity: severity === "" ? pack.severityOf(diagnostic.getPolicyname()) : severity,
      urn: diagnostic.getUrn(),
    };
  });
  return {
    violations,
    notApplicable: response.getNotApplicableList().map((policy) => policy.getPolicyName()),
  };
}

export function decodeRemediations(
  response: analyzer.RemediateResponse,
  version: string,
): PolicyRemediations {
  const remediations = response.getRemediationsList().map((remediation) => ({
    policy: remediation.getPolicyname(),
    pack: remediation.getPolicypackname(),
    packVersion: version === "" ? remediation.getPolicypackversion() : version,
    properties: decodeStruct(remediation.getProperties()),
    diagnostic: remediation.getDiagnostic(),
  }));
  return {
    remediations,
    notApplicable: response.getNotApplicableList().map((policy) => policy.getPolicyName()),
  };
}
