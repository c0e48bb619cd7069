import type Docker from "dockerode";

/** The last lines that a container printed, both streams together. */
export async function lastLog(container: Docker.Container, tail: number): Promise<string> {
  const { Config: config } = await container.inspect();
  const bytes = await container.logs({ stdout: true, stderr: true, follow: false, tail });
  return config.Tty ? bytes.toString("utf8") : withoutFrames(bytes);
}

/** Everything a container prints until it ends; "" where it is gone before anyone could listen. */
export async function followLog(container: Docker.Container, isTerminal: boolean): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    const stream = await container.logs({ stdout: true, stderr: true, follow: true });
    for await (const chunk of stream) chunks.push(Buffer.from(chunk as unknown as Uint8Array));
  } catch {
    // Removed at its end: what was read so far is all there is.
  }
  const bytes = Buffer.concat(chunks);
  return isTerminal ? bytes.toString("utf8") : withoutFrames(bytes);
}

/** Docker puts 8 bytes before each piece of output: which stream, three zeros, and the length. */
function withoutFrames(bytes: Buffer): string {
  const pieces: Buffer[] = [];
  for (let position = 0; position + 8 <= bytes.length; ) {
    const length = bytes.readUInt32BE(position + 4);
    pieces.push(bytes.subarray(position + 8, position + 8 + length));
    position += 8 + length;
  }
  return Buffer.concat(pieces).toString("utf8");
}
