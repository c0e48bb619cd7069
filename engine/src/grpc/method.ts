/** A method of a service, as generated code describes it. */
export interface Method<Request, Response> {
  /** `/package.Service/Method` */
  readonly path: string;
  readonly requestSerialize: (request: Request) => Uint8Array;
  readonly requestDeserialize: (bytes: Buffer) => Request;
  readonly responseSerialize: (response: Response) => Uint8Array;
  readonly responseDeserialize: (bytes: Buffer) => Response;
}

/** What a client needs of a method. */
export type ClientMethod<Request, Response> = Pick<
  Method<Request, Response>,
  "path" | "requestSerialize" | "responseDeserialize"
>;

/** What a server needs of the methods of a service, by the names that generated code gives them. */
export interface ServiceDefinition {
  readonly [name: string]: {
    readonly path: string;
    readonly requestDeserialize: (bytes: Buffer) => unknown;
    readonly responseSerialize: (response: never) => Uint8Array;
  };
}

/** What a call says besides its message, by lower-case name. */
export type Metadata = ReadonlyMap<string, string>;
