/** Counters of a replay. */

export interface Report {
  readonly file: string;
  readonly symbol: string;
  readonly url: string;
  readonly run: string;
  readonly events: {
    readonly read: number;
    /** Events that were sent as a request. */
    readonly sent: number;
    /** `changed` events, which fills at the recorded venue caused. */
    readonly changedSkipped: number;
    /** `deleted` events of orders that the file did not create. */
    readonly deletesOfUnknown: number;
    readonly repeatedIds: number;
  };
  readonly orders: {
    readonly accepted: number;
    readonly rejected: number;
    readonly canceled: number;
    /** Cancels of filled orders. */
    readonly cancelsTooLate: number;
  };
  /** Trades of the symbol during the replay, by its trade ids; null when unknown. */
  readonly trades: number | null;
  readonly rejects: Readonly<Record<string, number>>;
  readonly retries: number;
  readonly errors: number;
  readonly wallSeconds: number;
  readonly eventsPerSecond: number;
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number };
}

export interface Tally {
  sent: number;
  changedSkipped: number;
  deletesOfUnknown: number;
  repeatedIds: number;
  accepted: number;
  canceled: number;
  cancelsTooLate: number;
  retries: number;
  errors: number;
  readonly rejects: Map<string, number>;
  readonly latencies: number[];
}

export function newTally(): Tally {
  return {
    sent: 0,
    changedSkipped: 0,
    deletesOfUnknown: 0,
    repeatedIds: 0,
    accepted: 0,
    canceled: 0,
    cancelsTooLate: 0,
    retries: 0,
    errors: 0,
    rejects: new Map(),
    latencies: [],
  };
}

/** Counts a refusal by its text without ids and numbers. */
export function countReject(tally: Tally, status: number, message: string): void {
  const reason = `${status} ${message.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/gi, "<id>").replace(/\d+(\.\d+)?/g, "N")}`;
  tally.rejects.set(reason, (tally.rejects.get(reason) ?? 0) + 1);
}

/** A percentile of sorted numbers by nearest rank; 0 for none. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

export interface Run {
  readonly file: string;
  readonly symbol: string;
  readonly url: string;
  readonly run: string;
  readonly eventsRead: number;
  readonly wallSeconds: number;
  readonly trades: number | null;
}

export function makeReport(tally: Tally, { file, symbol, url, run, eventsRead, wallSeconds, trades }: Run): Report {
  const sorted = tally.latencies.toSorted((a, b) => a - b);
  const { sent, changedSkipped, deletesOfUnknown, repeatedIds, accepted, canceled, cancelsTooLate } = tally;
  const ms = (share: number): number => Number(percentile(sorted, share).toFixed(2));
  return {
    file,
    symbol,
    url,
    run,
    events: { read: eventsRead, sent, changedSkipped, deletesOfUnknown, repeatedIds },
    orders: { accepted, rejected: [...tally.rejects.values()].reduce((a, b) => a + b, 0), canceled, cancelsTooLate },
    trades,
    rejects: Object.fromEntries(tally.rejects),
    retries: tally.retries,
    errors: tally.errors,
    wallSeconds: Number(wallSeconds.toFixed(2)),
    eventsPerSecond: Math.round(sent / Math.max(wallSeconds, 0.001)),
    latencyMs: { p50: ms(0.5), p99: ms(0.99), max: ms(1) },
  };
}

/** The report as text. */
export function reportText(report: Report): string {
  const { events, orders, latencyMs } = report;
  const rejects = Object.entries(report.rejects).map(([reason, count]) => `                 ${count} × ${reason}`);
  return [
    `replayed ${report.file} as ${report.symbol} on ${report.url} (run ${report.run})`,
    `  events         ${events.read} read, ${events.sent} sent; not sent: ${events.changedSkipped} changed, ${events.deletesOfUnknown} deletes of orders never created` +
      (events.repeatedIds === 0 ? "" : `, ${events.repeatedIds} repeated ids`),
    `  orders         ${orders.accepted} accepted, ${orders.canceled} canceled, ${orders.cancelsTooLate} cancels came after the fill`,
    `  trades         ${report.trades ?? "not known"} (by the symbol's trade ids)`,
    `  rejects        ${orders.rejected}`,
    ...rejects,
    `  errors         ${report.errors} (${report.retries} requests repeated)`,
    `  wall time      ${report.wallSeconds} s, ${report.eventsPerSecond} events/s`,
    `  latency        p50 ${latencyMs.p50} ms, p99 ${latencyMs.p99} ms, max ${latencyMs.max} ms`,
  ].join("\n");
}
