/** The worker of the audit benchmark: fakes accounts that send records to their shard. */
import * as z from "zod";
import { auditShardObject } from "../../durable-objects/actor/namespaces.ts";
import type { AuditRecord } from "../../domain/account/state/events.ts";

const Call = z.object({ shard: z.number(), records: z.number() });
/** The kernel's largest number of messages in one envelope. */
const PER_ENVELOPE = 500;

type Env = Parameters<typeof auditShardObject>[0];

export default {
  /** GET: health check. POST: one new account sends this many records to a shard. */
  async fetch(request: Request, env: Env): Promise<Response> {
    if (request.method === "GET") return new Response("up");
    try {
      const { shard, records } = Call.parse(await request.json());
      const object = auditShardObject(env, shard);
      const accountId = crypto.randomUUID();
      for (let sent = 0; sent < records; sent += PER_ENVELOPE) {
        const count = Math.min(PER_ENVELOPE, records - sent);
        const messages = Array.from({ length: count }, () => recordOf(accountId));
        await object.deliver({ from: `account/${accountId}`, first: sent + 1, messages, ack: 0 });
      }
      return Response.json(await object.status());
    } catch (error) {
      return new Response(String(error), { status: 500 });
    }
  },
};

/** An accepted order, as an account records it. */
function recordOf(accountId: string): AuditRecord {
  const orderId = crypto.randomUUID();
  const terms = { symbol: "AAPL", side: "buy", type: "limit", time_in_force: "gtc", qty: "1.5", limit_price: "268.01" };
  const standing = { cash: "99597.985", cash_held: "402.015", symbol: "AAPL", qty: "12", qty_held: "0" };
  return {
    eventId: crypto.randomUUID(),
    at: Date.now(),
    userId: accountId,
    accountId,
    action: "order.accepted",
    resource: `order/${orderId}`,
    result: "ok",
    ip: "203.0.113.17",
    userAgent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36",
    requestId: crypto.randomUUID(),
    body: { order_id: orderId, client_order_id: crypto.randomUUID(), ...terms },
    before: standing,
    after: { ...standing, status: "pending_new", filled_qty: "0" },
  };
}
