/**
 * How long a write may take on a cloud stack. Its gateway gives up then, so that nobody learns of a later end: whoever
 * stops writes waits this long and knows that all that were acknowledged are in the documents.
 */
export const WRITE_SECONDS = 10;
