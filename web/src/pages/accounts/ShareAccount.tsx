/** Who else may look at an account. */
import type * as z from "zod";
import type { grantsWire } from "../../../../protocol/wire/grants.ts";
import { createResource, createSignal, For, Show, type JSX } from "solid-js";
import { latestOf } from "../../api/latest.ts";
import { call } from "../../api/client.ts";
import { withStepUp } from "../../api/stepUp.tsx";
import { IconButton } from "../../design/components/Button.tsx";
import { TextField } from "../../design/components/Field.tsx";
import { notify } from "../../design/components/notices.tsx";
import { errorText } from "../../api/error.ts";
import { day } from "../../format/times.ts";
import { ACCOUNTS } from "../../text/en/accounts.ts";
import { createSubmission, Form, FormFoot, type OwnAccount } from "./parts.tsx";

export function ShareAccount(props: { readonly account: OwnAccount; readonly onDone: () => void }): JSX.Element {
  const path = (): string => `/v1/accounts/${props.account.account_id}/grants`;
  const [grants, { refetch }] = createResource(path, (from) => call<z.infer<typeof grantsWire>>("GET", from));
  const [email, setEmail] = createSignal("");
  const submission = createSubmission(async () => {
    await withStepUp(() => call("POST", path(), { body: { email: email().trim() } }));
    setEmail("");
    notify("accent", ACCOUNTS.shared);
    await refetch();
  });
  const end = async (id: string): Promise<void> => {
    try {
      await call("DELETE", `${path()}/${id}`);
      await refetch();
    } catch (error) {
      notify("danger", errorText(error));
    }
  };
  return (
    <div class="stack">
      <p>{ACCOUNTS.shareText}</p>
      <Form of={submission} label={ACCOUNTS.share}>
        <TextField
          label={ACCOUNTS.email}
          type="email"
          required
          value={email()}
          onInput={(event) => setEmail(event.currentTarget.value)}
        />
        <FormFoot of={submission} text={ACCOUNTS.shareButton} />
      </Form>
      <h3>{ACCOUNTS.grants}</h3>
      <Show when={(latestOf(grants)?.grants.length ?? 0) > 0} fallback={<p class="muted">{ACCOUNTS.noGrants}</p>}>
        <ul class="stack">
          <For each={latestOf(grants)?.grants}>
            {(grant) => (
              <li class="spread">
                <span class="clip">
                  {grant.email} <span class="muted small">{ACCOUNTS.since(day(grant.created_at))}</span>
                </span>
                <IconButton icon="trash" label={ACCOUNTS.endGrant(grant.email)} onClick={() => void end(grant.id)} />
              </li>
            )}
          </For>
        </ul>
      </Show>
    </div>
  );
}
