/** Property values as plain data, secrets opened. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if (value.constructor.name === "Secret") return plain(Reflect.get(value, "value"));
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, plain(below)]));
}
