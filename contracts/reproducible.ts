/**
 * Annotation of a volume claim, and label of a Docker container, whose content the program makes again: losing it costs
 * time and no data. On Docker it is the container's, for what is planned for a container does not show its volumes.
 */
export const CONTENT_ANNOTATION = "trials.content";
export const REPRODUCIBLE = "reproducible";

interface Marked {
  readonly metadata?: { readonly annotations?: { readonly [name: string]: unknown } };
  readonly labels?: readonly { readonly label?: unknown; readonly value?: unknown }[];
}

/** True of an object that says so of its content. */
export function isReproducible(properties: { readonly [property: string]: unknown } | undefined): boolean {
  const { metadata, labels }: Marked = properties ?? {};
  if (metadata?.annotations?.[CONTENT_ANNOTATION] === REPRODUCIBLE) return true;
  return (
    Array.isArray(labels) &&
    labels.some(({ label, value }) => label === CONTENT_ANNOTATION && value === REPRODUCIBLE)
  );
}
