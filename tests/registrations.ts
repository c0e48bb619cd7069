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
        return { id: `${args.name}-id`, state: { ...args.inputs, ...computedOutputs(args.type, args.name) } };
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

/** Inputs as they arrive, with secrets as plain values: the tests look at what is in them. */
function openSecrets(inputs: { readonly [property: string]: unknown }): { [property: string]: unknown } {
  return Object.fromEntries(
    Object.entries(inputs).map(([property, value]) => [
      property,
      pulumi.runtime.isRpcSecret(value) ? (pulumi.runtime.unwrapRpcSecret(value) as unknown) : value,
    ]),
  );
}

function computedOutputs(type: string, name: string): { [property: string]: unknown } {
  switch (type) {
    case "random:index/randomPassword:RandomPassword":
      return { result: `password-of-${name}` };
    case "random:index/randomId:RandomId":
      return { hex: "0123456789ab" };
    case "docker:index/remoteImage:RemoteImage":
      return { imageId: `sha256:${name}` };
    case "docker:index/container:Container":
      return { exitCode: 0, containerLogs: "" };
    default:
      return {};
  }
}

/** Waits until an output has its value and everything is registered: the value may be known before. */
export async function settled<T>(output: pulumi.Output<T>): Promise<pulumi.Unwrap<T>> {
  const value = await new Promise<pulumi.Unwrap<T>>((resolve) => {
    pulumi.output(output).apply(resolve);
  });
  await pulumi.runtime.disconnect();
  return value;
}
