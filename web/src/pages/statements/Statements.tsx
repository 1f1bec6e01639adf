import { useNavigate, useParams } from "@solidjs/router";
import { Match, Show, Switch, type JSX } from "solid-js";
import { accountId } from "../../api/session.ts";
import { Tabs } from "../../design/components/Tabs.tsx";
import { STATEMENTS } from "../../text/en/accounts.ts";
import { Confirmations } from "./Confirmations.tsx";
import { Monthly } from "./Monthly.tsx";
import { Tax } from "./Tax.tsx";
import "./statements.css";

type TabId = keyof typeof STATEMENTS.tabs;
const TABS = Object.keys(STATEMENTS.tabs) as TabId[];

/** Monthly statements, confirmations of trades, and tax reports: to read here and to save. */
export default function Statements(): JSX.Element {
  const params = useParams<{ rest?: string }>();
  const navigate = useNavigate();
  const tab = (): TabId => TABS.find((id) => id === params.rest) ?? "monthly";
  return (
    <div class="page statements">
      <h1>{STATEMENTS.title}</h1>
      <Tabs
        label={STATEMENTS.title}
        tabs={TABS.map((id) => ({ id, text: STATEMENTS.tabs[id] }))}
        value={tab()}
        onChange={(id) => navigate(id === "monthly" ? "/statements" : `/statements/${id}`, { scroll: false })}
      >
        <Show when={accountId()} keyed>
          {(account) => (
            <div class="statements-tab">
              <Switch>
                <Match when={tab() === "monthly"}>
                  <Monthly account={account} />
                </Match>
                <Match when={tab() === "confirmations"}>
                  <Confirmations account={account} />
                </Match>
                <Match when={tab() === "tax"}>
                  <Tax account={account} />
                </Match>
              </Switch>
            </div>
          )}
        </Show>
      </Tabs>
    </div>
  );
}
