import fc from "fast-check";
import { EngineError } from "../../src/errors.ts";

/** Something that reads what others wrote, and inputs to try it with. */
export interface FuzzTarget {
  readonly name: string;
  /** Runs the property so often; throws with a minimal counterexample. */
  run(parameters: { readonly numRuns: number; readonly seed: number }): Promise<void>;
}

/** How long one input may take: far more than any of these sizes needs, also on a busy machine. */
const LIMIT_MS = 5000;

/** A target whose property does nothing but hold; whatever it throws fails. */
export function holds<Input>(
  name: string,
  inputs: fc.Arbitrary<Input>,
  property: (input: Input) => void | Promise<void>,
): FuzzTarget {
  return {
    name,
    run: (parameters) =>
      fc.assert(
        fc.asyncProperty(inputs, async (input) => property(input)),
        parameters,
      ),
  };
}

/**
 * A target that reads: it gives something, or an error of the engine's own, and in time. `check` looks at what it gave,
 * `isTyped` at what it threw.
 */
export function reads<Input, Result>(
  name: string,
  inputs: fc.Arbitrary<Input>,
  reader: {
    readonly read: (input: Input) => Result | Promise<Result>;
    readonly check?: (result: Result) => void | Promise<void>;
    readonly names?: string;
  },
): FuzzTarget {
  return holds(name, inputs, async (input) => {
    const started = performance.now();
    const result = await attempt(() => reader.read(input), reader.names);
    const took = performance.now() - started;
    if (took > LIMIT_MS) throw new Error(`took ${Math.round(took)} ms`);
    if (result !== undefined) await reader.check?.(result.value);
  });
}

/** For inputs that take long: one run in twenty. */
export function seldom(target: FuzzTarget): FuzzTarget {
  return {
    name: target.name,
    run: ({ numRuns, seed }) => target.run({ numRuns: Math.ceil(numRuns / 20), seed }),
  };
}

async function attempt<Result>(
  read: () => Result | Promise<Result>,
  names = "",
): Promise<{ readonly value: Result } | undefined> {
  try {
    return { value: await read() };
  } catch (error) {
    if (!(error instanceof EngineError))
      throw new Error("threw what is no error of the engine", { cause: error });
    if (!error.message.includes(names)) throw new Error(`does not name ${names}: ${error.message}`);
    return undefined;
  }
}
