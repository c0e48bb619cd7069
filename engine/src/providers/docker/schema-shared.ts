import { type Fields, int, string } from "./schema.ts";

const replaces = true;
const required = true;

/** `label` and `value`, as every labelled resource has them. */
export const LABEL: Fields = { label: string({ required, replaces }), value: string({ required, replaces }) };

export const ULIMIT: Fields = {
  name: string({ required, replaces }),
  soft: int({ required, replaces }),
  hard: int({ required, replaces }),
};
