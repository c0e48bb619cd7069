import { annotateSecrets } from "../plan/secrets.ts";
import type { PropertyMap } from "../protocol/property-value.ts";
import { isSameView, type OwnedViews, type View } from "./views.ts";

/**
 * Marks secrets in the views of a plugin that does not keep them: what has the name of a secret of the object, or was
 * secret in the view before.
 */
export function withKeptSecrets(views: OwnedViews, owner: PropertyMap): OwnedViews {
  const mark = (view: View | undefined): View | undefined => {
    if (view === undefined) return undefined;
    const recorded = views.recorded.find((candidate) => isSameView(candidate, view));
    const { inputs, outputs } = view;
    return {
      ...view,
      inputs: annotateSecrets(annotateSecrets(inputs, owner), recorded?.inputs ?? {}),
      outputs: annotateSecrets(annotateSecrets(outputs, owner), recorded?.outputs ?? {}),
    };
  };
  return {
    recorded: views.recorded,
    publish: (steps) =>
      views.publish(steps.map((step) => ({ ...step, old: mark(step.old), new: mark(step.new) }))),
  };
}
