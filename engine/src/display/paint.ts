import type { StepOp } from "../events.ts";

/** Colours a text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "magenta" | "cyan";

const codes: { readonly [style in Style]: number } = {
  bold: 1,
  dim: 2,
  red: 31,
  green: 32,
  yellow: 33,
  magenta: 35,
  cyan: 36,
};

/** No colour at all. */
export const plain: Paint = (_style, text) => text;

/** Terminal colours. */
export const coloured: Paint = (style, text) =>
  text === "" ? "" : `\u001b[${codes[style]}m${text}\u001b[0m`;

/** Picks a painter: `--color`, then NO_COLOR, then whether the output is a terminal. */
export function choosePaint(options: {
  readonly color: string | undefined;
  readonly env: { readonly [name: string]: string | undefined };
  readonly isTerminal: boolean;
}): Paint {
  if (options.color === "always") return coloured;
  if (options.color === "never" || options.color === "raw") return plain;
  const isForbidden = (options.env["NO_COLOR"] ?? "") !== "";
  return options.isTerminal && !isForbidden ? coloured : plain;
}

/** The colour of an op. */
export function opStyle(op: StepOp): Style {
  switch (op) {
    case "create":
    case "create-replacement":
      return "green";
    case "delete":
    case "delete-replaced":
    case "discard":
    case "discard-replaced":
      return "red";
    case "update":
    case "refresh":
      return "yellow";
    case "replace":
      return "magenta";
    default:
      return "cyan";
  }
}
