import type grpc from "@grpc/grpc-js";
import { toServiceError } from "./failures.ts";
import type { Properties } from "./property-values.ts";

type Close = (outputs: Properties) => Properties;

/** An asynchronous function as gRPC wants it. `close` gets the secrets of a half-made object closed. */
export function unary<Request, Response>(
  answer: (request: Request) => Promise<Response> | Response,
  close: (request: Request) => Close = () => (outputs) => outputs,
): grpc.handleUnaryCall<Request, Response> {
  return ({ request }, callback) => {
    Promise.resolve()
      .then(() => answer(request))
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(toServiceError(error, close(request))),
      );
  };
}
