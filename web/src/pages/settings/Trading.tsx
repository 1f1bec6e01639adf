import { Show, type JSX } from "solid-js";
import { account, isShared } from "../../api/session.ts";
import { SETTINGS as T } from "../../text/en/settings.ts";
import { accountName } from "./accountName.ts";
import { KillSwitch } from "./KillSwitch.tsx";
import { Section } from "./parts.tsx";
import { TradingForm } from "./TradingForm.tsx";

/** What every order of the chosen account obeys. */
export default function Trading(): JSX.Element {
  const id = (): string | null => account()?.account_id ?? null;
  return (
    <Show
      when={!isShared()}
      fallback={
        <Section title={T.sections.trading}>
          <p class="quiet">{T.readOnly}</p>
        </Section>
      }
    >
      <Show when={id()} keyed>
        {(accountId) => (
          <>
            <TradingForm account={accountId} lead={T.tradingLead(accountName(account()))} />
            <KillSwitch account={accountId} />
          </>
        )}
      </Show>
    </Show>
  );
}
