import type Docker from "dockerode";
import type { PropertyMap } from "../../protocol/property-value.ts";
import type { LiveObject } from "../live-object.ts";
import type { ResourceSchema } from "./schema.ts";

/** Login data for one registry. */
export interface RegistryLogin {
  readonly username: string;
  readonly password: string;
  readonly serveraddress: string;
}

/** A way to a Docker daemon. */
export interface Connection {
  readonly docker: Docker;
  /** The address as a person writes it, for messages. */
  readonly host: string;
  /** Registry host name -> login. */
  readonly logins: ReadonlyMap<string, RegistryLogin>;
}

/** What one operation on a resource has at hand. */
export interface CallContext extends Connection {
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
  /** Absolute folder that relative paths of inputs start from: the program's. */
  readonly directory: string;
}

/** One change in place. */
export interface Change {
  readonly id: string;
  readonly recorded: PropertyMap;
  readonly inputs: PropertyMap;
}

/** How one type of resource is handled; values carry no secrets and no unknowns. */
export interface ResourceKind {
  readonly schema: ResourceSchema;
  create(context: CallContext, inputs: PropertyMap): Promise<LiveObject>;
  /** `recorded` is `{}` for an import. Undefined: the object is gone. */
  read(context: CallContext, id: string, recorded: PropertyMap): Promise<LiveObject | undefined>;
  /** Answers with attributes that are not simply the declared ones. */
  update(context: CallContext, change: Change): Promise<PropertyMap>;
  /**
   * What an interrupted create of these inputs left. `absent` also where creating it again gives this object and no
   * second one. Without `preview` it clears away what was made in part and is of no use.
   */
  findInterrupted(
    context: CallContext,
    inputs: PropertyMap,
    preview: boolean,
  ): Promise<LiveObject | "absent" | "unknown">;
  /** Must not fail where the object is gone already. */
  remove(context: CallContext, id: string, recorded: PropertyMap): Promise<void>;
}
