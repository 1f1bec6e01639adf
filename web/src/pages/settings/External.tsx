import { Show, type JSX } from "solid-js";
import { call } from "../../api/client.ts";
import { Button } from "../../design/components/Button.tsx";
import { Refusal } from "../../forms/action.tsx";
import { day } from "../../format/times.ts";
import { SETTINGS as T } from "../../text/en/settings.ts";
import { createChange, createRead, Item, LoadedList, RemoveButton, Section } from "./parts.tsx";

interface Provider {
  readonly name: string;
  readonly label: string;
  readonly linkedAt: string | null;
}

async function readProviders(): Promise<Provider[]> {
  const [{ providers }, { links }] = await Promise.all([
    call<{ providers: { name: string; label: string }[] }>("GET", "/v1/auth/external"),
    call<{ links: { provider: string; created_at: string }[] }>("GET", "/v1/auth/links"),
  ]);
  return providers.map((one) => ({
    ...one,
    linkedAt: links.find(({ provider }) => provider === one.name)?.created_at ?? null,
  }));
}

/** Identities at other providers that sign in to this login. */
export function External(): JSX.Element {
  const [providers, again] = createRead(readProviders);
  const unlink = async (name: string): Promise<void> => {
    await call("DELETE", `/v1/auth/external/${encodeURIComponent(name)}`);
    again();
  };
  const link = createChange(async (name: string) => {
    const path = `/v1/auth/external/${encodeURIComponent(name)}?return_to=/settings/security`;
    const { redirect_to: there } = await call<{ redirect_to: string }>("POST", path, { body: {} });
    location.assign(there);
  }, null);
  return (
    <Section title={T.external} lead={T.externalLead}>
      <LoadedList of={providers} retry={again} none={T.externalNone}>
        {({ name, label, linkedAt }) => (
          <Item
            title={<b>{label}</b>}
            meta={linkedAt === null ? T.notLinked : T.linkedSince(day(linkedAt))}
            actions={
              <Show
                when={linkedAt !== null}
                fallback={
                  <Button busy={link.busy()} onClick={() => void link.run(name)}>
                    {T.externalLink(label)}
                  </Button>
                }
              >
                <RemoveButton
                  label={T.externalUnlink(label)}
                  text={T.remove}
                  question={T.externalLead}
                  onConfirm={() => unlink(name)}
                  done={T.saved}
                />
              </Show>
            }
          />
        )}
      </LoadedList>
      <Refusal of={link} />
    </Section>
  );
}
