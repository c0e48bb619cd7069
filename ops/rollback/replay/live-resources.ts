import type * as pulumi from "@pulumi/pulumi";
import type { Reference } from "./bind.ts";

/** The resources that a replay has registered, by the URNs they were recorded with. */
export class LiveResources {
  private readonly resources = new Map<string, pulumi.Resource>();

  add(urn: string, resource: pulumi.Resource): void {
    this.resources.set(urn, resource);
  }

  find(urn: string | undefined): pulumi.Resource | undefined {
    return urn === undefined ? undefined : this.resources.get(urn);
  }

  all(urns: readonly string[]): pulumi.Resource[] {
    return urns.flatMap((urn) => this.resources.get(urn) ?? []);
  }

  /** The output of a resource as it is now. */
  output({ urn, path: [name = "", ...inside] }: Reference): pulumi.Output<unknown> {
    const resource = this.resources.get(urn);
    if (resource === undefined) throw new Error(`${urn} is used before it is registered`);
    const output = (resource as unknown as { readonly [name: string]: pulumi.Output<unknown> })[name];
    if (output === undefined) throw new Error(`${urn} has no output called ${name}`);
    return inside.length === 0 ? output : output.apply((value) => valueAt(value, inside));
  }
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inside, key) => (inside as { readonly [key: string | number]: unknown } | undefined)?.[key],
    value,
  );
}
