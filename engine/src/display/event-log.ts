import { closeSync, openSync, writeSync } from "node:fs";
import type { EngineEvent, EventListener } from "../events.ts";
import { renderEventJson } from "./event-json.ts";

/** A place that takes events in order. */
export interface EventSink {
  readonly listener: EventListener;
  /** Settles when every event has arrived. */
  close(): Promise<void>;
}

export interface EventLogOptions {
  /** A file name, or `tcp://host:port` of a `pulumirpc.Events` server. */
  readonly target: string;
  readonly color: string;
  now(): Date;
}

const millisecondsPerSecond = 1000;

/** Numbers events and gives each as one line of JSON. */
export function eventLines(
  options: Pick<EventLogOptions, "color" | "now">,
  write: (line: string) => void,
): EventListener {
  let sequence = 0;
  return (event: EngineEvent) => {
    const timestamp = Math.floor(options.now().getTime() / millisecondsPerSecond);
    write(JSON.stringify(renderEventJson(event, { sequence: sequence++, timestamp, color: options.color })));
  };
}

/** Opens the event log that `--event-log` names. */
export async function openEventLog(options: EventLogOptions): Promise<EventSink> {
  return options.target.startsWith("tcp://") ? streamEvents(options) : appendEvents(options);
}

function appendEvents(options: EventLogOptions): EventSink {
  const file = openSync(options.target, "w");
  return {
    listener: eventLines(options, (line) => {
      writeSync(file, `${line}\n`);
    }),
    async close() {
      closeSync(file);
    },
  };
}

async function streamEvents(options: EventLogOptions): Promise<EventSink> {
  const { GrpcClient } = await import("../grpc/client.ts");
  const { methodsOf } = await import("../grpc/methods-of.ts");
  const { default: empty } = await import("google-protobuf/google/protobuf/empty_pb.js");
  const { default: messages } = await import("@pulumi/pulumi/proto/events_pb.js");
  const address = options.target.slice("tcp://".length);
  const client = new GrpcClient(address);
  const { streamEvents } = methodsOf("pulumirpc.Events", {
    streamEvents: [messages.EventRequest, empty.Empty],
  });
  const events = client.stream(streamEvents);
  return {
    listener: eventLines(options, (line) => {
      events.write(new messages.EventRequest().setEvent(line));
    }),
    async close() {
      // The reader owns its copy of the events; an operation does not fail because nobody reads.
      await events.end().catch(() => undefined);
      client.close();
    },
  };
}
