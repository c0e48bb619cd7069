/** The weights on the way, the last one included: 10 to 100 by 25 is 35, 60, 85, 100. */
export function weightsBetween(from: number, to: number, step: number): number[] {
  const direction = Math.sign(to - from);
  const count = Math.ceil(Math.abs(to - from) / step);
  return Array.from({ length: count }, (_, index) =>
    index === count - 1 ? to : from + direction * step * (index + 1),
  );
}
