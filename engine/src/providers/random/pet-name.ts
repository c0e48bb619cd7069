import { pick } from "./draw.ts";
import { ADJECTIVES, ADVERBS, ANIMALS } from "./pet-words.ts";

/** Words of a name for a pet: an animal, before it an adjective, before that as many adverbs as are left. */
export function generatePetName(length: number): string[] {
  if (length <= 1) return [pick(ANIMALS)];
  const adverbs = Array.from({ length: length - 2 }, () => pick(ADVERBS));
  return [...adverbs, pick(ADJECTIVES), pick(ANIMALS)];
}
