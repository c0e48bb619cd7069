import type { PropertyMap } from "../src/protocol/property-value.ts";

/** An object of the simulated vendor. Its inputs are plain: the vendor knows no secrets. */
export interface CloudObject {
  readonly id: string;
  readonly type: string;
  /** The URN it was made for; "" for what was there before the first program. */
  readonly urn: string;
  inputs: PropertyMap;
  serial: number;
  /** Why nobody has to account for it any more. */
  left: string | undefined;
}

/** Something that the engine had done to the cloud. */
export interface Deed {
  readonly verb: "create" | "update" | "delete";
  readonly urn: string;
  readonly id: string;
}

/** The vendor's side of the world: it outlives every crash of the engine. */
export class Cloud {
  readonly objects = new Map<string, CloudObject>();
  /** What the operation under way did. */
  readonly deeds: Deed[] = [];
  private made = 0;
  private serials = 0;

  create(type: string, urn: string, inputs: PropertyMap): CloudObject {
    const id = `${urn === "" ? "wild" : "id"}-${++this.made}`;
    const object: CloudObject = { id, type, urn, inputs, serial: ++this.serials, left: undefined };
    this.objects.set(id, object);
    if (urn === "") object.left = "nobody manages it";
    else this.deeds.push({ verb: "create", urn, id });
    return object;
  }

  update(object: CloudObject, urn: string, inputs: PropertyMap): void {
    object.inputs = inputs;
    // Boxes keep their serial, but nobody can know that before.
    if (!object.type.endsWith("Box")) object.serial = ++this.serials;
    this.deeds.push({ verb: "update", urn, id: object.id });
  }

  delete(urn: string, id: string): void {
    this.deeds.push({ verb: "delete", urn, id });
    this.objects.delete(id);
  }

  hasLabel(label: unknown): boolean {
    return [...this.objects.values()].some(({ inputs }) => inputs["label"] === label);
  }

  /** What somebody still has to account for. */
  managed(): readonly CloudObject[] {
    return [...this.objects.values()].filter(({ left }) => left === undefined);
  }
}
