import * as pulumi from "@pulumi/pulumi";

/** A resource that the program registered, with its inputs resolved. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: { readonly [property: string]: unknown };
}

export interface Recording {
  readonly resources: Registered[];
  find(type: string, name: string): Registered;
}

/** Records what is registered from now on; ids and computed outputs are invented the way providers would. */
export async function recordRegistrations(stack: string): Promise<Recording> {
  const resources: Registered[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource(args) {
        resources.push({ type: args.type, name: args.name, inputs: openSecrets(args.inputs) });
        return { id: `${args.name}-id`, state: { ...args.inputs, ...computedOutputs(args) } };
      },
      call: () => ({}),
    },
    "trials",
    stack,
    false,
  );
  return {
    resources,
    find(type, name) {
      const found = resources.find((resource) => resource.type === type && resource.name === name);
      if (found === undefined) {
        const names = resources.filter((resource) => resource.type === type).map((resource) => resource.name);
        throw new Error(`no ${type} called ${name}; there are: ${names.join(", ")}`);
      }
      return found;
    },
  };
}

/** `type name` of what was registered, types without the package's module path: the children of a component. */
export function childrenOf(recording: Recording): string[] {
  return recording.resources
    .filter(({ type }) => !type.startsWith("trials:"))
    .map(({ type, name }) => `${type.split(":").at(-1)} ${name}`)
    .sort();
}

/** Inputs as they arrive, with secrets as plain values: the tests look at what is in them. */
function openSecrets(inputs: { readonly [property: string]: unknown }): { [property: string]: unknown } {
  return Object.fromEntries(
    Object.entries(inputs).map(([property, value]) => [
      property,
      pulumi.runtime.isRpcSecret(value) ? (pulumi.runtime.unwrapRpcSecret(value) as unknown) : value,
    ]),
  );
}

function computedOutputs({ type, name, inputs }: pulumi.runtime.MockResourceArgs): {
  [property: string]: unknown;
} {
  if (type.startsWith("kubernetes:"))
    return { metadata: { name: `${name}-0a1b2c3d`, ...inputs["metadata"] } };
  switch (type) {
    case "random:index/randomPassword:RandomPassword":
      return { result: `password-of-${name}` };
    case "random:index/randomId:RandomId":
      return { hex: "0123456789ab" };
    case "docker:index/remoteImage:RemoteImage":
      return { imageId: `sha256:${name}` };
    case "docker:index/container:Container":
      return { exitCode: 0, containerLogs: "" };
    case "docker:index/image:Image":
      return { repoDigest: `registry.example/${name}@sha256:${"0".repeat(64)}` };
    case "mongodbatlas:index/advancedCluster:AdvancedCluster":
      return { connectionStrings: clusterAddresses };
    case "mongodbatlas:index/flexCluster:FlexCluster":
      return { connectionStrings: { standardSrv: clusterAddresses.standardSrv } };
    case "mongodbatlas:index/privateLinkEndpoint:PrivateLinkEndpoint":
      return { privateLinkId: "link-1" };
    case "mongodbatlas:index/networkContainer:NetworkContainer":
      return { containerId: "container-1" };
    case "aura:index:Instance":
      return {
        connectionUrl: "neo4j+s://0a1b2c3d.databases.neo4j.io",
        username: "neo4j",
        password: "password-of-the-graph",
      };
    default:
      return {};
  }
}

/** Where a cluster at Atlas answers, by the ways to it. */
const clusterAddresses = {
  standardSrv: "mongodb+srv://documents.abcde.mongodb.net",
  privateSrv: "mongodb+srv://documents-pri.abcde.mongodb.net",
  privateEndpoints: [{ srvConnectionString: "mongodb+srv://documents-pl-0.abcde.mongodb.net" }],
};

/** Waits until an output has its value and everything is registered: the value may be known before. */
export async function settled<T>(output: pulumi.Output<T>): Promise<pulumi.Unwrap<T>> {
  const value = await new Promise<pulumi.Unwrap<T>>((resolve) => {
    pulumi.output(output).apply(resolve);
  });
  await pulumi.runtime.disconnect();
  return value;
}
