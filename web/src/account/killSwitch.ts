/** Whether the kill switch of the chosen account is on: while it is, new orders are refused. */
import { createEffect, createMemo, createRoot, createSignal, on } from "solid-js";
import { call } from "../api/client.ts";
import { accountId } from "../api/session.ts";
import { balances, reload } from "./state.ts";

export interface KillSwitch {
  readonly on: boolean;
  readonly set_by: readonly ("owner" | "exchange")[];
}

const [killSwitch, setKillSwitch] = createSignal<KillSwitch | null>(null);
export { killSwitch };

/** Reads it again. */
async function readKillSwitch(): Promise<void> {
  const account = accountId();
  if (account === null) return;
  const now = await call<KillSwitch>("GET", "/v1/account/kill_switch", { account });
  if (account === accountId()) setKillSwitch(now);
}

interface Switching {
  readonly on: boolean;
  readonly cancel_orders?: boolean;
  readonly flatten?: boolean;
}

/** Switches it on or off; on also cancels orders and sells positions, where that is asked for. */
export async function switchKill(body: Switching): Promise<void> {
  const account = accountId();
  const now = await call<KillSwitch>("POST", "/v1/account/kill_switch", { account, body }).catch((error: unknown) => {
    // Without an answer it may have taken effect.
    void readKillSwitch()
      .then(reload)
      .catch(() => {});
    throw error;
  });
  if (account !== accountId()) return;
  setKillSwitch(now);
  await reload();
}

createRoot(() => {
  // Balances say whether something blocks trading; only then is there more to ask.
  const blocked = createMemo(() => balances()?.["trading_blocked"] === true);
  createEffect(
    on([accountId, blocked], ([account]) => {
      setKillSwitch(null);
      if (account !== null) readKillSwitch().catch(() => {});
    }),
  );
});
