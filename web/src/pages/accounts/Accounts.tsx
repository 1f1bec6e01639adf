import { useNavigate, useParams } from "@solidjs/router";
import { Match, Switch, type JSX } from "solid-js";
import { Tabs } from "../../design/components/Tabs.tsx";
import { ACCOUNTS } from "../../text/en/accounts.ts";
import { AccountList } from "./AccountList.tsx";
import { Transfers } from "./Transfers.tsx";
import { Wallets } from "./Wallets.tsx";
import { Withdrawals } from "./Withdrawals.tsx";
import "./accounts.css";

type TabId = keyof typeof ACCOUNTS.tabs;
const TABS = Object.keys(ACCOUNTS.tabs) as TabId[];

/** The user's accounts, and money that moves between them and out of them. */
export default function Accounts(): JSX.Element {
  const params = useParams<{ rest?: string }>();
  const navigate = useNavigate();
  const tab = (): TabId => TABS.find((id) => id === params.rest) ?? "list";
  return (
    <div class="page accounts">
      <h1>{ACCOUNTS.title}</h1>
      <Tabs
        label={ACCOUNTS.title}
        tabs={TABS.map((id) => ({ id, text: ACCOUNTS.tabs[id] }))}
        value={tab()}
        onChange={(id) => navigate(id === "list" ? "/accounts" : `/accounts/${id}`, { scroll: false })}
      >
        <div class="accounts-tab">
          <Switch>
            <Match when={tab() === "list"}>
              <AccountList />
            </Match>
            <Match when={tab() === "transfers"}>
              <Transfers />
            </Match>
            <Match when={tab() === "withdrawals"}>
              <Withdrawals />
            </Match>
            <Match when={tab() === "wallets"}>
              <Wallets />
            </Match>
          </Switch>
        </div>
      </Tabs>
    </div>
  );
}
