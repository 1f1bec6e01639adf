import { createSignal, For, type JSX } from "solid-js";
import type * as z from "zod";
import type { grantsWire } from "../../../../protocol/wire/grants.ts";
import { call } from "../../api/client.ts";
import { type AccountEntry, accounts, loadSession } from "../../api/session.ts";
import { Button } from "../../design/components/Button.tsx";
import { TextField } from "../../design/components/Field.tsx";
import { Refusal, submits } from "../../forms/action.tsx";
import { day } from "../../format/times.ts";
import { SETTINGS as T } from "../../text/en/settings.ts";
import { accountName } from "./accountName.ts";
import { createChange, createRead, Item, List, LoadedList, RemoveButton, Section } from "./parts.tsx";

/** Who may look at the accounts of this login, and whose accounts it may look at. */
export default function Sharing(): JSX.Element {
  const own = (): readonly AccountEntry[] => accounts().filter(({ access }) => access === "owner");
  const received = (): readonly AccountEntry[] => accounts().filter(({ access }) => access === "read");
  const giveBack = async (entry: AccountEntry): Promise<void> => {
    await call("DELETE", grantPath(entry.account_id, entry.grant_id ?? ""));
    await loadSession();
  };
  return (
    <>
      <For each={own()}>{(entry) => <Given entry={entry} />}</For>
      <Section title={T.shareReceived}>
        <List of={received()} none={T.shareReceivedNone}>
          {(entry) => (
            <Item
              title={<b>{entry.owner_email}</b>}
              meta={T.sharedSince(day(entry.shared_at))}
              actions={
                <RemoveButton
                  label={T.shareReturn(entry.owner_email ?? "")}
                  text={T.giveBack}
                  question={T.shareReturn(entry.owner_email ?? "")}
                  onConfirm={() => giveBack(entry)}
                  done={T.saved}
                />
              }
            />
          )}
        </List>
      </Section>
    </>
  );
}

const grantPath = (account: string, grant: string): string =>
  `/v1/accounts/${account}/grants/${encodeURIComponent(grant)}`;

function Given(props: { readonly entry: AccountEntry }): JSX.Element {
  const path = (): string => `/v1/accounts/${props.entry.account_id}/grants`;
  const [grants, again] = createRead(async () => (await call<z.infer<typeof grantsWire>>("GET", path())).grants);
  const [email, setEmail] = createSignal("");
  const share = createChange(async () => {
    await call("POST", path(), { body: { email: email().trim() } });
    setEmail("");
    again();
  }, T.shared);
  const end = async (grant: string): Promise<void> => {
    await call("DELETE", grantPath(props.entry.account_id, grant));
    again();
  };
  return (
    <Section title={`${T.shareGiven}: ${accountName(props.entry)}`} lead={T.shareGivenLead}>
      <LoadedList of={grants} retry={again} none={T.shareNone}>
        {(grant) => (
          <Item
            title={<b>{grant.email}</b>}
            meta={T.sharedSince(day(grant.created_at))}
            actions={
              <RemoveButton
                label={T.shareEnd(grant.email)}
                text={T.stop}
                question={T.shareGivenLead}
                onConfirm={() => end(grant.id)}
                done={T.saved}
              />
            }
          />
        )}
      </LoadedList>
      <form class="form settings-line" onSubmit={submits(() => void share.run())}>
        <TextField
          label={T.shareWith}
          type="email"
          required
          maxlength={254}
          value={email()}
          error={share.field("email")}
          onInput={(event) => setEmail(event.currentTarget.value)}
        />
        <Button type="submit" busy={share.busy()}>
          {T.share}
        </Button>
      </form>
      <Refusal of={share} />
    </Section>
  );
}
