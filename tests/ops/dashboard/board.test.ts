import { describe, expect, it } from "vitest";
import { Board, type Posting } from "../../../ops/dashboard/board.ts";

describe("Board", () => {
  it("tells who watches of changes, and of nothing that stays the same", () => {
    const board = new Board();
    const told: Posting[] = [];
    const end = board.watch((posting) => told.push(posting));
    board.post("dev", "plan", { state: "none" });
    board.post("dev", "plan", { state: "none" });
    board.post("dev", "plan", { state: "running", since: "now" });
    end();
    board.post("dev", "plan", { state: "none" });
    expect(told.map(({ key, value }) => [key, value])).toEqual([
      ["dev/plan", { state: "none" }],
      ["dev/plan", { state: "running", since: "now" }],
    ]);
    expect(board.find("dev", "plan")).toEqual({ state: "none" });
    expect(board.find("test", "plan")).toBeUndefined();
  });

  it("gives what has changed since, each part once and as it is now", () => {
    const board = new Board();
    board.post("dev", "plan", { state: "none" });
    board.post("dev", "health", { workloads: {} });
    const [first] = board.since(undefined);
    board.post("dev", "plan", { state: "running", since: "now" });
    expect(board.since(undefined).map(({ key }) => key)).toEqual(["dev/health", "dev/plan"]);
    expect(board.since(first?.id).map(({ key }) => key)).toEqual(["dev/health", "dev/plan"]);
    expect(board.since(board.since(undefined).at(-1)?.id)).toEqual([]);
  });

  it("gives everything to who comes from before a restart", () => {
    const board = new Board();
    board.post("dev", "plan", { state: "none" });
    expect(board.since("0badcafe-7")).toHaveLength(1);
  });
});
