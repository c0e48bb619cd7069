import { OpenCalls } from "../open-calls.ts";
import type { SourceTrace } from "../protocol/monitor.ts";

/** The traces of calls that plugins are at work on: where the program asked for what they register meanwhile. */
export class CallerTraces {
  private readonly calls = new OpenCalls<SourceTrace["frames"]>();

  /** Does the work of a call. `handle` stands for its trace until it ends; "" where it has none. */
  async during<Answer>({ frames }: SourceTrace, work: (handle: string) => Promise<Answer>): Promise<Answer> {
    return frames.length === 0 ? work("") : this.calls.during(frames, work);
  }

  /** A request with the frames of the call that it was made for, before its own. */
  complete<Request extends { readonly source: SourceTrace }>(request: Request): Request {
    const { source } = request;
    const outer = source.handle === undefined ? undefined : this.calls.find(source.handle);
    if (outer === undefined) return request;
    return { ...request, source: { ...source, frames: [...outer, ...source.frames] } };
  }
}
