/** The control plane cannot be built or started; the message says what a person can do. */
export class ControlPlaneError extends Error {
  override readonly name = "ControlPlaneError";
}
