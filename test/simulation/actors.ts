/** Who asks for what in a simulated exchange. It follows from the request's id, so that the oracle knows it as well. */
import { type Actor, SYSTEM } from "../../domain/actor.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import { hashText, uuidFromText } from "../../domain/ids.ts";
import { FIELD_SEPARATOR } from "../../protocol/audit/line.ts";
import { actorOf, adminActor, type Principal } from "../../protocol/auth/principal.ts";
import { assertEqual } from "../model/assert.ts";

const KINDS = ["session", "api_key", "app"] as const;
/** Credentials of one kind that an account has. */
const EACH = 3;

/** The caller of a request: the owner's user, with one of its credentials. */
export function principalOf(accountId: string, requestId: string): Principal {
  const pick = hashText(requestId);
  const kind = KINDS[pick % KINDS.length] ?? "session";
  const credential = { kind, id: `${kind} ${Math.floor(pick / KINDS.length) % EACH}` };
  return { userId: uuidFromText(`user of ${accountId}`), accountId, roles: ["trader"], credential };
}

/** AU-25: the line of an event says who asked for it; nobody did of what has no request. */
export function checkActor(line: string): void {
  const fields = line.split(FIELD_SEPARATOR);
  const [accountId = "", action = ""] = fields.slice(5);
  const requestId = fields[11] ?? "";
  const { userId, credentialKind, credentialId } = expected(accountId, action, requestId);
  const said = fields.slice(15).join(" | ");
  assertEqual(
    said,
    ["2", userId, credentialKind, credentialId].join(" | "),
    `AU-25: who asked for ${action} (${requestId})`,
  );
}

/** Where a request of an administrator comes from; its id names the administrator. */
export function adminOrigin(by: string, id: string): Origin {
  return {
    requestId: `${ADMIN}${by} ${id}`,
    ip: "192.0.2.9",
    userAgent: "simulation",
    actor: adminActor({ userId: by }),
  };
}

const ADMIN = "of ";

function expected(accountId: string, action: string, requestId: string): Actor {
  if (requestId === "") return SYSTEM;
  if (requestId.startsWith(ADMIN)) return adminActor({ userId: requestId.split(" ")[1] ?? "" });
  // A withdrawal that nobody decided in time has the id of the request that asked for it.
  if (action === "withdrawal.rejected") return SYSTEM;
  // The receiver's trail has who asked the payer.
  const asked = action === "transfer.received" ? requestId.slice(0, requestId.lastIndexOf("x")) : accountId;
  const principal = principalOf(asked, requestId);
  return action === "deposit" ? adminActor(principal) : (actorOf(principal) ?? SYSTEM);
}
