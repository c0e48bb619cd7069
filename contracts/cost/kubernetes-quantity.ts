const BYTES: { readonly [suffix: string]: number } = {
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** Thousandths of a vCPU: `250m`, `0.5` and `2` are 250, 500 and 2000; undefined where it is no quantity. */
export function millicoresOf(quantity: unknown): number | undefined {
  const found = /^([\d.]+)(m?)$/.exec(String(quantity));
  return found === null ? undefined : Number(found[1]) * (found[2] === "m" ? 1 : 1000);
}

/** KiB of `512Mi`, `1Gi`, `1G` or a number of bytes; undefined where it is no quantity. */
export function kibibytesOf(quantity: unknown): number | undefined {
  const found = /^([\d.]+)([kMGT]|[KMGT]i)?$/.exec(String(quantity));
  return found === null ? undefined : (Number(found[1]) * (BYTES[found[2] ?? ""] ?? 0)) / 1024;
}
