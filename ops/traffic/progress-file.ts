import { existsSync, readFileSync, rmSync } from "node:fs";
import { relative } from "node:path";
import type { z } from "zod";
import { UserError } from "../errors.ts";
import { root } from "../paths.ts";
import { writeDurably } from "../replace-file.ts";

/** How far an operation of several updates has come, on disk before each of its phases begins. */
export class ProgressFile<T> {
  readonly #file: string;
  readonly #schema: z.ZodType<T>;

  constructor(file: string, schema: z.ZodType<T>) {
    this.#file = file;
    this.#schema = schema;
  }

  /** What was written last; undefined where nothing is under way. @throws UserError `progress-damaged` */
  read(): T | undefined {
    if (!existsSync(this.#file)) return undefined;
    try {
      return this.#schema.parse(JSON.parse(readFileSync(this.#file, "utf8")));
    } catch (error) {
      throw new UserError("progress-damaged", `${relative(root, this.#file)} cannot be read`, {
        help: "look at `./infra outputs STACK`, then delete that file and begin anew",
        cause: error,
      });
    }
  }

  write(progress: T): void {
    writeDurably(this.#file, `${JSON.stringify(progress, null, 2)}\n`);
  }

  remove(): void {
    rmSync(this.#file, { force: true });
  }
}
