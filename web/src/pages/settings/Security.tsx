import { createSignal, Show, type JSX } from "solid-js";
import { call } from "../../api/client.ts";
import { me } from "../../api/session.ts";
import { Button } from "../../design/components/Button.tsx";
import { Refusal, submits } from "../../forms/action.tsx";
import { SETTINGS as T } from "../../text/en/settings.ts";
import { PasswordField } from "../signIn/PasswordField.tsx";
import { External } from "./External.tsx";
import { Factors } from "./Factors.tsx";
import { createChange, Section } from "./parts.tsx";

/** How the login is signed in to. A guest's has no way in but the browser that began it. */
export default function Security(): JSX.Element {
  return (
    <Show
      when={me()?.user.demo_until === null}
      fallback={
        <Section title={T.guestSignIn} lead={T.guestSignInLead}>
          <p>{T.guestSignInInstead}</p>
        </Section>
      }
    >
      <Factors />
      <Password />
      <External />
    </Show>
  );
}

function Password(): JSX.Element {
  const [current, setCurrent] = createSignal("");
  const [next, setNext] = createSignal("");
  const action = createChange(async () => {
    await call("POST", "/v1/auth/password", { body: { current: current(), new: next() } });
    setCurrent("");
    setNext("");
  }, T.passwordChanged);
  return (
    <Section title={T.password} lead={T.passwordLead}>
      <form class="form settings-form" onSubmit={submits(() => void action.run())}>
        <PasswordField label={T.currentPassword} value={current()} onInput={setCurrent} />
        <PasswordField isNew value={next()} onInput={setNext} />
        <Refusal of={action} />
        <div class="row">
          <Button kind="primary" type="submit" busy={action.busy()} disabled={action.wait() > 0}>
            {T.changePassword}
          </Button>
        </div>
      </form>
    </Section>
  );
}
