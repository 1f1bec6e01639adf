import type { Mutant } from "./mutants.ts";

/** Faults of what came with order types, replaces, groups, calendars, halts and bands. */
export const orderMutants: readonly Mutant[] = [
  {
    name: "replace: what was filled of the old order is forgotten",
    file: "domain/account/replace.ts",
    find: "  next.filledQty = old.filledQty;\n",
    replace: "",
  },
  {
    name: "replace: a refused one leaves its order waiting",
    file: "domain/account/replace.ts",
    find: '    if (old.status === "pending_replace") old.status = old.replacement?.status ?? "new";\n',
    replace: "",
  },
  {
    name: "replace: the same request again is another one",
    file: "domain/account/decideReplace.ts",
    find: "  if (known !== undefined) {\n    const same",
    replace: "  if (known !== undefined && known.replaces !== orderId) {\n    const same",
  },
  {
    name: "replace: applied twice, it holds twice",
    file: "domain/account/replace.ts",
    find: "  const added = addOpen(state, order, extra, now);\n",
    replace:
      '  const added = addOpen(state, order, extra, now);\n  move(state.ledger, order.side === "buy" ? "USD" : order.symbol, "available", "held", extra);\n',
  },
  {
    name: "replace: sent to the book twice",
    file: "domain/account/replace.ts",
    find: "  out.command(order.symbol, command);\n",
    replace: "  out.command(order.symbol, command);\n  out.command(order.symbol, command);\n",
  },
  {
    name: "replace: a cancel on the way of one cancels the old order alone",
    file: "domain/account/cancel.ts",
    find: "return twin === undefined ? [order] : [order, twin];",
    replace: "return twin === undefined ? [order] : [order];",
  },
  {
    name: "replace: the book takes what was filled away again",
    file: "domain/matching/commands.ts",
    find: "const leaves = total - filled;",
    replace: "const leaves = Math.max(1, total - 2 * filled);",
  },
  {
    name: "group: a leg's hold is counted twice",
    file: "domain/account/accept.ts",
    find: "for (const leg of legs) open(state, leg, 0, origin, now, out);",
    replace:
      'for (const leg of legs) open(state, leg, order.orderClass === "oco" ? Math.min(needed(leg), state.ledger.get(leg.symbol)?.available ?? 0) : 0, origin, now, out);',
  },
  {
    name: "group: what the parent buys is not held for its legs",
    file: "domain/account/settle.ts",
    find: '  if (order.side === "buy") holdForLegs(state, order, qty);\n',
    replace: "",
  },
  {
    name: "group: an activated leg is lost",
    file: "domain/matching/ending.ts",
    find: '    if (leg.place === "parent") placeAside(m, leg, "entering");\n',
    replace: '    if (leg.place === "parent" && leg.role !== "stop_loss") placeAside(m, leg, "entering");\n',
  },
  {
    name: "group: both exits may sell all",
    file: "domain/matching/ending.ts",
    find: '  if (leaves > 0) shrink(m, link, leaves, "linked");\n',
    replace: "",
  },
  {
    name: "group: a parent's end leaves its legs waiting",
    file: "domain/matching/ending.ts",
    find: '  for (const leg of legs) end(m, leg.slot, cause, "parent");\n',
    replace: "",
  },
  {
    name: "stop: its collar hangs on its own price when a gap elects it",
    file: "domain/matching/entering.ts",
    find: "const from = isFirst ? m.price(special.stop) : marketPrice(m, side);",
    replace: "const from = m.price(special.stop);",
  },
  {
    name: "stop: what its collar leaves over is closed",
    file: "domain/matching/entering.ts",
    find: "  special.market = isFirst;\n",
    replace: "",
  },
  {
    name: "stop: a buy reaches beyond what it holds cash for",
    file: "domain/matching/entering.ts",
    find: "special.limit = side === 0 ? Math.min(collar, special.limit) : collar;",
    replace: "special.limit = collar;",
  },
  {
    name: "account: a restated quantity is ignored",
    file: "domain/account/lifecycle.ts",
    find: "  order.qty = report.qty;\n",
    replace: '  if (report.reason !== "self_trade") order.qty = report.qty;\n',
  },
  {
    name: "account: what a smaller order needs no more stays held",
    file: "domain/account/lifecycle.ts",
    find: "  trim(state, order);\n  const qty",
    replace: "  const qty",
  },
  {
    name: "account: a restart forgets the replace that is on its way",
    file: "domain/account/account.ts",
    find: "open: new Map(saved.open.map((order) => [order.id, order])),",
    replace: "open: new Map(saved.open.map((order) => [order.id, { ...order, replacement: null }])),",
  },
  {
    name: "book: a snapshot forgets what waits for its session",
    file: "domain/matching/savedSpecials.ts",
    find: "  return [...found];\n",
    replace: '  return [...found].filter(({ place }) => place !== "session");\n',
  },
  {
    name: "book: a snapshot forgets what waits for an auction",
    file: "domain/matching/savedSpecials.ts",
    find: "  return [...found];\n",
    replace: '  return [...found].filter(({ place }) => place !== "auction");\n',
  },
  {
    name: "book: a snapshot forgets the best price of a trailing stop",
    file: "domain/matching/savedSpecials.ts",
    find: "    special.best = each.best;\n",
    replace: "",
  },
  {
    name: "book: a snapshot forgets that a stop was triggered",
    file: "domain/matching/savedSpecials.ts",
    find: "    special.triggered = each.triggered;\n",
    replace: "",
  },
  {
    name: "book: a snapshot forgets the phase",
    file: "domain/matching/saved.ts",
    find: "  if (saved.status !== undefined) m.status = saved.status;\n",
    replace: "",
  },
  {
    name: "book: a snapshot forgets the trades that bands follow",
    file: "domain/matching/saved.ts",
    find: "  m.luld = restoreLuld(saved);\n",
    replace: "",
  },
  {
    name: "book: an uncross is journalled twice",
    file: "durable-objects/orderbook/timetable.ts",
    find: "if (phasesFirst) return phases;",
    replace: 'if (phasesFirst) return [...phases, ...phases.filter((entry) => "uncross" in entry)];',
  },
  {
    name: "book: the pause of a market that leans on a band is not armed",
    file: "durable-objects/orderbook/object.ts",
    find: "ends: nextDue(state) }",
    replace: "ends: state.earliestExpiry }",
  },
  {
    name: "book: no alarm is set for what is due",
    file: "durable-objects/orderbook/object.ts",
    find: "    if (due !== null) this.#alarms.armBy(due > now ? due : now + OVERDUE_MS);\n",
    replace: "",
  },
  {
    name: "book: bands that widen by themselves stay due, and the day does not end",
    file: "domain/matching/phases.ts",
    find: "  if (m.luld !== null) settle(m);\n",
    replace: "",
  },
  {
    name: "book: a halt is acknowledged and not journalled",
    file: "durable-objects/orderbook/controls.ts",
    find: 'return phase === "closed" ? null : [{ kind: "halt", reason, until }];',
    replace: 'return phase === "closed" ? null : [];',
  },
  {
    name: "book: what is due is done after what arrives",
    file: "durable-objects/orderbook/object.ts",
    find: "  deliver(envelope: Envelope<BookCommand>): Promise<Envelope<BookReport>> {\n    void this.#keepTime();\n",
    replace: "  deliver(envelope: Envelope<BookCommand>): Promise<Envelope<BookReport>> {\n",
  },
  {
    name: "book: what rides on an answer comes before what is due",
    file: "durable-objects/orderbook/object.ts",
    find: "        if (answer.messages.length > 0) void this.#keepTime();\n",
    replace: "",
  },
];
