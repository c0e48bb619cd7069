import { type AtlasAdmin, startAtlasAdmin } from "../../simulators/atlas-admin/start-atlas-admin.ts";
import { type Aura, startAura } from "../../simulators/aura/start-aura.ts";
import { cloudConfig } from "../cloud-config.ts";

/** Virtual time that passes with each look at Atlas, milliseconds: about what it takes to make a cluster. */
const POLL_STEP = 600_000;
/** The account that the Aura simulator begins with. */
const AURA = {
  clientId: "aura-client",
  clientSecret: "aura-secret",
  tenantId: "6981ace7-efe5-4f5c-b7c5-267b5162ce91",
};

/** The vendors, pretended. */
export interface Places {
  readonly atlas: AtlasAdmin;
  readonly aura: Aura;
  /** Ends both. @throws Error where somebody asked for what a vendor does not have */
  close(): Promise<void>;
}

export async function startPlaces(): Promise<Places> {
  const [atlas, aura] = await Promise.all([startAtlasAdmin({ pollStep: POLL_STEP }), startAura()]);
  return {
    atlas,
    aura,
    async close() {
      await Promise.all([atlas.close(), aura.close()]);
      if (atlas.unknownRoutes.length > 0)
        throw new Error(`the Atlas simulator has no route for: ${atlas.unknownRoutes.join(", ")}`);
    },
  };
}

/** Settings of a stack to throw away that is deployed there; `kubeconfig` is a path or a text. */
export function settingsFor({ atlas, aura }: Places, kubeconfig: string) {
  const { graphCredentials: _, ...config } = cloudConfig;
  return {
    ...config,
    gateway: { ...config.gateway, className: "simulated" },
    kubernetes: { ...config.kubernetes, kubeconfig, patience: 150 },
    atlas: {
      ...config.atlas,
      baseUrl: atlas.url,
      clientId: atlas.clientId,
      project: { kind: "create", orgId: atlas.organisationId },
      protect: false,
    },
    graph: {
      mode: "managed",
      egress: ["10.61.0.0/24"],
      baseUrl: aura.url,
      clientId: AURA.clientId,
      tenantId: AURA.tenantId,
      region: "eu-west-1",
      settle: 0,
      protect: false,
    },
    atlasClientSecret: atlas.clientSecret,
    auraClientSecret: AURA.clientSecret,
  };
}
