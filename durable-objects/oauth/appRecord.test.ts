import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, it, onTestFinished } from "vitest";
import { storage } from "../../test/objectStorage.ts";
import { AppRecord } from "./appRecord.ts";

it("OA-17: a removed app leaves no byte of its name on disk, and its id is not used again", () => {
  const folder = mkdtempSync(join(tmpdir(), "app-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "app.sqlite");
  const db = new DatabaseSync(file);
  db.exec("PRAGMA secure_delete = OFF");
  const record = new AppRecord(storage(db));
  const text = JSON.stringify({ clientName: "Recognisable of Zoë", redirectUris: ["https://ann.example/cb"] });
  expect(record.create("owner", text)).toBe(true);
  expect(readFileSync(file, "utf8")).toContain("Recognisable");
  expect(record.remove("other")).toBe(false);
  expect(record.text()).toBe(text);

  expect(record.remove("owner")).toBe(true);
  expect(record.text()).toBeNull();
  expect(record.create("other", text)).toBe(false);
  db.close();
  expect(readFileSync(file, "utf8")).not.toMatch(/Recognisable|ann\.example/);
});
