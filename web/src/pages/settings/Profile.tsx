import { createSignal, For, Show, type JSX } from "solid-js";
import { call } from "../../api/client.ts";
import { loadSession, me } from "../../api/session.ts";
import { Button } from "../../design/components/Button.tsx";
import { SelectField, TextField } from "../../design/components/Field.tsx";
import { Badge } from "../../design/components/small.tsx";
import { Refusal, submits } from "../../forms/action.tsx";
import { day } from "../../format/times.ts";
import { SETTINGS as T } from "../../text/en/settings.ts";
import { COUNTRIES } from "./countries.ts";
import { createChange, Section } from "./parts.tsx";

/** Who the login is: what the user may change, and what is known otherwise. */
export default function Profile(): JSX.Element {
  return <Show when={me()}>{(now) => <ProfileForm user={now().user} />}</Show>;
}

type User = NonNullable<ReturnType<typeof me>>["user"];

function ProfileForm(props: { readonly user: User }): JSX.Element {
  const [name, setName] = createSignal(props.user.name ?? "");
  const [country, setCountry] = createSignal(props.user.country ?? "");
  const action = createChange(async () => {
    await call("PATCH", "/v1/me", { body: { name: name().trim() || null, country: country() || null } });
    await loadSession();
  });
  return (
    <Section title={T.sections.profile}>
      <form class="form settings-form" onSubmit={submits(() => void action.run())}>
        <TextField
          label={T.name}
          hint={T.nameHint}
          autocomplete="name"
          maxlength={100}
          value={name()}
          error={action.field("name")}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <SelectField
          label={T.country}
          value={country()}
          onChange={setCountry}
          options={[{ value: "", text: T.noCountry }, ...COUNTRIES]}
        />
        <Refusal of={action} />
        <div class="row">
          <Button kind="primary" type="submit" busy={action.busy()}>
            {T.save}
          </Button>
        </div>
      </form>
      <dl class="facts-list">
        <Fact name={T.email}>{props.user.email}</Fact>
        <Fact name={T.region}>{T.regions[props.user.region]}</Fact>
        <Fact name={T.memberSince}>{day(props.user.created_at)}</Fact>
        <Fact name={T.roles}>
          <For each={props.user.roles}>{(role) => <Badge>{role}</Badge>}</For>
        </Fact>
        <Fact name={T.plan}>
          <Badge>{props.user.plan}</Badge>
        </Fact>
      </dl>
    </Section>
  );
}

function Fact(props: { readonly name: string; readonly children: JSX.Element }): JSX.Element {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}
