/** What a V8 CPU profile says of the engine's process. */

interface Frame {
  readonly functionName: string;
  readonly url: string;
}

/** The part of a `.cpuprofile` that is read. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: Frame;
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  /** Microseconds. */
  readonly timeDeltas: readonly number[];
}

/** `own`: the engine's code and what it calls of Node, but for what the others name. */
export type Share = "own" | "wire" | "loading" | "collection" | "rest";

/** Milliseconds of the main thread in each share; waiting is none of them. */
export function sharesOf({ nodes, samples, timeDeltas }: CpuProfile): { readonly [share in Share]: number } {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const shares = new Map<number, Share | undefined>();
  const totals = { own: 0, wire: 0, loading: 0, collection: 0, rest: 0 };
  for (const [index, node] of samples.entries()) {
    if (!shares.has(node)) shares.set(node, shareOf(stackOf(node, frames, parents)));
    const share = shares.get(node);
    if (share !== undefined) totals[share] += (timeDeltas[index] ?? 0) / 1000;
  }
  return totals;
}

/** From the function that ran outward. */
function stackOf(
  node: number,
  frames: ReadonlyMap<number, Frame>,
  parents: ReadonlyMap<number, number>,
): readonly Frame[] {
  const stack: Frame[] = [];
  for (let at: number | undefined = node; at !== undefined; at = parents.get(at)) {
    const frame = frames.get(at);
    if (frame !== undefined) stack.push(frame);
  }
  return stack;
}

const LOADING = /internal\/(modules|bootstrap)|internal\/deps\/amaro/;
const WIRE =
  /node_modules\/(@grpc|google-protobuf|protobufjs)|_pb\.js$|\/engine\/src\/grpc\/|internal\/http2/;
const OWN = /\/engine\/(src|bin)\//;

function shareOf(stack: readonly Frame[]): Share | undefined {
  const name = stack[0]?.functionName;
  if (name === "(idle)") return undefined;
  if (name === "(garbage collector)") return "collection";
  if (stack.some(({ url, functionName }) => LOADING.test(url) || functionName === "evaluate"))
    return "loading";
  const known = stack.find(({ url }) => WIRE.test(url) || OWN.test(url));
  if (known === undefined) return stack.some(({ url }) => url.startsWith("node:")) ? "wire" : "rest";
  return WIRE.test(known.url) ? "wire" : "own";
}
