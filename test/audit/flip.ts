/** Tampers with the audit trail as whoever can do everything does: one byte of one column. */
import pg from "pg";

/** Ways to change a value as text so that it stays one of its type; bytes of a JSON text may also be blanks. */
export const COLUMNS: Readonly<Record<string, (text: string, at: number) => string>> = {
  shard: (text) => String(Number(text) ^ 1),
  seq: (text, at) => String(Number(text) ^ (1 << (at % 20))),
  event_id: hexDigit,
  timestamp: (text, at) => String(BigInt(text) ^ (1n << BigInt(at % 40))),
  user_id: hexDigit,
  account_id: hexDigit,
  action: character,
  resource: character,
  result: character,
  ip_address: character,
  user_agent: character,
  request_id: character,
  body: jsonByte,
  before: jsonByte,
  after: jsonByte,
  version: (text) => (text === "" ? "2" : String(Number(text) ^ 1)),
  actor_id: (text, at) => (text === "" ? "00000000-0000-4000-8000-000000000001" : hexDigit(text, at)),
  credential_kind: character,
  credential_id: character,
  hash: (text, at) => hexDigit(text, at),
};

function hexDigit(text: string, at: number): string {
  const places = Array.from(text, (char, index) => (/[0-9a-f]/.test(char) ? [index] : [])).flat();
  const index = places[at % places.length] ?? 0;
  const digit = (Number.parseInt(text.charAt(index), 16) ^ (1 << (at % 4))).toString(16);
  return text.slice(0, index) + digit + text.slice(index + 1);
}

function character(text: string, at: number): string {
  if (text === "") return "\u0001";
  const index = at % text.length;
  const code = text.charCodeAt(index);
  return (
    text.slice(0, index) + String.fromCharCode(code < 128 ? code ^ (1 << (at % 5)) || 1 : 63) + text.slice(index + 1)
  );
}

function jsonByte(text: string, at: number): string {
  if (text === "") return "null";
  for (let i = at; i < at + text.length; i++) {
    const changed = character(text, i);
    try {
      JSON.parse(changed);
      if (!changed.includes("\u0000") && !changed.includes("\\u0000")) return changed;
    } catch {
      // Not this byte.
    }
  }
  return `${text} `;
}

/** One byte of one column of one row. False when the table does not take it. */
export async function flip(owner: pg.Client, shard: number, seq: number, column: string, at: number): Promise<boolean> {
  const where = `shard = ${shard} and seq = ${seq}`;
  const name = pg.escapeIdentifier(column);
  const micros = `(extract(epoch from "timestamp") * 1000000)::bigint::text`;
  const value =
    column === "timestamp" ? micros : column === "hash" ? "encode(hash, 'hex')" : `coalesce(${name}::text, '')`;
  const [row] = (await owner.query<{ value: string }>(`select ${value} as value from audit_events where ${where}`))
    .rows;
  const changed = COLUMNS[column]?.(row?.value ?? "", at);
  const types: Record<string, string> = {
    body: "json",
    before: "json",
    after: "json",
    shard: "int",
    seq: "bigint",
    version: "smallint",
    event_id: "uuid",
    user_id: "uuid",
    account_id: "uuid",
    actor_id: "uuid",
  };
  const type = types[column] ?? "text";
  const set =
    column === "timestamp"
      ? `to_timestamp(0) + ($1::text::bigint / 1000000) * interval '1 second' + ($1::text::bigint % 1000000) * interval '1 microsecond'`
      : column === "hash"
        ? "decode($1, 'hex')"
        : `$1::${type}`;
  if (changed === row?.value) throw new Error(`nothing is flipped in ${column}`);
  try {
    await owner.query(`update audit_events set ${name} = ${set} where ${where}`, [changed]);
    return true;
  } catch (error) {
    // Two events of one millisecond cannot have one place.
    if (error instanceof pg.DatabaseError && error.code === "23505") return false;
    throw error;
  }
}
