import { createSignal, For, Show, type JSX } from "solid-js";
import type * as z from "zod";
import type { appAnswer, letInAnswer, newAppAnswer } from "../../../../protocol/wire/apps.ts";
import { call } from "../../api/client.ts";
import { Button } from "../../design/components/Button.tsx";
import { CheckField, TextField } from "../../design/components/Field.tsx";
import { Badge } from "../../design/components/small.tsx";
import { recent } from "../../format/times.ts";
import { SETTINGS as T } from "../../text/en/settings.ts";
import {
  createChange,
  createRead,
  DialogForm,
  Item,
  LoadedList,
  RemoveButton,
  Secret,
  Section,
  ShownOnce,
} from "./parts.tsx";
import { TextArea } from "./TextArea.tsx";

type LetIn = z.infer<typeof letInAnswer>;
type OwnApp = z.infer<typeof appAnswer>;
type NewApp = z.infer<typeof newAppAnswer>;

/** Apps that may use the login, and those that its user has made. */
export default function Apps(): JSX.Element {
  return (
    <>
      <Authorized />
      <OwnApps />
    </>
  );
}

function Authorized(): JSX.Element {
  const [apps, again] = createRead(async () => (await call<{ apps: LetIn[] }>("GET", "/v1/auth/apps")).apps);
  const end = async (id: string): Promise<void> => {
    await call("DELETE", `/v1/auth/apps/${encodeURIComponent(id)}`);
    again();
  };
  return (
    <Section title={T.authorized} lead={T.authorizedLead}>
      <LoadedList of={apps} retry={again} none={T.authorizedNone}>
        {(app) => (
          <Item
            title={
              <>
                <b>{app.name}</b>
                <For each={app.scopes}>{(scope) => <Badge>{scope}</Badge>}</For>
              </>
            }
            meta={T.appMeta(app.client_id, recent(app.last_used_at))}
            actions={
              <RemoveButton
                label={T.appEnd(app.name)}
                text={T.endAccess}
                question={T.authorizedLead}
                onConfirm={() => end(app.client_id)}
                done={T.saved}
              />
            }
          />
        )}
      </LoadedList>
    </Section>
  );
}

function OwnApps(): JSX.Element {
  const [apps, again] = createRead(async () => (await call<{ apps: OwnApp[] }>("GET", "/v1/apps")).apps);
  const [asks, setAsks] = createSignal(false);
  const [made, setMade] = createSignal<NewApp | null>(null);
  const remove = async (id: string): Promise<void> => {
    await call("DELETE", `/v1/apps/${encodeURIComponent(id)}`);
    again();
  };
  return (
    <Section
      title={T.ownApps}
      lead={T.ownAppsLead}
      actions={
        <Button icon="add" onClick={() => setAsks(true)}>
          {T.appRegister}
        </Button>
      }
    >
      <LoadedList of={apps} retry={again} none={T.ownAppsNone}>
        {(app) => (
          <Item
            title={<b>{app.name}</b>}
            meta={
              <>
                <code>{app.client_id}</code>
                <For each={app.redirect_uris}>{(uri) => <p>{uri}</p>}</For>
              </>
            }
            actions={
              <RemoveButton
                label={T.appRemove(app.name)}
                text={T.remove}
                question={T.ownAppsLead}
                onConfirm={() => remove(app.client_id)}
                done={T.saved}
              />
            }
          />
        )}
      </LoadedList>
      <AppForm
        open={asks()}
        onClose={() => setAsks(false)}
        onMade={(app) => {
          setAsks(false);
          setMade(app);
          again();
        }}
      />
      <ShownOnce title={T.appMade} made={made()} onClose={() => setMade(null)}>
        {(app) => (
          <>
            <Secret label={T.clientId} value={app.client_id} />
            <Show when={app.client_secret}>
              {(secret) => (
                <>
                  <p>{T.appMadeLead}</p>
                  <Secret label={T.clientSecret} value={secret()} />
                </>
              )}
            </Show>
          </>
        )}
      </ShownOnce>
    </Section>
  );
}

function AppForm(props: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onMade: (app: NewApp) => void;
}): JSX.Element {
  const [name, setName] = createSignal("");
  const [uris, setUris] = createSignal("");
  const [isPublic, setPublic] = createSignal(false);
  const action = createChange(async () => {
    const body = {
      name: name().trim(),
      redirect_uris: uris()
        .split(/\s+/)
        .filter((each) => each !== ""),
      public: isPublic(),
    };
    props.onMade(await call<NewApp>("POST", "/v1/apps", { body }));
    setName("");
    setUris("");
  }, null);
  return (
    <DialogForm title={T.appRegister} open={props.open} onClose={props.onClose} of={action} text={T.appRegister}>
      <TextField
        label={T.appName}
        required
        maxlength={64}
        value={name()}
        error={action.field("name")}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <TextArea
        label={T.appUris}
        hint={T.appUrisHint}
        required
        value={uris()}
        error={action.field("redirect_uris")}
        onInput={setUris}
      />
      <CheckField label={T.appPublic} checked={isPublic()} onChange={setPublic} />
    </DialogForm>
  );
}
