import { For, Show, type JSX } from "solid-js";
import { account, accounts, chooseAccount, isPaper, isShared, type AccountEntry } from "../api/session.ts";
import { Menu } from "../design/components/Menu.tsx";
import { Badge } from "../design/components/small.tsx";
import { TEXT } from "../text/en.ts";

const T = TEXT.shell;

/** How an account is called: its name, its number, or whose it is. */
function accountName(entry: AccountEntry | null): string {
  const account = entry?.account ?? null;
  return account === null ? (entry?.owner_email ?? "") : account.name || account.account_number;
}

/** Which account is shown; always visible, and a paper account cannot be taken for a live one. */
export function AccountSwitch(): JSX.Element {
  const kindOf = (entry: AccountEntry): string => (entry.account?.type === "paper" ? T.paper : T.live);
  return (
    <Show when={account()}>
      <Menu
        label={`${T.account}: ${accountName(account())}, ${isPaper() ? T.paper : T.live}`}
        class="account-switch"
        items={accounts().map((entry) => ({
          text: `${accountName(entry)} · ${kindOf(entry)}${entry.access === "read" ? ` · ${T.readOnly}` : ""}`,
          checked: entry.account_id === account()?.account_id,
          onChoose: () => chooseAccount(entry.account_id),
        }))}
      >
        <Badge tone={isPaper() ? "paper" : "good"}>{isPaper() ? T.paper : T.live}</Badge>
        <span class="clip">{accountName(account())}</span>
        <For each={isShared() ? [T.readOnly] : []}>{(text) => <Badge tone="warn">{text}</Badge>}</For>
      </Menu>
    </Show>
  );
}
