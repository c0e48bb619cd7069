import { UserError } from "../errors.ts";

/** How long the stages of a plugin's life may take, in milliseconds. */
export interface PluginDeadlines {
  /** From its start to the line with its port. */
  readonly port: number;
  /** From there to the first answer. */
  readonly ready: number;
  readonly configure: number;
  /** For `Cancel`, and again for the end of the process after SIGINT. */
  readonly shutdown: number;
}

export const DEFAULT_DEADLINES: PluginDeadlines = {
  port: 60_000,
  ready: 10_000,
  configure: 120_000,
  shutdown: 5_000,
};

const VARIABLES: { readonly [stage in keyof PluginDeadlines]: string } = {
  port: "PULUMI_ENGINE_PLUGIN_START_SECONDS",
  ready: "PULUMI_ENGINE_PLUGIN_READY_SECONDS",
  configure: "PULUMI_ENGINE_PLUGIN_CONFIGURE_SECONDS",
  shutdown: "PULUMI_ENGINE_PLUGIN_SHUTDOWN_SECONDS",
};

/** The variable that gives a stage more time, for messages. */
export function deadlineVariable(stage: keyof PluginDeadlines): string {
  return VARIABLES[stage];
}

/**
 * The deadlines that the environment asks for, in seconds.
 * @throws UserError `plugin-deadline-invalid`
 */
export function readDeadlines(env: { readonly [name: string]: string | undefined }): PluginDeadlines {
  const { port, ready, configure, shutdown } = DEFAULT_DEADLINES;
  const read = (stage: keyof PluginDeadlines, fallback: number) => {
    const text = env[VARIABLES[stage]];
    return text === undefined || text === "" ? fallback : milliseconds(VARIABLES[stage], text);
  };
  return {
    port: read("port", port),
    ready: read("ready", ready),
    configure: read("configure", configure),
    shutdown: read("shutdown", shutdown),
  };
}

const DAY_SECONDS = 86_400;

function milliseconds(variable: string, text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && seconds <= DAY_SECONDS) return seconds * 1000;
  throw new UserError("plugin-deadline-invalid", `${variable} is '${text}', not a number of seconds`, {
    help: `Set it to a number over 0 and up to ${DAY_SECONDS}, or not at all.`,
  });
}
