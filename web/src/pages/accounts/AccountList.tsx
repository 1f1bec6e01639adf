/** The user's accounts and those that others share with them. */
import type * as z from "zod";
import type { accountEntriesWire } from "../../../../protocol/wire/ownAccounts.ts";
import { createResource, createSignal, For, on, createEffect, Show, type JSX } from "solid-js";
import { reload, type Balances } from "../../account/state.ts";
import { latestOf } from "../../api/latest.ts";
import { call } from "../../api/client.ts";
import { errorText } from "../../api/error.ts";
import { accountId, accounts, chooseAccount, loadSession, type AccountEntry } from "../../api/session.ts";
import { Button } from "../../design/components/Button.tsx";
import { Dialog } from "../../design/components/Dialog.tsx";
import { Menu, type MenuItem } from "../../design/components/Menu.tsx";
import { notify } from "../../design/components/notices.tsx";
import { Badge } from "../../design/components/small.tsx";
import { money } from "../../format/numbers.ts";
import { day } from "../../format/times.ts";
import { ACCOUNTS } from "../../text/en/accounts.ts";
import { CloseAccount, OpenAccount, RenameAccount, ResetAccount } from "./AccountForms.tsx";
import { nameOf, ownAccounts, type OwnAccount } from "./parts.tsx";
import { ShareAccount } from "./ShareAccount.tsx";

type Asked =
  | { readonly kind: "open" }
  | { readonly kind: "rename" | "reset" | "close" | "share"; readonly account: OwnAccount };

export function AccountList(): JSX.Element {
  const [asked, setAsked] = createSignal<Asked | null>(null);
  const [all, { refetch }] = createResource(() => call<z.infer<typeof accountEntriesWire>>("GET", "/v1/accounts"));
  createEffect(on(accounts, () => void refetch(), { defer: true }));
  const closed = (): readonly OwnAccount[] =>
    (latestOf(all)?.accounts ?? []).flatMap(({ account }) => (account?.state === "closed" ? [account] : []));
  const shared = (): readonly AccountEntry[] => accounts().filter(({ access }) => access === "read");
  const about = (): OwnAccount | null => {
    const now = asked();
    return now === null || now.kind === "open" ? null : now.account;
  };
  const done = (): void => void setAsked(null);
  return (
    <div class="stack">
      <div class="spread wrap">
        <p class="quiet">{ACCOUNTS.lead}</p>
        <Button kind="primary" icon="add" onClick={() => setAsked({ kind: "open" })}>
          {ACCOUNTS.open}
        </Button>
      </div>
      <ul class="account-cards">
        <For each={ownAccounts()}>
          {(account) => <AccountCard account={account} onAsk={(kind) => setAsked({ kind, account })} />}
        </For>
      </ul>
      <Show when={shared().length > 0}>
        <h2>{ACCOUNTS.sharedWithMe}</h2>
        <ul class="account-cards">
          <For each={shared()}>{(entry) => <SharedCard entry={entry} />}</For>
        </ul>
      </Show>
      <Show when={closed().length > 0}>
        <h2>{ACCOUNTS.closedAccounts}</h2>
        <ul class="stack small muted">
          <For each={closed()}>
            {(account) => (
              <li>
                {nameOf(account)}, {account.account_number}, {day(account.opened_at)} – {day(account.closed_at)}
              </li>
            )}
          </For>
        </ul>
      </Show>
      <Dialog title={ACCOUNTS.openTitle} open={asked()?.kind === "open"} onClose={done}>
        <OpenAccount onDone={done} />
      </Dialog>
      <For
        each={
          [
            ["rename", ACCOUNTS.renameTitle, RenameAccount],
            ["reset", ACCOUNTS.resetTitle, ResetAccount],
            ["close", ACCOUNTS.closeTitle, CloseAccount],
            ["share", ACCOUNTS.shareTitle, ShareAccount],
          ] as const
        }
      >
        {([kind, title, Shown]) => (
          <Dialog
            title={title(about() === null ? "" : nameOf(about() as OwnAccount))}
            open={asked()?.kind === kind}
            onClose={done}
          >
            <Show when={about()} keyed>
              {(account) => <Shown account={account} onDone={done} />}
            </Show>
          </Dialog>
        )}
      </For>
    </div>
  );
}

/** Balances of any account of the user, for its card. */
function createBalances(id: string) {
  const [balances, { refetch }] = createResource(() => call<Balances>("GET", "/v2/account", { account: id }));
  createEffect(on(accounts, () => void refetch(), { defer: true }));
  return (name: string): string | null =>
    latestOf(balances) === undefined ? null : String(latestOf(balances)?.[name]);
}

function Figures(props: { readonly id: string }): JSX.Element {
  const figure = createBalances(props.id);
  return (
    <dl class="figures">
      <div>
        <dt>{ACCOUNTS.equity}</dt>
        <dd data-equity={figure("equity")}>{money(figure("equity"))}</dd>
      </div>
      <div>
        <dt>{ACCOUNTS.cash}</dt>
        <dd>{money(figure("cash"))}</dd>
      </div>
    </dl>
  );
}

function AccountCard(props: {
  readonly account: OwnAccount;
  readonly onAsk: (kind: "rename" | "reset" | "close" | "share") => void;
}): JSX.Element {
  const account = (): OwnAccount => props.account;
  const makeDefault = async (): Promise<void> => {
    try {
      await call("PATCH", `/v1/accounts/${account().account_id}`, { body: { is_default: true } });
      await loadSession();
      notify("accent", ACCOUNTS.isDefault(nameOf(account())));
    } catch (error) {
      notify("danger", errorText(error));
    }
  };
  const items = (): readonly MenuItem[] => [
    { text: ACCOUNTS.rename, icon: "edit", onChoose: () => props.onAsk("rename") },
    {
      text: ACCOUNTS.makeDefault,
      icon: "star",
      disabled: account().is_default,
      onChoose: () => void makeDefault(),
    },
    ...(account().type === "paper"
      ? [{ text: ACCOUNTS.reset, icon: "refresh" as const, onChoose: () => props.onAsk("reset") }]
      : []),
    { text: ACCOUNTS.share, icon: "eye", onChoose: () => props.onAsk("share") },
    { text: ACCOUNTS.close, icon: "trash", disabled: account().is_default, onChoose: () => props.onAsk("close") },
  ];
  const isShown = (): boolean => accountId() === account().account_id;
  return (
    <li class="card account-card" data-type={account().type} data-shown={isShown()}>
      <div class="spread">
        <div class="row wrap">
          <h2>{nameOf(account())}</h2>
          <Badge tone={account().type === "paper" ? "paper" : undefined}>{ACCOUNTS.types[account().type]}</Badge>
          <Show when={account().is_default}>
            <Badge tone="accent">{ACCOUNTS.default}</Badge>
          </Show>
          <Show when={account().state !== "open"}>
            <Badge tone="warn">{ACCOUNTS.states[account().state]}</Badge>
          </Show>
        </div>
        <Menu label={ACCOUNTS.actions(nameOf(account()))} items={items()} />
      </div>
      <p class="muted small">
        {account().account_number}, {ACCOUNTS.since(day(account().opened_at))}
      </p>
      <Show when={account().state === "open"}>
        <Figures id={account().account_id} />
      </Show>
      <Show
        when={isShown()}
        fallback={<Button onClick={() => chooseAccount(account().account_id)}>{ACCOUNTS.use}</Button>}
      >
        <Button disabled icon="check">
          {ACCOUNTS.inUse}
        </Button>
      </Show>
    </li>
  );
}

function SharedCard(props: { readonly entry: AccountEntry }): JSX.Element {
  const leave = async (): Promise<void> => {
    try {
      await call("DELETE", `/v1/accounts/${props.entry.account_id}/grants/${props.entry.grant_id}`);
      await loadSession();
      await reload();
    } catch (error) {
      notify("danger", errorText(error));
    }
  };
  return (
    <li class="card account-card" data-shown={accountId() === props.entry.account_id}>
      <h3 class="clip">{props.entry.owner_email}</h3>
      <p class="muted small">{ACCOUNTS.since(day(props.entry.shared_at))}</p>
      <Figures id={props.entry.account_id} />
      <div class="row wrap">
        <Button disabled={accountId() === props.entry.account_id} onClick={() => chooseAccount(props.entry.account_id)}>
          {accountId() === props.entry.account_id ? ACCOUNTS.inUse : ACCOUNTS.use}
        </Button>
        <Button kind="plain" onClick={() => void leave()}>
          {ACCOUNTS.leave}
        </Button>
      </div>
    </li>
  );
}
