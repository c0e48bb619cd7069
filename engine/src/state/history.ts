/** One entry of a stack's history, as `.pulumi/history/…/*.history.json` holds it. Times in Unix seconds. */
export interface UpdateRecord {
  readonly kind: "update" | "preview" | "refresh" | "rename" | "destroy" | "import" | "resource-import";
  readonly startTime: number;
  readonly message: string;
  readonly environment: { readonly [name: string]: string };
  /** Stack configuration as written in the stack's settings file: secrets stay ciphertext. */
  readonly config: { readonly [key: string]: unknown };
  readonly version: number;
  readonly result: "succeeded" | "failed" | "in-progress";
  readonly endTime: number;
  readonly resourceChanges: { readonly [op: string]: number };
}
