/** Annotation of a volume claim whose content the program makes again: losing it costs time and no data. */
export const CONTENT_ANNOTATION = "trials.content";
export const REPRODUCIBLE = "reproducible";

/** True of an object in a cluster that says so of itself. */
export function isReproducible(properties: { readonly [property: string]: unknown } | undefined): boolean {
  const metadata = properties?.["metadata"] as
    | { readonly annotations?: { readonly [name: string]: unknown } }
    | undefined;
  return metadata?.annotations?.[CONTENT_ANNOTATION] === REPRODUCIBLE;
}
