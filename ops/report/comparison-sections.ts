import type { ReleaseComparison, ResourceChange } from "../release/compare-releases.ts";
import type { ValueChange } from "../release/diff-values.ts";
import type { Section } from "./sections.ts";

const LONGEST_VALUE = 60;
const MARKS = { added: "+", removed: "-", changed: "~" } as const;

/** What differs between two releases, for people. */
export function describeComparison(comparison: ReleaseComparison): Section[] {
  const { from, to, settings, images, schemas, resources, secretSettingsComparable, secretsCompared } =
    comparison;
  const values = (title: string, what: string, changes: readonly ValueChange[]) =>
    changes.length === 0 ? [] : [{ title, rows: [[what, "BEFORE", "AFTER"], ...changes.map(valueRow)] }];
  const sections: Section[] = [
    ...values("Settings", "KEY", settings),
    ...values("Images", "SERVICE", images),
    ...values("Schemas", "STORE", schemas),
    ...resourceSection(resources ?? []),
    ...noteSection([
      ...(resources === undefined
        ? ["resources cannot be compared: a checkpoint of the two is kept no more"]
        : []),
      ...(secretSettingsComparable
        ? []
        : ["secret settings cannot be compared: their fingerprints have different keys"]),
      ...(secretsCompared ? [] : ["secrets of resources are not compared: they cannot be decrypted here"]),
    ]),
  ];
  const nothing = { lines: ["nothing differs"] };
  return [{ title: `Release ${from} → release ${to}` }, ...(sections.length === 0 ? [nothing] : sections)];
}

function noteSection(lines: readonly string[]): Section[] {
  return lines.length === 0 ? [] : [{ lines }];
}

function resourceSection(resources: readonly ResourceChange[]): Section[] {
  if (resources.length === 0) return [];
  const count = (change: ResourceChange["change"]) =>
    resources.filter((resource) => resource.change === change).length;
  const rows = resources.flatMap((resource) => {
    const { change, name, component, properties } = resource;
    const first = [MARKS[change], component, name];
    const [head = ["", "", ""], ...rest] = properties.map(valueRow);
    return [[...first, ...head], ...rest.map((row) => ["", "", "", ...row])];
  });
  const counts = `${count("added")} added, ${count("removed")} removed, ${count("changed")} changed`;
  return [
    {
      title: `Resources: ${counts}`,
      rows: [["", "COMPONENT", "RESOURCE", "PROPERTY", "BEFORE", "AFTER"], ...rows],
    },
  ];
}

function valueRow({ path, before, after }: ValueChange): string[] {
  return [path, shorten(before), shorten(after)];
}

function shorten(value: string | undefined): string {
  if (value === undefined) return "-";
  const line = value.replaceAll("\n", "⏎");
  return line.length > LONGEST_VALUE ? `${line.slice(0, LONGEST_VALUE - 1)}…` : line;
}
