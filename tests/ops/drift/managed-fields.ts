export const CHANGED = "2026-11-20T09:30:00Z";

/** An entry of `metadata.managedFields`: fields that a manager changed. */
export function changedBy(manager: string, fieldsV1: object, more: object = {}) {
  return {
    manager,
    operation: "Update",
    apiVersion: "apps/v1",
    time: CHANGED,
    fieldsType: "FieldsV1",
    fieldsV1,
    ...more,
  };
}
