import type { CheckConfigRequest, CheckFailure, CheckResult } from "../provider.ts";

const SETTINGS = new Set([
  "host",
  "context",
  "caMaterial",
  "certMaterial",
  "keyMaterial",
  "certPath",
  "sshOpts",
  "registryAuth",
  "disableDockerDaemonCheck",
  "version",
]);

/** Checks the names of the provider's settings; their values are tried when the provider connects. */
export function checkConfig(request: CheckConfigRequest): CheckResult {
  const unknown = Object.keys(request.news).filter((key) => !SETTINGS.has(key) && !key.startsWith("__"));
  const failures = unknown.map(
    (key): CheckFailure => ({
      property: "",
      reason:
        `could not validate provider configuration: \`docker:${key}\` is not a valid configuration key for the docker provider. ` +
        "If the referenced key is not intended for the provider, please choose a different namespace from `docker:`.",
    }),
  );
  return { inputs: request.news, failures };
}
