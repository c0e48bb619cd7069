import * as pulumi from "@pulumi/pulumi";
import type { ServiceOutputs } from "../../contracts/stack-outputs.ts";
import type { ServiceDefinition } from "../catalogue/service-definition.ts";
import type {
  Destination,
  ImageSource,
  Instruction,
  Network,
  Platform,
  Preparation,
  Scale,
  VolumeReading,
  Workload,
} from "../platforms/platform.ts";
import type { Bytes } from "../quantities.ts";

export interface ContainerServiceArgs {
  readonly platform: Platform;
  readonly definition: ServiceDefinition;
  /** @default built from `services/<definition.name>` */
  readonly source?: ImageSource;
  /** @default none: the platform opens connections one by one (`reaches`, `isPublic`) */
  readonly networks?: readonly Network[];
  /** What it may connect to. @default nothing beyond its networks */
  readonly reaches?: readonly Destination[];
  /** The gateway may connect to it. @default false */
  readonly isPublic?: boolean;
  readonly environment?: { readonly [name: string]: pulumi.Input<string> };
  readonly secrets?: { readonly [name: string]: pulumi.Input<string> };
  /** Port role -> published port. */
  readonly published?: { readonly [role: string]: number };
  readonly memory?: Bytes;
  readonly scale?: Scale;
  /** What has to be done before each start of a new image. @default nothing */
  readonly preparation?: Preparation;
  /** What was prepared elsewhere. @default nothing */
  readonly reads?: VolumeReading;
  /** What the running service is told. @default nothing */
  readonly instruction?: Instruction;
  /** What has to be healthy first. */
  readonly after?: readonly pulumi.Resource[];
}

/** One service of the catalogue: its image and its running workload. */
export class ContainerService extends pulumi.ComponentResource {
  readonly workload: Workload;
  readonly outputs: pulumi.Output<ServiceOutputs>;

  constructor(name: string, args: ContainerServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trials:components:ContainerService", name, {}, opts);
    const { platform, definition } = args;
    const source = args.source ?? { kind: "build", service: definition.name };
    const image = platform.image(`${name}-image`, source, { parent: this });
    this.workload = platform.workload(
      `${name}-workload`,
      {
        definition,
        image,
        networks: args.networks ?? [],
        ...(args.reaches && { reaches: args.reaches }),
        ...(args.isPublic && { isPublic: args.isPublic }),
        ...(args.scale && { scale: args.scale }),
        ...(args.environment && { environment: args.environment }),
        ...(args.secrets && { secrets: args.secrets }),
        ...(args.published && { published: args.published }),
        ...(args.memory && { memory: args.memory }),
        ...(args.preparation && { preparation: args.preparation }),
        ...(args.reads && { reads: args.reads }),
        ...(args.instruction && { instruction: args.instruction }),
        ...(args.after && { dependsOn: args.after }),
      },
      { parent: this },
    );
    this.outputs = describeService(platform.publicHost, this.workload, args.published ?? {});
    this.registerOutputs({ name: this.workload.name, imageId: image });
  }
}

function describeService(
  host: string,
  workload: Workload,
  published: { readonly [role: string]: number },
): pulumi.Output<ServiceOutputs> {
  const url = published["http"] === undefined ? {} : { url: `http://${host}:${published["http"]}` };
  return pulumi.output({ name: workload.name, imageId: workload.image, ports: { ...published }, ...url });
}
