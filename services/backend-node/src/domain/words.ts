/** Lower-case words of letters and digits, without accents, as the seeding job stores them for searching. */
export function words(text: string): string[] {
  const folded = text.normalize("NFKD").toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  return folded.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
}
