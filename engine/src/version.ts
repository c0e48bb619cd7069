/** The version of the Pulumi CLI that this engine emulates: told to tools and programs, and recorded in state. */
export const PULUMI_VERSION = "v3.260.0";
