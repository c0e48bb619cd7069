/** A platform's time as the report has it; null for none, such as the year 1 that Docker writes. */
export function timeOf(told: Date | string | undefined): string | null {
  const time = told === undefined ? Number.NaN : new Date(told).getTime();
  return Number.isNaN(time) || time <= 0 ? null : new Date(time).toISOString();
}
