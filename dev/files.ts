/** Small files of the state folder: JSON that is validated by a schema and replaced atomically. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import type * as z from "zod";
import { StartFailure, errorCode, errorText } from "./failure.ts";

/** Reads a JSON file; null when there is none. Throws StartFailure when it is unreadable or not of this shape. */
export function readJsonFile<T>(file: string, schema: z.ZodType<T>): T | null {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw new StartFailure(`Cannot read ${file}: ${errorText(error)}.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw damaged(file);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw damaged(file);
  return parsed.data;
}

/** Writes JSON atomically, readable by the owner only. */
export function writeJsonFile(file: string, value: unknown): void {
  const next = `${file}.${process.pid}.new`;
  writeFileSync(next, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(next, file);
}

function damaged(file: string): StartFailure {
  return new StartFailure(`${file} is damaged: put it right, or start with --fresh to wipe the state folder.`);
}
