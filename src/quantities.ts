declare const unit: unique symbol;

/** A length of time. */
export type Duration = { readonly [unit]: "duration"; readonly milliseconds: number };
/** An amount of memory. */
export type Bytes = { readonly [unit]: "bytes"; readonly bytes: number };
/** An amount of processor time. */
export type Cpu = { readonly [unit]: "cpu"; readonly millicores: number };

const MEBIBYTE = 1024 * 1024;

export function seconds(count: number): Duration {
  return { milliseconds: count * 1000 } as Duration;
}

export function mebibytes(count: number): Bytes {
  return { bytes: count * MEBIBYTE } as Bytes;
}

export function millicores(count: number): Cpu {
  return { millicores: count } as Cpu;
}

/** Whole mebibytes, rounded up: the unit in which Docker's provider counts memory. */
export function toMebibytes(amount: Bytes): number {
  return Math.ceil(amount.bytes / MEBIBYTE);
}

/** Go's notation, as Docker and Kubernetes providers take it: `90s`. */
export function toGoDuration(duration: Duration): string {
  return duration.milliseconds % 1000 === 0
    ? `${duration.milliseconds / 1000}s`
    : `${duration.milliseconds}ms`;
}

/** Whole seconds, rounded up. */
export function toSeconds(duration: Duration): number {
  return Math.ceil(duration.milliseconds / 1000);
}

/** Kubernetes's notation of an amount of memory, as the API server writes it: `256Mi`, `2Gi`. */
export function toMemoryQuantity(amount: Bytes): string {
  const count = toMebibytes(amount);
  return count % 1024 === 0 ? `${count / 1024}Gi` : `${count}Mi`;
}

/** Kubernetes's notation of an amount of processor time, as the API server writes it: `250m`, `2`. */
export function toCpuQuantity({ millicores }: Cpu): string {
  return millicores % 1000 === 0 ? `${millicores / 1000}` : `${millicores}m`;
}
