import { randomInt } from "node:crypto";
import { createServer, type Server } from "node:net";

/** Below what systems hand out by themselves (Linux from 32768 on), so that no port is taken before it is used. */
const LOWEST = 20_000;
const HIGHEST = 32_767;

/** Ports of the loopback interface that nobody listens on now; all are held until the last is known, so none comes twice. */
export async function findFreePorts(count: number): Promise<number[]> {
  const held: { readonly port: number; readonly server: Server }[] = [];
  try {
    while (held.length < count) {
      const port = randomInt(LOWEST, HIGHEST + 1);
      const server = await listen(port);
      if (server !== undefined) held.push({ port, server });
    }
    return held.map(({ port }) => port);
  } finally {
    await Promise.all(held.map(({ server }) => new Promise((resolve) => server.close(resolve))));
  }
}

/** undefined where somebody else does. */
function listen(port: number): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(undefined) : reject(error),
    );
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
