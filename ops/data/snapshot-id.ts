/** A name that sorts by time and says what for: `20261126T101530123Z-before-release-12`. */
export function newSnapshotId(at: Date, label: string): string {
  const time = at.toISOString().replaceAll(/[-:.]/g, "");
  const words = label
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 60);
  return words === "" ? time : `${time}-${words}`;
}
