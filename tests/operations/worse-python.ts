import { docker, type StandIn, takePlace } from "./stand-in.ts";

/** In what Python may be worse: its reads take two seconds more, have other contents, or fail. */
export type Fault = "slow" | "wrong" | "failing";

/** Hands on what is asked of the backend, and back what it answers; both as the fault has it. */
const PROGRAM = `
import asyncio, os
FAULT = os.environ["FAULT"]
FAILED = b"HTTP/1.1 500 Internal Server Error\\r\\ncontent-length: 0\\r\\n\\r\\n"
async def requests(client, out, backend):
    while data := await client.read(65536):
        if data.startswith(b"GET /v1/"):
            if FAULT == "slow":
                await asyncio.sleep(2)
            if FAULT == "failing":
                out.write(FAILED)
                continue
        backend.write(data)
async def answers(backend, out):
    while data := await backend.read(65536):
        out.write(data.replace(b'"name"', b'"nome"') if FAULT == "wrong" else data)
async def serve(client, out):
    replies, backend = await asyncio.open_connection(os.environ["BACKEND"], 8080)
    both = [asyncio.create_task(requests(client, out, backend)), asyncio.create_task(answers(replies, out))]
    await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    out.close()
    backend.close()
async def main():
    async with await asyncio.start_server(serve, "0.0.0.0", 8080) as server:
        await server.serve_forever()
asyncio.run(main())
`;

/** Puts something between the gateway and the Python backend that makes it worse. */
export function worsenPython(prefix: string, fault: Fault): StandIn {
  const backend = "backend-python";
  const name = `${prefix}-${backend}`;
  const address = `{{(index .NetworkSettings.Networks "${name}-data").IPAddress}}`;
  const env = { FAULT: fault, BACKEND: docker("inspect", "--format", address, name) };
  return takePlace({ prefix, backend, program: PROGRAM, env });
}
