import { describe, expect, it } from "vitest";
import { instanceIdOf, parseCredentialsFile } from "../../../src/platforms/aura/credentials-file.ts";

const FILE = `# Wait 60 seconds before connecting using these details, or login to https://console.neo4j.io
NEO4J_URI=neo4j+s://0a1b2c3d.databases.neo4j.io
NEO4J_USERNAME=neo4j
NEO4J_PASSWORD=p=ss#word
NEO4J_DATABASE=neo4j
AURA_INSTANCEID=0a1b2c3d
AURA_INSTANCENAME=Trials
`;

const CONNECTION = {
  uri: "neo4j+s://0a1b2c3d.databases.neo4j.io",
  username: "neo4j",
  password: "p=ss#word",
  database: "neo4j",
  instanceId: "0a1b2c3d",
};

describe("parseCredentialsFile", () => {
  it("reads the file that Aura hands out", () => {
    expect(parseCredentialsFile(FILE)).toEqual(CONNECTION);
  });

  it.each([
    ["carriage returns", FILE.replaceAll("\n", "\r\n")],
    ["a byte order mark", `\uFEFF${FILE}`],
    ["double quotes", FILE.replaceAll(/=(.*)$/gm, '="$1"')],
    ["single quotes", FILE.replaceAll(/=(.*)$/gm, "='$1'")],
    ["spaces around keys and values", FILE.replaceAll(/^([A-Z0-9_]+)=(.*)$/gm, "  $1 = $2  ")],
    ["keys it does not know", `${FILE}NEO4J_EDITION=enterprise\n`],
    ["an older file without database and instance", FILE.replaceAll(/^(NEO4J_DATABASE|AURA_).*\n/gm, "")],
  ])("puts up with %s", (_what, text) => {
    expect(parseCredentialsFile(text)).toEqual(CONNECTION);
  });

  it("takes the database where the file names one", () => {
    expect(parseCredentialsFile(FILE.replace("DATABASE=neo4j", "DATABASE=trials")).database).toBe("trials");
  });

  it("accepts a host whose first label goes on after the instance's id", () => {
    const uri = "neo4j+s://0a1b2c3d-f11c.production-orch-0001.neo4j.io";
    expect(parseCredentialsFile(FILE.replace(CONNECTION.uri, uri)).uri).toBe(uri);
  });

  it.each([
    ["nothing", "", "NEO4J_URI is missing; NEO4J_USERNAME is missing; NEO4J_PASSWORD is missing"],
    ["an empty password", FILE.replace("p=ss#word", ""), "NEO4J_PASSWORD is missing"],
    ["a line without a key", `${FILE}hunter2\n`, "line 8 is neither a comment nor KEY=value"],
    ["a line with only a value", `${FILE}=hunter2\n`, "line 8 is neither a comment nor KEY=value"],
    ["a key set twice", `${FILE}NEO4J_PASSWORD=other\n`, "line 8 sets NEO4J_PASSWORD again"],
    ["an address that is none", FILE.replace("neo4j+s://", ""), "the URI is not one"],
    ["any certificate", FILE.replace("neo4j+s:", "neo4j+ssc:"), "+ssc trusts any certificate"],
    ["no encryption", FILE.replace("neo4j+s:", "bolt:"), "without +s nothing is encrypted"],
    ["another protocol", FILE.replace("neo4j+s:", "https:"), "the URI's scheme is https"],
    ["a login in the address", FILE.replace("+s://", "+s://a:hunter2@"), "the URI carries a login"],
    ["another instance's id", FILE.replace("ID=0a1b2c3d", "ID=ffffffff"), "instance's id ffffffff"],
    ["a host that is not Aura's", FILE.replace("0a1b2c3d.databases.neo4j.io", "evil.io"), "host evil.io"],
  ])("refuses %s, and says which", (_what, text, problem) => {
    expect(() => parseCredentialsFile(text)).toThrow(problem);
  });

  it("names every problem at once, and no value that may be secret", () => {
    const text = `${FILE.replace("neo4j+s", "neo4j+ssc").replace("ID=0a1b2c3d", "ID=ffffffff")}hunter2\n`;
    const refusal = () => parseCredentialsFile(text.replace("NEO4J_USERNAME=neo4j", ""));
    expect(refusal).toThrow("line 8 is neither a comment nor KEY=value; NEO4J_USERNAME is missing");
    expect(refusal).not.toThrow(/hunter2|p=ss/);
  });

  it("accepts a plain connection in a rehearsal, but never any certificate", () => {
    const plain = "NEO4J_URI=bolt://127.0.0.1:7687\nNEO4J_USERNAME=neo4j\nNEO4J_PASSWORD=x\n";
    expect(parseCredentialsFile(plain, { plain: true })).toMatchObject({
      uri: "bolt://127.0.0.1:7687",
      instanceId: "",
    });
    expect(() => parseCredentialsFile(plain.replace("bolt", "neo4j+ssc"), { plain: true })).toThrow("+ssc");
  });
});

describe("instanceIdOf", () => {
  it("is empty where the host does not begin with an instance's id", () => {
    expect(instanceIdOf("neo4j+s://example.com")).toBe("");
    expect(instanceIdOf("no address")).toBe("");
  });
});
