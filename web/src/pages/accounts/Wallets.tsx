/** Deposits and withdrawals of dollars and coins; wallets on chains, of which there are none. */
import { createResource, Show, type JSX } from "solid-js";
import type { WireWalletTransfer } from "../../../../protocol/wire/wallets.ts";
import { latestOf } from "../../api/latest.ts";
import { call } from "../../api/client.ts";
import { accountId, isPaper } from "../../api/session.ts";
import { money, quantity } from "../../format/numbers.ts";
import { fullTime } from "../../format/times.ts";
import { PlainTable } from "../../portfolio/PlainTable.tsx";
import { ACCOUNTS } from "../../text/en/accounts.ts";
import { StateBadge } from "./parts.tsx";

type Move = Omit<WireWalletTransfer, "created_at"> & { readonly created_at: string };

export function Wallets(): JSX.Element {
  const [moves] = createResource(accountId, (account) => call<Move[]>("GET", "/v2/wallets/transfers", { account }));
  const rows = (): readonly Move[] => latestOf(moves) ?? [];
  return (
    <div class="stack">
      <section class="card">
        <h2>{ACCOUNTS.wallets}</h2>
        <p class="quiet">{isPaper() ? ACCOUNTS.paperNone : ACCOUNTS.noWallets}</p>
      </section>
      <section class="card">
        <h2>{ACCOUNTS.moves}</h2>
        <Show when={rows().length > 0} fallback={<p class="muted">{ACCOUNTS.noMoves}</p>}>
          <PlainTable
            label={ACCOUNTS.moves}
            titles={[
              { text: ACCOUNTS.time },
              { text: ACCOUNTS.direction },
              { text: ACCOUNTS.amount, numeric: true },
              { text: ACCOUNTS.state },
            ]}
            rows={rows().map((move) => [
              fullTime(move.created_at),
              ACCOUNTS.directions[move.direction],
              move.asset === "USD" ? money(move.amount) : `${quantity(move.amount)} ${move.asset}`,
              <StateBadge state={move.status} />,
            ])}
          />
        </Show>
      </section>
    </div>
  );
}
