import { describe, expect, it } from "vitest";
import { subnetOf } from "../../../src/platforms/docker/subnet.ts";

describe("subnetOf", () => {
  it.each([
    ["10.0.0.0/8", "backend-node-edge", "10.0.0.0/12", "10.0.0.1"],
    ["10.0.0.0/8", "monitoring", "10.128.0.0/12", "10.128.0.1"],
    ["192.168.254.0/23", "monitoring", "192.168.255.0/27", "192.168.255.1"],
  ])("gives of %s to %s its sixteenth", (range, role, subnet, gateway) => {
    expect(subnetOf(range, role)).toEqual({ subnet, gateway });
  });

  it("knows the place of every network", () => {
    expect(() => subnetOf("10.0.0.0/8", "new-edge")).toThrow("network new-edge has no place");
  });
});
