import type { GetMappingRequest } from "@pulumi/pulumi/proto/codegen/mapper_pb.js";
import protocol from "@pulumi/pulumi/proto/codegen/mapper_pb.js";
import { UserError } from "../errors.ts";
import { methodsOf } from "../grpc/methods-of.ts";
import type { GrpcService } from "../grpc/server.ts";
import type { Provider, ProviderHost, ProviderSpec } from "./provider.ts";

const MAPPER_METHODS = methodsOf("codegen.Mapper", {
  getMapping: [protocol.GetMappingRequest, protocol.GetMappingResponse],
});

export interface MapperOptions {
  /** Whose names are mapped where a converter does not say: its own name, for example `terraform`. */
  readonly key: string;
  /** The packages of the plugins that may know a mapping. */
  readonly packages: () => Promise<readonly string[]>;
  readonly host: ProviderHost;
}

type Parameterization = ProviderSpec["parameterization"];

/** A question for a mapping: of what the other tool calls a provider, to the package that stands in for it here. */
interface Question {
  readonly source: string;
  /** The package that is likely to know. */
  readonly pkg: string;
  readonly parameterization: Parameterization;
  readonly key: string;
}

/** Serves `codegen.Mapper`: what converters ask to know what another tool's names are called here. */
export function mapperService(options: MapperOptions): GrpcService {
  const answers = new Map<string, Promise<Uint8Array>>();
  const ask = (question: Question): Promise<Uint8Array> => {
    const { parameterization, ...rest } = question;
    const value = parameterization && Buffer.from(parameterization.value).toString("base64");
    const known = JSON.stringify({ ...rest, ...parameterization, value });
    const answer = answers.get(known) ?? findMapping(question, options);
    answers.set(known, answer);
    return answer;
  };
  return {
    definition: MAPPER_METHODS,
    implementation: {
      getMapping: async (request: GetMappingRequest) => {
        const data = await ask(decodeQuestion(request, options.key));
        return new protocol.GetMappingResponse().setData(data);
      },
    },
  };
}

function decodeQuestion(request: GetMappingRequest, key: string): Question {
  const source = request.getProvider();
  const hint = request.getParameterizationHint();
  return {
    source,
    pkg: request.getPulumiProvider() || source,
    parameterization: hint && {
      name: hint.getName(),
      version: hint.getVersion(),
      value: hint.getValue_asU8(),
    },
    key: request.getEcosystem() || key,
  };
}

/** Empty where no plugin knows one. */
async function findMapping(question: Question, options: MapperOptions): Promise<Uint8Array> {
  const { pkg, source, key } = question;
  for (const candidate of new Set([pkg, ...(await options.packages())])) {
    const parameterization = candidate === pkg ? question.parameterization : undefined;
    const provider = await load(candidate, parameterization, options);
    try {
      const data = await provider?.mapping?.({ key, source });
      if (data !== undefined) return data;
    } finally {
      await provider?.close();
    }
  }
  return new Uint8Array();
}

/** Undefined where there is no such plugin. */
async function load(
  pkg: string,
  parameterization: Parameterization,
  { host }: MapperOptions,
): Promise<Provider | undefined> {
  try {
    return await host.load({ pkg, version: "", pluginDownloadURL: "", checksums: {}, parameterization });
  } catch (error) {
    if (error instanceof UserError && error.code === "plugin-not-found") return undefined;
    throw error;
  }
}
