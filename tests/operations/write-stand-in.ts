import { setTimeout as delay } from "node:timers/promises";
import { type Backend, docker, type StandIn, takePlace } from "./stand-in.ts";

/**
 * Stands in for a backend at its place behind the gateway and takes writes: `PUT /v1/notes/{id}` puts a document into
 * that backend's own store and answers 201 once it is there; `GET` reads it from there. (The backends themselves
 * write nothing yet.)
 */
const PROGRAM = `
import os
from pymongo import AsyncMongoClient
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
import uvicorn
notes = AsyncMongoClient(os.environ["MONGODB_URL"])["trials"]["notes"]
async def ready(request):
    return Response("{}")
async def note(request):
    key = request.path_params["id"]
    if request.method == "PUT":
        await notes.insert_one({"_id": key})
        return Response(status_code=201)
    return Response(status_code=200 if await notes.find_one({"_id": key}) else 404)
routes = [Route("/health/ready", ready), Route("/v1/notes/{id}", note, methods=["GET", "PUT"])]
uvicorn.run(Starlette(routes=routes), host="0.0.0.0", port=8080, log_level="warning")
`;

const STORE = `
import os, pymongo
notes = pymongo.MongoClient(os.environ["MONGODB_URL"])["trials"]["notes"]
`;

/** A stand-in that takes writes. */
export interface WriteStandIn extends StandIn {
  /** What is in that backend's store. */
  notes(): ReadonlySet<string>;
}

/** Takes a backend's place: `prefix` is `<project>-<stack>`. The notes go when it leaves. */
export function standIn(prefix: string, backend: Backend): WriteStandIn {
  const env = { MONGODB_URL: `mongodb://${prefix}-${backend}-documents:27017/trials` };
  const { id, leave } = takePlace({ prefix, backend, program: PROGRAM, env });
  const inStore = (script: string) => docker("exec", id, "python3", "-c", `${STORE}${script}`);
  return {
    id,
    notes: () => new Set(inStore('print("\\n".join(note["_id"] for note in notes.find()))').split("\n")),
    leave() {
      inStore("notes.drop()");
      leave();
    },
  };
}

/** Milliseconds between two writes of a client: what is tested here shares the processor with them. */
const PACE = 50;

/** Writes notes through the gateway until told to stop; knows which of them were acknowledged. */
export class Writer {
  readonly acknowledged: string[] = [];
  refused = 0;
  readonly #url: string;
  readonly #name: string;
  #running = true;
  readonly #ended: Promise<unknown>;

  constructor(url: string, name: string, clients = 4) {
    this.#url = url;
    this.#name = name;
    this.#ended = Promise.all(Array.from({ length: clients }, (_, client) => this.#write(client)));
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#ended;
  }

  /** Acknowledged notes that a store does not have. */
  lostIn(store: WriteStandIn): string[] {
    const notes = store.notes();
    return this.acknowledged.filter((note) => !notes.has(note));
  }

  async #write(client: number): Promise<void> {
    for (let number = 0; this.#running; number += 1) {
      const note = `${this.#name}-${client}-${number}`;
      const response = await fetch(`${this.#url}/v1/notes/${note}`, { method: "PUT" }).catch(() => undefined);
      await response?.arrayBuffer();
      if (response?.status === 201) this.acknowledged.push(note);
      else this.refused += 1;
      await delay(PACE);
    }
  }
}
