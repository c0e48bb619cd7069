/** A call that came in, and what it got. */
export interface SeenCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The date that was asked for; "" where none was. */
  readonly version: string;
  /** What was sent, parsed; undefined where nothing was. */
  readonly body: unknown;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  /** 0 where the connection was broken. */
  readonly status: number;
}

const LONGEST = 10_000;

/** The last calls, in order. In memory only: bodies hold passwords. */
export class CallLog {
  readonly calls: SeenCall[] = [];
  /** Calls to what the simulator does not know, or not in that version: `501 GET /path version`. */
  readonly unknown: string[] = [];

  add(call: SeenCall): void {
    if (this.calls.length === LONGEST) this.calls.shift();
    this.calls.push(call);
    if ([406, 410, 501].includes(call.status)) {
      this.unknown.push(`${call.status} ${call.method} ${call.path} ${call.version}`.trimEnd());
    }
  }
}
