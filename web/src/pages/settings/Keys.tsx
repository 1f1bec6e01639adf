import { createSignal, For, Show, type JSX } from "solid-js";
import type * as z from "zod";
import type { createdKeyWire, keysWire } from "../../../../protocol/wire/apiKeys.ts";
import { call } from "../../api/client.ts";
import { accounts } from "../../api/session.ts";
import { Button } from "../../design/components/Button.tsx";
import { Badge } from "../../design/components/small.tsx";
import { day, recent } from "../../format/times.ts";
import { SETTINGS as T } from "../../text/en/settings.ts";
import { accountName } from "./accountName.ts";
import { KeyForm } from "./KeyForm.tsx";
import { createRead, Item, LoadedList, RemoveButton, Secret, Section, ShownOnce } from "./parts.tsx";

type Key = z.infer<typeof keysWire>["keys"][number];
export type CreatedKey = z.infer<typeof createdKeyWire>;

/** API keys: created, shown once, revoked. */
export default function Keys(): JSX.Element {
  const [keys, again] = createRead(async () => (await call<z.infer<typeof keysWire>>("GET", "/v1/keys")).keys);
  const [asks, setAsks] = createSignal(false);
  const [created, setCreated] = createSignal<CreatedKey | null>(null);
  const revoke = async (id: string): Promise<void> => {
    await call("DELETE", `/v1/keys/${encodeURIComponent(id)}`);
    again();
  };
  return (
    <Section
      title={T.keys}
      lead={T.keysLead}
      actions={
        <Button kind="primary" icon="add" onClick={() => setAsks(true)}>
          {T.keyNew}
        </Button>
      }
    >
      <LoadedList of={keys} retry={again} none={T.keysNone}>
        {(key) => <KeyItem key={key} onRevoke={() => revoke(key.key_id)} />}
      </LoadedList>
      <KeyForm
        open={asks()}
        onClose={() => setAsks(false)}
        onCreated={(key) => {
          setAsks(false);
          setCreated(key);
          again();
        }}
      />
      <ShownOnce title={T.keyMade} made={created()} onClose={() => setCreated(null)}>
        {(key) => (
          <>
            <p>{T.keyMadeLead}</p>
            <Secret label={T.keyId} value={key.key_id} />
            <Secret label={T.keySecret} value={key.secret} />
          </>
        )}
      </ShownOnce>
    </Section>
  );
}

function KeyItem(props: { readonly key: Key; readonly onRevoke: () => Promise<void> }): JSX.Element {
  const name = (): string => props.key.name || T.keyUnnamed;
  const account = (): string =>
    accountName(accounts().find(({ account_id: id }) => id === props.key.account_id) ?? null) || props.key.account_id;
  const used = (): string => (props.key.last_used_at === null ? T.never : recent(props.key.last_used_at));
  const expires = (): string => (props.key.expires_at === null ? T.never : day(props.key.expires_at));
  return (
    <Item
      title={
        <>
          <b>{name()}</b>
          <For each={props.key.scopes}>{(scope) => <Badge>{T.scopes[scope]}</Badge>}</For>
        </>
      }
      meta={
        <>
          <code>{props.key.key_id}</code>
          <p>
            {account()}. {T.keyUse(used(), expires())}.
            <Show when={props.key.allowed_ips.length > 0}> {T.keyFrom(props.key.allowed_ips.join(", "))}.</Show>
          </p>
        </>
      }
      actions={
        <RemoveButton
          label={T.keyRevokeOf(name())}
          text={T.keyRevoke}
          question={T.keyRevoked}
          onConfirm={props.onRevoke}
          done={T.keyRevoked}
        />
      }
    />
  );
}
