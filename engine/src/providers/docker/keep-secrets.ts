import { annotateSecrets, containsSecrets } from "../../plan/secrets.ts";
import { type PropertyMap, type PropertyValue, Secret } from "../../protocol/property-value.ts";
import { PartialFailure, type Provider } from "../provider.ts";
import { hideTexts, secretTexts } from "./secret-texts.ts";

/**
 * The provider with secrets marked again in its answers. Docker knows no secrets, so the adapter works on plain values;
 * what came in as a secret must not go out in clear.
 */
export function keepSecrets(provider: Provider): Provider {
  return {
    ...provider,
    check: async (request) => {
      const { inputs, failures } = await provider.check(request);
      return { inputs: annotateSecrets(inputs, request.news), failures };
    },
    create: async (request) => {
      const { id, outputs } = await whole(provider.create(request), request.inputs);
      return { id, outputs: annotateSecrets(outputs, request.inputs) };
    },
    update: async (request) => {
      const { outputs } = await whole(provider.update(request), request.newInputs);
      return { outputs: annotateSecrets(outputs, request.newInputs) };
    },
    read: async (request) => {
      const live = await provider.read(request);
      if (live === undefined) return undefined;
      const { id, inputs, outputs } = live;
      return {
        id,
        inputs: inputs && annotateSecrets(inputs, request.inputs),
        outputs: annotateSecrets(outputs, request.state),
      };
    },
    findInterrupted: async (request) => {
      const made = (await provider.findInterrupted?.(request)) ?? { kind: "unknown" };
      if (made.kind !== "found") return made;
      return { ...made, outputs: annotateSecrets(made.outputs, request.inputs) };
    },
    invoke: async (request) => {
      const { result, failures } = await provider.invoke(request);
      return { result: containsSecrets(request.args) ? secretEach(result) : result, failures };
    },
  };
}

/** Marks the secrets of a half-made object, too, and hides them in what its container wrote. */
async function whole<Result>(call: Promise<Result>, inputs: PropertyMap): Promise<Result> {
  return call.catch((error: unknown) => {
    if (!(error instanceof PartialFailure)) throw error;
    const hide = hideTexts(secretTexts(inputs));
    const { outputs, reasons } = error;
    const object = { outputs: annotateSecrets(outputs, inputs), reasons: reasons.map(hide) };
    throw error.with(object, hide(error.message));
  });
}

function secretEach(map: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(map).map(([key, value]): [string, PropertyValue] => [key, new Secret(value)]),
  );
}
