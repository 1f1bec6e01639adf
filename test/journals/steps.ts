import { decodeFormatted } from "../../durable-objects/actor/rowCodec.ts";
import type { Disk } from "./host.ts";

/** Every entry of a journal, in order. */
export function stepsOf(disks: readonly Disk[], address: string): unknown[] {
  const tables = disks.find((disk) => disk.address === address)?.tables ?? [];
  const rows = tables.find(({ name }) => name === "journal")?.rows ?? [];
  return rows.flatMap(({ body }) => {
    const bytes = Buffer.from((body as { base64: string }).base64, "base64");
    return (decodeFormatted(bytes) as [number, number, unknown[]])[2];
  });
}

export function isKind(entry: unknown, name: string): boolean {
  return kindOf(entry) === name;
}

/** The kind of an entry that the object decided; null for a message of another. */
export function kindOf(entry: unknown): string | null {
  const [kind, local] = entry as [string, { readonly kind: string }];
  return kind === "local" ? local.kind : null;
}
