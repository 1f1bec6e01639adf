import { activityMutants } from "./activityMutants.ts";
import { batchMutants } from "./batchMutants.ts";
import { depthMutants } from "./depthMutants.ts";
import type { Patch } from "./hooks.ts";
import { lotMutants } from "./lotMutants.ts";
import { messageMutants } from "./messageMutants.ts";
import { moneyMutants } from "./moneyMutants.ts";
import { orderMutants } from "./orderMutants.ts";
import { paperMutants } from "./paperMutants.ts";
import { riskMutants } from "./riskMutants.ts";
import { rowMutants } from "./rowMutants.ts";
import { shareMutants } from "./shareMutants.ts";
import { boardMutants } from "./boardMutants.ts";
import { tapeMutants } from "./tapeMutants.ts";
import { transferMutants } from "./transferMutants.ts";

/** A fault planted in the exchange, that the simulation has to find. */
export interface Mutant extends Patch {
  readonly name: string;
}

export const mutants: readonly Mutant[] = [
  {
    name: "messages: a repeated envelope is applied again",
    file: "durable-objects/actor/inboxOutbox.ts",
    find: "const messages = envelope.messages.slice(applied + 1 - envelope.first);",
    replace: "const { messages } = envelope;",
  },
  {
    name: "messages: what is only announced is acknowledged, before it is committed",
    file: "durable-objects/actor/inboxOutbox.ts",
    find: "ack: this.#lastApplied(to),",
    replace: "ack: Math.max(this.#lastApplied(to), this.#announced.get(to) ?? 0),",
  },
  {
    name: "messages: what has arrived is acknowledged, before it is committed",
    file: "durable-objects/actor/inboxOutbox.ts",
    find: "ack: this.#lastApplied(to),",
    replace: "ack: Math.max(this.#lastApplied(to), this.#received.get(to) ?? 0),",
  },
  {
    name: "messages: a snapshot leaves out pending messages",
    file: "durable-objects/actor/inboxOutbox.ts",
    find: ": ([peer, applied, acknowledged, pending.messages] as const),",
    replace: ": ([peer, applied, acknowledged] as const),",
  },
  {
    name: "messages: a restart forgets what was acknowledged",
    file: "durable-objects/actor/inboxOutbox.ts",
    find: "{ applied, acknowledged, pending: null });\n      for",
    replace: "{ applied, acknowledged: 0, pending: null });\n      for",
  },
  {
    name: "messages: a restart forgets what was applied",
    file: "durable-objects/actor/inboxOutbox.ts",
    find: "{ applied, acknowledged, pending: null });\n      for",
    replace: "{ applied: 0, acknowledged, pending: null });\n      for",
  },
  {
    name: "journal: the row after a snapshot is not replayed",
    file: "durable-objects/actor/journal.ts",
    find: '"INSERT INTO snapshot (part, row, body) VALUES (?, ?, ?)", part, this.#lastRow, body',
    replace: '"INSERT INTO snapshot (part, row, body) VALUES (?, ?, ?)", part, this.#lastRow + 1, body',
  },
  {
    name: "journal: of a commit too large for a row the second half is dropped",
    file: "durable-objects/actor/journal.ts",
    find: "      this.append(parts.slice(middle), at);\n",
    replace: "",
  },
  {
    name: "journal: a snapshot is written and the commit before it is not in it",
    file: "durable-objects/actor/actor.ts",
    find: "const [state, mailbox] = [this.#machine.save(this.#state), this.#messages.save()];",
    replace: "const [state, mailbox] = [this.#machine.save(this.#machine.initial()), this.#messages.save()];",
  },
  {
    name: "account: a repeated submission of a canceled order is a new order",
    file: "domain/account/entry/decide.ts",
    find: "  if (known !== undefined) {\n    if (sameRequest",
    replace: '  if (known !== undefined && known.status !== "canceled") {\n    if (sameRequest',
  },
  {
    name: "account: a sale is paid twice",
    file: "domain/account/orders/reports.ts",
    find: '  move(state.ledger, CASH, "venue", "available", cash);\n',
    replace: '  move(state.ledger, CASH, "venue", "available", 2 * cash);\n',
  },
  {
    name: "account: a seller gets a unit more than the fill is worth",
    file: "domain/account/orders/reports.ts",
    find: "  const cash = cashOfFill(order, price, qty);",
    replace: '  const cash = cashOfFill(order, price, qty) + (order.side === "sell" ? 1 : 0);',
  },
  {
    name: "account: the hold of a canceled order is kept",
    file: "domain/account/orders/close.ts",
    find: '"held", "available", order.held);\n  order.held = 0;',
    replace: '"held", "available", order.status === "canceled" ? 0 : order.held);\n  order.held = 0;',
  },
  {
    name: "account: what a better price saves stays held",
    file: "domain/account/orders/reports.ts",
    find: '  move(state.ledger, CASH, "held", "available", order.held - needed);\n',
    replace: '  move(state.ledger, CASH, "held", "available", Math.min(cash, order.held - needed));\n',
  },
  {
    name: "account: a restart forgets the dead-man's switch",
    file: "domain/account/state/save.ts",
    find: "timers: loadTimers(saved.timers),",
    replace: "timers: loadTimers(undefined),",
  },
  {
    name: "account: fills of the maker are not on record",
    file: "domain/account/orders/reports.ts",
    find: "  audit(state, event, NO_ORIGIN, now, out);\n  if (change !== null)",
    replace: '  if (report.liquidity === "taker") audit(state, event, NO_ORIGIN, now, out);\n  if (change !== null)',
  },
  {
    name: "account: who asked for a cancel is not on record",
    file: "domain/account/orders/cancel.ts",
    find: "  audit(state, { ...event, before, after }, origin, now, out);",
    replace:
      "  const { actor: _, ...nobody } = origin;\n  audit(state, { ...event, before, after }, nobody, now, out);",
  },
  {
    name: "account: the credential of whoever asks is not on record",
    file: "durable-objects/account/requestOrigins.ts",
    find: "return actor === undefined ? origin : { ...origin, actor };",
    replace: 'return actor === undefined ? origin : { ...origin, actor: { ...actor, credentialId: "" } };',
  },
  {
    name: "audit: the line of a chain ends before who acted",
    file: "protocol/audit/line.ts",
    find: "  return texts.join(FIELD_SEPARATOR);",
    replace: '  return (actor?.credentialKind === "app" ? texts.slice(0, 13) : texts).join(FIELD_SEPARATOR);',
  },
  {
    name: "book: a partial fill loses its place in the queue",
    file: "domain/matching/engine/engine.ts",
    find: "TOTAL_F64] -= qty - left;\n    return left;",
    replace:
      "TOTAL_F64] -= qty - left;\n    if (slot !== NONE && i32[(slot << ORDER_SHIFT) + NEXT] !== NONE) {\n      ladder.unlink(slot);\n      ladder.push(slot, price);\n    }\n    return left;",
  },
  {
    name: "book: an order at a price goes before those that rest there",
    file: "domain/matching/engine/ladder.ts",
    find: "    orders[o + NEXT] = NONE;\n    orders[o + PREV] = tail;\n    orders[o + LEVEL] = level;\n    if (tail === NONE) levels[q + HEAD] = slot;\n    else orders[(tail << ORDER_SHIFT) + NEXT] = slot;\n    levels[q + TAIL] = slot;",
    replace:
      "    const head = levels[q + HEAD];\n    orders[o + NEXT] = head;\n    orders[o + PREV] = NONE;\n    orders[o + LEVEL] = level;\n    if (tail === NONE) levels[q + TAIL] = slot;\n    else orders[(head << ORDER_SHIFT) + PREV] = slot;\n    levels[q + HEAD] = slot;",
  },
  {
    name: "book: a snapshot loses what was filled of an order",
    file: "domain/matching/bookSnapshot.ts",
    find: "    m.registerWithoutId(row, orders.leaves(row), expiresAt);",
    replace:
      "    m.registerWithoutId(row, orders.leaves(row), expiresAt);\n    m.engine.orders.f64[4 * row + 1] = orders.leaves(row) + 1;",
  },
  {
    name: "audit: a shard skips records of deposits",
    file: "durable-objects/audit/object.ts",
    find: "effects.emit({ seq: ++state.taken, record }),",
    replace: 'void (String(record).includes("\u001fdeposit\u001f") || effects.emit({ seq: ++state.taken, record })),',
  },
  {
    name: "audit: a shard takes records of fills twice",
    file: "durable-objects/audit/object.ts",
    find: "effects.emit({ seq: ++state.taken, record }),",
    replace:
      '[record, record].slice(String(record).includes("\u001forder.filled\u001f") ? 0 : 1).forEach((each) => effects.emit({ seq: ++state.taken, record: each })),',
  },
  {
    name: "audit: an event is not linked to the one before",
    file: "durable-objects/audit/chainStore.ts",
    find: "(this.#hasher ??= new ChainHasher(before.hash)).next(start, text)",
    replace: "new ChainHasher(GENESIS_HEX).next(start, text)",
  },
  {
    name: "audit: a batch that was not written is dropped",
    file: "durable-objects/audit/drain.ts",
    find: "const through = written ? batch.last.seq : this.#writtenThrough(batch, head);",
    replace: "const through = written || this.#writtenThrough(batch, head) !== null ? batch.last.seq : null;",
  },
  {
    name: "projection: after a restart the rows that were not written are missing",
    file: "durable-objects/actor/actor.ts",
    find: "void (isProjected || this.#ports.projection?.add(event))",
    replace: "void (isProjected && this.#ports.projection?.add(event))",
  },
  {
    name: "projection: rows are written and the journal does not know it",
    file: "durable-objects/actor/journal.ts",
    find: "    projection.write();\n    this.#markProjected();\n",
    replace: "    projection.write();\n    if (this.snapshotDue) this.#markProjected();\n",
  },
  {
    name: "projection: an order that has closed is not found until it is written",
    file: "durable-objects/account/store.ts",
    find: "const known = this.#unwritten.get(id) ?? ",
    replace: "const known = ",
  },
  {
    name: "stream: who asks from within a row of the log is given the next row",
    file: "durable-objects/account/updateLog.ts",
    find: "WHERE last > ? ORDER BY last",
    replace: "WHERE first > ? ORDER BY last",
  },
  {
    name: "stream: an update has the number of the one before",
    file: "domain/account/state/record.ts",
    find: "  const sequence = state.nextUpdate++;",
    replace: '  const sequence = event === "partial_fill" ? state.nextUpdate - 1 : state.nextUpdate++;',
  },
  {
    name: "actor: who sends while a commit fails is answered",
    file: "durable-objects/actor/actor.ts",
    find: "    } catch (error) {\n      for (const request of batch) request.fail(error);\n      throw error;",
    replace: "    } catch (error) {\n      for (const request of batch) request.fail(error);\n      return false;",
  },
  {
    name: "stream: what happens is published before the commit, and again after it",
    file: "durable-objects/actor/actor.ts",
    find: "        events.push(event);\n",
    replace: "        events.push(event);\n        this.#ports.committed([event]);\n",
  },
  {
    name: "account: no alarm is set for the dead-man's switch",
    file: "durable-objects/account/parts.ts",
    find: "[nextDue(this.actor.state), ",
    replace: "[",
  },
  {
    name: "actor: a message is acknowledged before it is committed",
    file: "durable-objects/actor/actor.ts",
    find: "    await this.#submitEnvelope(envelope, true);\n    return this.#messages.reply(envelope.from, envelope.received);",
    replace:
      "    void this.#submitEnvelope(envelope, true).catch(() => undefined);\n    return { ...this.#messages.reply(envelope.from), ack: envelope.first + envelope.messages.length - 1 };",
  },
  {
    name: "actor: a message that waits for its commit counts as applied",
    file: "durable-objects/actor/actor.ts",
    find: "    const run = () => ({ entries: [], finish });\n",
    replace:
      "    const run = () => ({ entries: [], finish });\n    const { applied } = this.#messages.cursors(envelope.from);\n    this.#messages.markApplied(envelope.from, Math.max(applied, envelope.first + envelope.messages.length - 1));\n",
  },
  {
    name: "actor: a message is sent before the commit that has it",
    file: "durable-objects/actor/actor.ts",
    find: "        receivers.add(to);\n",
    replace: "        receivers.add(to);\n        this.#sender.send(to);\n",
  },
  {
    name: "actor: a request overtakes messages that may be journalled late",
    file: "durable-objects/actor/commit.ts",
    find: "    let decisions = 0;\n    let count = 0;\n",
    replace:
      "    this.#waiting.sort((a, b) => Number(a.deferrable) - Number(b.deferrable));\n    let decisions = 0;\n    let count = 0;\n",
  },
  {
    name: "actor: messages that may be journalled late wait until somebody asks for something",
    file: "durable-objects/actor/commit.ts",
    find: "    const deferrable = this.#prompt === 0;\n",
    replace: "    const deferrable = this.#prompt === 0;\n    if (deferrable) return;\n",
  },
  {
    name: "actor: requests gather for as long as the clock was set back",
    file: "durable-objects/actor/commitPace.ts",
    find: "Math.min(windowMs, Math.max(0, fromArrival - now, fromCommit - now))",
    replace: "Math.max(0, fromArrival - now, fromCommit - now)",
  },
  {
    name: "actor: who waits for a reply is answered before the reply is committed",
    file: "durable-objects/actor/replies.ts",
    find: "    if (waits) this.#queue(reply);\n    this.#ports.acknowledge(from, ack);\n    if (!waits) this.#ports.acknowledged(from);\n",
    replace:
      "    this.#ports.acknowledge(from, ack);\n    this.#ports.acknowledged(from);\n    if (waits) this.#queue(reply);\n",
  },
  {
    name: "actor: an envelope leaves while another is in flight to the same receiver",
    file: "durable-objects/actor/outboxSender.ts",
    find: "    if (receiver.busy) receiver.due = this.#ports.lastSent(to);\n    else this.#drain(to, receiver);\n",
    replace: "    this.#drain(to, receiver);\n",
  },
  {
    name: "actor: what arrives while an envelope is in flight is not sent after it",
    file: "durable-objects/actor/outboxSender.ts",
    find: "    if (receiver.busy) receiver.due = this.#ports.lastSent(to);\n    else this.#drain(to, receiver);\n",
    replace: "    if (!receiver.busy) this.#drain(to, receiver);\n",
  },
  {
    name: "actor: a restart from a snapshot forgets how late it was",
    file: "durable-objects/actor/actor.ts",
    find: "        this.committedAt = snapshot.now;\n",
    replace: "",
  },
  {
    name: "actor: time follows a clock that is set back",
    file: "durable-objects/actor/actor.ts",
    find: "const now = Math.max(this.#ports.now(), this.committedAt);",
    replace: "const now = this.#ports.now();",
  },
  {
    name: "account: both sides of a trade move a unit more than it is worth",
    file: "domain/account/orders/reports.ts",
    find: "const cash = cashOfFill(order, price, qty);",
    replace: "const cash = cashOfFill(order, price, qty) + 1;",
  },
  {
    name: "account: the answer under a key is not kept",
    file: "durable-objects/account/parts.ts",
    find: '    if (event.kind === "answered") this.#responses.add(event.answer);\n',
    replace: "",
  },
  {
    name: "account: an order that comes late is placed",
    file: "durable-objects/account/commandRequests.ts",
    find: "    const late = now > validUntil;\n    const { marketPrice,",
    replace: "    const late = false;\n    const { marketPrice,",
  },
  {
    name: "feed: a trade is told again in the next window",
    file: "durable-objects/orderbook/feed.ts",
    find: "    this.#trades = [];\n    this.#published = sequence;\n    this.#quote = quote;\n",
    replace: "    this.#published = sequence;\n    this.#quote = quote;\n",
  },
  {
    name: "feed: who comes back is not told the trade after its cursor",
    file: "durable-objects/orderbook/feed.ts",
    find: "recent.slice(countThrough(previous), countThrough(through))",
    replace: "recent.slice(countThrough(previous) + 1, countThrough(through))",
  },
  {
    name: "feed: a segment says that it follows on itself",
    file: "durable-objects/orderbook/feed.ts",
    find: "      previous: this.#published,\n",
    replace: "      previous: sequence,\n",
  },
  {
    name: "relay: a push after a gap is handed on",
    file: "workers/quotes/relay/sequencedReader.ts",
    find: "      if (previous > position) break;\n",
    replace: "",
  },
  ...moneyMutants,
  ...riskMutants,
  ...orderMutants,
  ...paperMutants,
  ...batchMutants,
  ...messageMutants,
  ...lotMutants,
  ...rowMutants,
  ...tapeMutants,
  ...boardMutants,
  ...depthMutants,
  ...activityMutants,
  ...shareMutants,
  ...transferMutants,
];
