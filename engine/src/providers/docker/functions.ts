import { ProviderError } from "../../errors.ts";
import type { PropertyMap } from "../../protocol/property-value.ts";
import type { InvokeRequest, InvokeResult } from "../provider.ts";
import { daemonText } from "./daemon-error.ts";
import { findImage, repoDigestOf } from "./images.ts";
import type { CallContext } from "./kind.ts";
import { registryOf } from "./logins.ts";
import { ipamValues } from "./network.ts";
import { textAt, unwrapMap } from "./values.ts";

type DataSource = (context: CallContext, args: PropertyMap) => Promise<PropertyMap>;

const FUNCTIONS: { readonly [token: string]: DataSource } = {
  "docker:index/getNetwork:getNetwork": getNetwork,
  "docker:index/getRemoteImage:getRemoteImage": getRemoteImage,
  "docker:index/getRegistryImage:getRegistryImage": getRegistryImage,
};

/** Answers the data-source functions of the package. */
export async function invokeFunction(context: CallContext, request: InvokeRequest): Promise<InvokeResult> {
  const dataSource = Object.hasOwn(FUNCTIONS, request.token) ? FUNCTIONS[request.token] : undefined;
  if (dataSource === undefined) {
    throw new ProviderError(
      `${request.token} is not served by this engine; install the official docker plugin`,
      {
        status: "ok",
        unimplemented: true,
      },
    );
  }
  const args = unwrapMap(request.args);
  if (textAt(args, "name") === "") {
    return { result: {}, failures: [{ property: "name", reason: "Missing required argument 'name'" }] };
  }
  return { result: await dataSource(context, args), failures: [] };
}

async function getNetwork(context: CallContext, args: PropertyMap): Promise<PropertyMap> {
  const name = textAt(args, "name");
  const network = await context.docker
    .getNetwork(name)
    .inspect()
    .catch((error: unknown) => {
      throw new ProviderError(`Could not find docker network: ${daemonText(error)}`, {
        status: "ok",
        cause: error,
      });
    });
  return {
    id: network.Id,
    name,
    driver: network.Driver,
    internal: network.Internal,
    scope: network.Scope,
    options: network.Options ?? {},
    ipamConfigs: (network.IPAM?.Config ?? []).map(ipamValues),
    containers: Object.entries(network.Containers ?? {}).map(([containerId, container]) => ({
      containerId,
      name: container.Name,
      endpointId: container.EndpointID,
      macAddress: container.MacAddress,
      ipv4Address: container.IPv4Address,
      ipv6Address: container.IPv6Address,
    })),
  };
}

async function getRemoteImage(context: CallContext, args: PropertyMap): Promise<PropertyMap> {
  const name = textAt(args, "name");
  const image = await findImage(context, name);
  if (image === undefined) {
    throw new ProviderError(`did not find docker image '${name}'`, { status: "ok" });
  }
  return { id: image.Id, name, repoDigest: repoDigestOf(name, image) };
}

/** The daemon asks the registry for us: it knows mirrors, proxies and insecure registries. */
async function getRegistryImage(context: CallContext, args: PropertyMap): Promise<PropertyMap> {
  const name = textAt(args, "name");
  const login = context.logins.get(registryOf(name));
  const image = context.docker.getImage(name);
  const answer = await image
    .distribution(login === undefined ? {} : { authconfig: login })
    .catch((error: unknown) => {
      throw new ProviderError(
        `Got error when attempting to fetch image version ${name} from registry: ${daemonText(error)}`,
        {
          status: "ok",
          cause: error,
        },
      );
    });
  const digest = String((answer as { Descriptor?: { digest?: unknown } }).Descriptor?.digest ?? "");
  return { id: digest, name, sha256Digest: digest, insecureSkipVerify: args["insecureSkipVerify"] ?? false };
}
