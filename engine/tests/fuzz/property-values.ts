import fc from "fast-check";
import {
  Archive,
  Asset,
  computed,
  OutputValue,
  type PropertyMap,
  type PropertyValue,
  ResourceReference,
  Secret,
} from "../../src/protocol/property-value.ts";

const name = fc.string({ maxLength: 8 });
const urn = fc.constantFrom("urn:pulumi:dev::p::a:b:C::x", "urn:pulumi:dev::p::a:b:C$d:e:F::y::z");
const filled = fc.string({ minLength: 1, maxLength: 12 });
const source = fc.oneof(
  fc.string({ maxLength: 20 }).map((text) => ({ text })),
  filled.map((path) => ({ path })),
  filled.map((uri) => ({ uri })),
);
const asset = fc.tuple(source, name).map(([from, hash]) => new Asset(from, hash));
const archive = fc
  .tuple(fc.dictionary(filled, asset, { maxKeys: 3, noNullPrototype: true }), name)
  .map(([assets, hash]) => new Archive({ assets }, hash));
const reference = fc
  .tuple(urn, fc.oneof(fc.constant(undefined), fc.constant(computed), filled), name)
  .map(([of, id, version]) => new ResourceReference(of, id, version));

const { value } = fc.letrec<{ value: PropertyValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small", withCrossShrink: true },
    fc.oneof(
      fc.constant(null),
      fc.boolean(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
      fc.string({ maxLength: 20 }),
      fc.constant(computed),
      asset,
      archive,
      reference,
    ),
    tie("value").map((inner) => new Secret(inner)),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(name, tie("value"), { maxKeys: 4, noNullPrototype: true }),
    fc
      .tuple(tie("value"), fc.boolean(), fc.array(urn, { maxLength: 2 }))
      .map(([of, secret, urns]) => new OutputValue(of === computed ? undefined : of, secret, urns)),
  ),
}));

/** Any property value, outputs and unknowns included. */
export const propertyValue: fc.Arbitrary<PropertyValue> = value;

export const propertyMap: fc.Arbitrary<PropertyMap> = fc.dictionary(name, value, {
  maxKeys: 5,
  noNullPrototype: true,
});
