import { decodeBuildStatus, type Vertex } from "./build-trace.ts";
import type { DaemonMessage } from "./messages.ts";

const SHOWN_LINES = 30;

/** Follows a build: reports each step once and each line it prints, and keeps what explains a failure. */
export class BuildLog {
  imageId: string | undefined;
  error: string | undefined;
  readonly #progress: (line: string) => void;
  readonly #seen = new Set<string>();
  readonly #lines: { readonly step: string; readonly text: string }[] = [];
  #failed: Vertex | undefined;

  constructor(progress: (line: string) => void) {
    this.#progress = progress;
  }

  /** Everything the build printed. */
  get text(): string {
    return this.#lines.map((line) => `${line.text}\n`).join("");
  }

  read(message: DaemonMessage): void {
    const { aux } = message;
    if (message.id === "moby.buildkit.trace") this.#readTrace(Buffer.from(String(aux), "base64"));
    else if (typeof aux === "object" && aux !== null && "ID" in aux) this.imageId = String(aux.ID);
    if (message.stream !== undefined) this.#print("", message.stream);
    if (message.error !== undefined) this.error = message.error;
  }

  #readTrace(bytes: Uint8Array): void {
    const status = decodeBuildStatus(bytes);
    for (const vertex of status.vertices) this.#meet(vertex);
    for (const log of status.logs) this.#print(log.vertex, log.text);
  }

  #meet(vertex: Vertex): void {
    if (vertex.error !== "") this.#failed = vertex;
    const isPlumbing = vertex.name.startsWith("[internal]") || vertex.name.startsWith("copy /context");
    if (isPlumbing || this.#seen.has(vertex.digest) || !(vertex.started || vertex.cached)) return;
    this.#seen.add(vertex.digest);
    this.#progress(vertex.cached ? `CACHED ${vertex.name}` : vertex.name);
  }

  #print(step: string, text: string): void {
    for (const line of text.split(/[\r\n]+/).filter((part) => part.trim() !== "")) {
      this.#lines.push({ step, text: line });
      this.#progress(line);
    }
  }

  /** The error, which Dockerfile and which step, and the last lines that the step printed. */
  failureText(error: string, dockerfile: string): string {
    const failed = this.#failed;
    const own = this.#lines.filter((line) => failed === undefined || line.step === failed.digest);
    const tail = own.slice(-SHOWN_LINES).map((line) => `    ${line.text}`);
    return [
      error,
      `  Dockerfile: ${dockerfile}`,
      ...(failed === undefined ? [] : [`  Step: ${failed.name}`]),
      ...(tail.length === 0 ? [] : ["  Last lines of its log:", ...tail]),
    ].join("\n");
  }
}
