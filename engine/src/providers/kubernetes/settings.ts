import { UserError } from "../../errors.ts";
import { isPropertyMap, type PropertyMap, type PropertyValue } from "../../protocol/property-value.ts";
import { unwrapMap } from "../plain-values.ts";

export type Environment = { readonly [name: string]: string | undefined };

/** The provider's configuration, with what the environment says where the program says nothing. */
export interface KubernetesSettings {
  /** A path or the content; "" = where kubectl looks. */
  readonly kubeconfig: string;
  readonly context: string;
  readonly cluster: string;
  readonly namespace: string;
  /** As the program wrote it; "" = objects go to a cluster. */
  readonly renderDirectory: string;
  readonly alwaysRender: boolean;
  readonly patchForce: boolean;
  readonly upsertExisting: boolean;
  readonly configMapMutable: boolean;
  readonly secretMutable: boolean;
  readonly deleteUnreachable: boolean;
  readonly skipUpdateUnreachable: boolean;
  readonly suppressDeprecationWarnings: boolean;
  readonly suppressHelmHookWarnings: boolean;
}

/** @throws UserError `kubernetes-client-side-apply` */
export function readSettings(inputs: PropertyMap, env: Environment): KubernetesSettings {
  const plain = unwrapMap(inputs);
  const flag = (name: string, variable?: string): boolean => {
    const said = plain[name] ?? (variable === undefined ? undefined : env[variable]);
    return said === true || said === "true";
  };
  const text = (name: string): string => textOf(plain[name]);
  const apply = plain["enableServerSideApply"] ?? env["PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY"] ?? true;
  if (apply !== true && apply !== "true") throw noClientSideApply();
  return {
    kubeconfig: text("kubeconfig"),
    context: text("context"),
    cluster: text("cluster"),
    namespace: text("namespace"),
    renderDirectory: text("renderYamlToDirectory"),
    alwaysRender: flag("alwaysRender"),
    patchForce: flag("enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE"),
    upsertExisting: flag("upsertExistingObjects", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"),
    configMapMutable: flag("enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
    secretMutable: flag("enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
    deleteUnreachable: flag("deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"),
    skipUpdateUnreachable: flag("skipUpdateUnreachable", "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE"),
    suppressDeprecationWarnings: flag(
      "suppressDeprecationWarnings",
      "PULUMI_K8S_SUPPRESS_DEPRECATION_WARNINGS",
    ),
    suppressHelmHookWarnings: flag("suppressHelmHookWarnings", "PULUMI_K8S_SUPPRESS_HELM_HOOK_WARNINGS"),
  };
}

/** Settings may be given as values where a text is expected: a kubeconfig as a map. */
function textOf(value: PropertyValue | undefined): string {
  if (typeof value === "string") return value;
  return isPropertyMap(value) ? JSON.stringify(value) : "";
}

function noClientSideApply(): UserError {
  return new UserError(
    "kubernetes-client-side-apply",
    "this engine's kubernetes provider applies on the server only: enableServerSideApply: false is not served",
    { help: "Remove enableServerSideApply, or install the official kubernetes plugin." },
  );
}
