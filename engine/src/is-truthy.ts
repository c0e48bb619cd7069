/** What Pulumi takes for a yes in the environment. */
export function isTruthy(value: string | undefined): boolean {
  return value !== undefined && ["1", "true"].includes(value.toLowerCase());
}
