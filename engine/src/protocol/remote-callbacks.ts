import type callbacks from "@pulumi/pulumi/proto/callback_pb.js";
import type {
  RegisterErrorHookRequest,
  RegisterResourceHookRequest,
} from "@pulumi/pulumi/proto/resource_pb.js";
import { EngineError, UserError } from "../errors.ts";
import type { ErrorHook, ResourceHook } from "../execute/hook-registry.ts";
import { type Callback, type CallbackClients, CallbackError } from "./callback-clients.ts";
import {
  decodeErrorHookAnswer,
  decodeHookAnswer,
  encodeErrorHookCall,
  encodeHookCall,
} from "./hook-messages.ts";
import type { InvokeTransform, Transform } from "./monitor.ts";
import {
  decodeInvokeTransform,
  decodeTransform,
  encodeInvokeTransform,
  encodeTransform,
} from "./transform-messages.ts";

type CallbackMessage = InstanceType<typeof callbacks.Callback>;

/** Makes functions of the callbacks that a program registers: what is called is the program. */
export interface RemoteCallbacks {
  transform(callback: CallbackMessage): Transform;
  invokeTransform(callback: CallbackMessage): InvokeTransform;
  resourceHook(request: RegisterResourceHookRequest): ResourceHook;
  errorHook(request: RegisterErrorHookRequest): ErrorHook;
}

/** Functions of the program, called over `clients`. Each throws UserError `callback-invalid` where there is no target. */
export function createRemoteCallbacks(clients: CallbackClients): RemoteCallbacks {
  return {
    transform(message) {
      const callback = decodeCallback(message);
      return async (request) => {
        const answer = clients.invoke(callback, encodeTransform(request));
        return decodeTransform(request, await answer);
      };
    },
    invokeTransform(message) {
      const callback = decodeCallback(message);
      return async (request) => {
        const answer = clients.invoke(callback, encodeInvokeTransform(request));
        return decodeInvokeTransform(request, await answer);
      };
    },
    resourceHook: (request) => ({
      name: request.getName(),
      onDryRun: request.getOnDryRun(),
      ignoreErrors: request.getIgnoreErrors(),
      run: hookFunction(decodeCallback(request.getCallback()), clients),
    }),
    errorHook: (request) => ({
      name: request.getName(),
      run: errorHookFunction(decodeCallback(request.getCallback()), clients),
    }),
  };
}

function hookFunction(callback: Callback, clients: CallbackClients): ResourceHook["run"] {
  return async (call) => {
    const error = decodeHookAnswer(await invoke(callback, clients, encodeHookCall(call)));
    if (error !== "") throw new EngineError(error);
  };
}

function errorHookFunction(callback: Callback, clients: CallbackClients): ErrorHook["run"] {
  return async (call) => {
    const answer = await invoke(callback, clients, encodeErrorHookCall(call));
    const { error, retry } = decodeErrorHookAnswer(answer);
    if (error !== "") throw new EngineError(error);
    return retry;
  };
}

/** Hooks do not answer with a status: where there is one, something went wrong on the way. */
async function invoke(
  callback: Callback,
  clients: CallbackClients,
  request: Uint8Array,
): Promise<Uint8Array> {
  try {
    return await clients.invoke(callback, request);
  } catch (error) {
    throw error instanceof CallbackError ? new EngineError(error.status, { cause: error }) : error;
  }
}

function decodeCallback(message: CallbackMessage | undefined): Callback {
  const target = message?.getTarget() ?? "";
  if (target === "") throw new UserError("callback-invalid", "target must be specified");
  return { target, token: message?.getToken() ?? "" };
}
