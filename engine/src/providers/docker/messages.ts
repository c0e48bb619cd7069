/** One message of a stream from the daemon: pulls, pushes and builds speak the same way. */
export interface DaemonMessage {
  readonly id?: string | undefined;
  readonly status?: string | undefined;
  readonly progress?: string | undefined;
  readonly stream?: string | undefined;
  readonly error?: string | undefined;
  readonly aux?: unknown;
}

/** The messages of a daemon's answer, as they come: JSON texts, one a line. */
export async function* readMessages(stream: NodeJS.ReadableStream): AsyncGenerator<DaemonMessage> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk as unknown as Uint8Array, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield* toMessage(line);
  }
  yield* toMessage(rest);
}

function toMessage(line: string): DaemonMessage[] {
  if (line.trim() === "") return [];
  const parsed = JSON.parse(line) as { readonly [key: string]: unknown };
  const text = (key: string): string | undefined =>
    typeof parsed[key] === "string" ? parsed[key] : undefined;
  return [
    {
      id: text("id"),
      status: text("status"),
      progress: text("progress"),
      stream: text("stream"),
      error: text("error"),
      aux: parsed["aux"],
    },
  ];
}
