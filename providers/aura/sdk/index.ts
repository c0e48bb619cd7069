export { Instance, type InstanceArgs, type RestoreFromArgs } from "./instance.ts";
export { Provider, type ProviderArgs } from "./provider.ts";
export { Snapshot, type SnapshotArgs } from "./snapshot.ts";
