import { useNavigate } from "@solidjs/router";
import { createSignal, Show, type JSX } from "solid-js";
import type { WireConsents } from "../../../../protocol/wire/privacy.ts";
import { call, keepCsrfToken } from "../../api/client.ts";
import { ApiError } from "../../api/error.ts";
import { loadSession } from "../../api/session.ts";
import { Button } from "../../design/components/Button.tsx";
import { CheckField, TextField } from "../../design/components/Field.tsx";
import { notify } from "../../design/components/notices.tsx";
import { Refusal } from "../../forms/action.tsx";
import { saveFile } from "../../format/download.ts";
import { money } from "../../format/numbers.ts";
import { day } from "../../format/times.ts";
import { SETTINGS as T } from "../../text/en/settings.ts";
import { TEXT } from "../../text/en.ts";
import { createChange, createRead, DialogForm, Item, Loaded, Section } from "./parts.tsx";

/** Consents, export and erasure. */
export default function Privacy(): JSX.Element {
  return (
    <>
      <Consents />
      <Export />
      <Erase />
    </>
  );
}

function Consents(): JSX.Element {
  const [read, again] = createRead(() => call<WireConsents>("GET", "/v1/privacy/consents"));
  const change = createChange(async (body: object) => {
    await call("PUT", "/v1/privacy/consents", { body });
    again();
  });
  const given = (what: "marketing" | "analytics") => read.latest?.consents[what];
  const terms = () => read.latest?.consents.terms;
  const since = (at: string | undefined): string => (at === undefined ? "" : T.consentSince(day(at)));
  return (
    <Section title={T.consents}>
      <Loaded of={read} retry={again}>
        {() => (
          <ul class="settings-list">
            <Item
              title={<b>{T.consentTerms}</b>}
              meta={
                typeof terms()?.value === "string"
                  ? T.consentAccepted(String(terms()?.value), day(terms()?.at))
                  : T.consentNot
              }
              actions={
                <Show when={typeof terms()?.value === "string"}>
                  <Button busy={change.busy()} onClick={() => void change.run({ terms: null })}>
                    {T.withdraw}
                  </Button>
                </Show>
              }
            />
            <Item
              title={
                <CheckField
                  label={T.consentMarketing}
                  checked={given("marketing")?.value === true}
                  disabled={change.busy()}
                  onChange={(marketing) => void change.run({ marketing })}
                />
              }
              meta={since(given("marketing")?.at)}
            />
            <Item
              title={
                <CheckField
                  label={T.consentAnalytics}
                  checked={given("analytics")?.value === true}
                  disabled={change.busy()}
                  onChange={(analytics) => void change.run({ analytics })}
                />
              }
              meta={since(given("analytics")?.at)}
            />
          </ul>
        )}
      </Loaded>
      <Refusal of={change} />
    </Section>
  );
}

function Export(): JSX.Element {
  const action = createChange(async () => {
    const answer = await call<Response>("GET", "/v1/privacy/export", { raw: true });
    saveFile("export.zip", await answer.blob());
  }, null);
  return (
    <Section
      title={T.export}
      lead={T.exportLead}
      actions={
        <Button icon="download" busy={action.busy()} onClick={() => void action.run()}>
          {T.exportDo}
        </Button>
      }
    >
      <Refusal of={action} />
    </Section>
  );
}

interface Left {
  readonly orders?: number;
  readonly positions?: readonly string[];
  readonly cash?: string;
  readonly transfers?: number;
}

/** What is still in the accounts, when an erasure is refused because of it. */
function leftIn(error: unknown): Error {
  if (!(error instanceof ApiError) || error.reason !== "account_not_empty") return error as Error;
  const { orders = 0, positions = [], cash = "0", transfers = 0 } = error.body as Left;
  return new Error(T.eraseLeft(orders, positions.join(", ") || TEXT.common.none, money(cash), transfers));
}

function Erase(): JSX.Element {
  const navigate = useNavigate();
  const [asks, setAsks] = createSignal(false);
  const [word, setWord] = createSignal("");
  const action = createChange(async () => {
    const body = { confirm: word().trim().toLowerCase() };
    const answer = await call<Response>("POST", "/v1/privacy/erase", { body, raw: true }).catch((error: unknown) => {
      throw leftIn(error);
    });
    keepCsrfToken(null);
    notify("good", answer.status === 202 ? T.eraseBegun : T.erased);
    await loadSession();
    navigate("/");
  }, null);
  return (
    <Section
      title={T.erase}
      lead={T.eraseLead}
      actions={
        <Button kind="danger" onClick={() => setAsks(true)}>
          {T.eraseDo}
        </Button>
      }
    >
      <DialogForm
        title={T.erase}
        open={asks()}
        onClose={() => setAsks(false)}
        of={action}
        text={T.eraseDo}
        danger
        disabled={word().trim().toLowerCase() !== T.eraseWord}
      >
        <p>{T.eraseLead}</p>
        <TextField
          label={T.eraseConfirm}
          required
          value={word()}
          onInput={(event) => setWord(event.currentTarget.value)}
        />
      </DialogForm>
    </Section>
  );
}
