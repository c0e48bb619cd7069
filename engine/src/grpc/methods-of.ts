import type { Method } from "./method.ts";

/** A message as `protoc` generates it for JavaScript. */
interface Message {
  serializeBinary(): Uint8Array;
}

interface MessageClass<Type extends Message = Message> {
  deserializeBinary(bytes: Uint8Array): Type;
}

/** What each method takes and gives, by the name of the method in lower camel case. */
interface MessageClasses {
  readonly [method: string]: readonly [request: MessageClass, response: MessageClass];
}

type MessageOf<Class> = Class extends MessageClass<infer Type> ? Type : never;

export type MethodsOf<Classes extends MessageClasses> = {
  readonly [Name in keyof Classes]: Method<MessageOf<Classes[Name][0]>, MessageOf<Classes[Name][1]>>;
};

/**
 * The methods of a service (`package.Service`). The SDK generates the same, together with a client for which it loads a whole
 * library.
 */
export function methodsOf<const Classes extends MessageClasses>(
  service: string,
  classes: Classes,
): MethodsOf<Classes> {
  const methods = Object.entries(classes).map(([name, [request, response]]) => {
    const path = `/${service}/${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    return [name, methodOf(path, request, response)] as const;
  });
  return Object.fromEntries(methods) as unknown as MethodsOf<Classes>;
}

function methodOf(path: string, request: MessageClass, response: MessageClass): Method<Message, Message> {
  return {
    path,
    requestSerialize: (message) => message.serializeBinary(),
    requestDeserialize: (bytes) => request.deserializeBinary(asPlainBytes(bytes)),
    responseSerialize: (message) => message.serializeBinary(),
    responseDeserialize: (bytes) => response.deserializeBinary(asPlainBytes(bytes)),
  };
}

/** Generated code takes no bytes that are a Buffer. */
function asPlainBytes({ buffer, byteOffset, byteLength }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
