import { createSignal, For, Show, type JSX } from "solid-js";
import type * as z from "zod";
import type { appAnswer, letInAnswer, newAppAnswer } from "../../../../protocol/wire/apps.ts";
import { call } from "../../api/client.ts";
import { Button } from "../../design/components/Button.tsx";
import { Dialog } from "../../design/components/Dialog.tsx";
import { CheckField, TextField } from "../../design/components/Field.tsx";
import { Badge } from "../../design/components/small.tsx";
import { Refusal, submits } from "../../forms/action.tsx";
import { recent } from "../../format/times.ts";
import { SETTINGS as T } from "../../text/en/settings.ts";
import { TEXT } from "../../text/en.ts";
import { createChange, createRead, Item, Loaded, RemoveButton, Secret, Section } from "./parts.tsx";
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
      <Loaded of={apps} retry={again}>
        {() => (
          <ul class="settings-list">
            <For each={apps.latest} fallback={<li class="muted">{T.authorizedNone}</li>}>
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
            </For>
          </ul>
        )}
      </Loaded>
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
      <Loaded of={apps} retry={again}>
        {() => (
          <ul class="settings-list">
            <For each={apps.latest} fallback={<li class="muted">{T.ownAppsNone}</li>}>
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
            </For>
          </ul>
        )}
      </Loaded>
      <AppForm
        open={asks()}
        onClose={() => setAsks(false)}
        onMade={(app) => {
          setAsks(false);
          setMade(app);
          again();
        }}
      />
      <Dialog title={T.appMade} open={made() !== null} onClose={() => setMade(null)}>
        <Show when={made()}>
          {(app) => (
            <div class="form">
              <Secret label={T.clientId} value={app().client_id} />
              <Show when={app().client_secret}>
                {(secret) => (
                  <>
                    <p>{T.appMadeLead}</p>
                    <Secret label={T.clientSecret} value={secret()} />
                  </>
                )}
              </Show>
              <div class="row form-end">
                <Button kind="primary" onClick={() => setMade(null)}>
                  {T.keyDone}
                </Button>
              </div>
            </div>
          )}
        </Show>
      </Dialog>
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
    <Dialog title={T.appRegister} open={props.open} onClose={() => props.onClose()}>
      <form class="form" onSubmit={submits(() => void action.run())}>
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
        <Refusal of={action} />
        <div class="row wrap form-end">
          <Button onClick={() => props.onClose()}>{TEXT.common.cancel}</Button>
          <Button kind="primary" type="submit" busy={action.busy()}>
            {T.appRegister}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
