import { computed, type PropertyMap, type PropertyValue, type Provider } from "../engine/src/index.ts";
import { fakeProvider } from "../engine/src/testing/index.ts";

/** Outputs of a type that its inputs do not say, once it is made. */
type Computed = { readonly [type: string]: (inputs: PropertyMap) => PropertyMap };

/** Answers with inputs as outputs, and with what `invented` adds; what is invented is unknown in a preview. */
function inventive(pkg: string, invented: Computed): Provider {
  const outputs = (type: string, inputs: PropertyMap, preview: boolean): PropertyMap => {
    const added = invented[type]?.(inputs) ?? {};
    const known = ([key, value]: [string, PropertyValue]) => [key, preview ? computed : value];
    return { ...inputs, ...Object.fromEntries(Object.entries(added).map(known)) };
  };
  return fakeProvider({
    pkg,
    create: async ({ type, name, inputs, preview }) => ({
      id: preview ? "" : `${name}-id`,
      outputs: outputs(type, inputs, preview),
    }),
    update: async ({ type, newInputs, preview }) => ({ outputs: outputs(type, newInputs, preview) }),
  });
}

/** Names what has no name of its own, as the provider does. */
export function kubernetesStandIn(): Provider {
  const provider = inventive("kubernetes", {});
  return {
    ...provider,
    check: async ({ news, olds, name }) => {
      const metadata = (news["metadata"] ?? {}) as PropertyMap;
      const before = (olds?.["metadata"] as PropertyMap | undefined)?.["name"];
      return {
        inputs: {
          ...news,
          metadata: { ...metadata, name: metadata["name"] ?? before ?? `${name}-0a1b2c3d` },
        },
        failures: [],
      };
    },
  };
}

/** Invents what Atlas answers. */
export function atlasStandIn(): Provider {
  const strings = { standardSrv: "mongodb+srv://documents.abcde.mongodb.net" };
  return inventive("mongodbatlas", {
    "mongodbatlas:index/advancedCluster:AdvancedCluster": () => ({
      clusterId: "0123456789abcdef01234567",
      connectionStrings: { ...strings, privateSrv: "", privateEndpoints: [] },
    }),
    "mongodbatlas:index/flexCluster:FlexCluster": () => ({ connectionStrings: strings }),
  });
}
