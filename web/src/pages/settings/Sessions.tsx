import { createMemo, For, Show, type JSX } from "solid-js";
import type * as z from "zod";
import type { securityAnswer, sessionsAnswer } from "../../../../protocol/wire/sessions.ts";
import { call } from "../../api/client.ts";
import { DataTable, type Column } from "../../design/components/DataTable.tsx";
import { Badge } from "../../design/components/small.tsx";
import { fullTime, recent } from "../../format/times.ts";
import { EVENTS, SETTINGS as T } from "../../text/en/settings.ts";
import { deviceName } from "./deviceName.ts";
import { createRead, Item, Loaded, RemoveButton, Section } from "./parts.tsx";

type Session = z.infer<typeof sessionsAnswer>["sessions"][number];
type SecurityEvent = z.infer<typeof securityAnswer>["events"][number];

/** Where the login is signed in, and what has happened to it. */
export default function Sessions(): JSX.Element {
  const [sessions, again] = createRead(
    async () => (await call<z.infer<typeof sessionsAnswer>>("GET", "/v1/auth/sessions")).sessions,
  );
  const end = async (id: string): Promise<void> => {
    await call("DELETE", `/v1/auth/sessions/${id}`);
    again();
  };
  const endOthers = async (): Promise<void> => {
    await call("DELETE", "/v1/auth/sessions");
    again();
  };
  return (
    <>
      <Section
        title={T.sessions}
        lead={T.sessionsLead}
        actions={
          <Show when={(sessions.latest?.length ?? 0) > 1}>
            <RemoveButton
              label={T.endOthers}
              text={T.endOthers}
              question={T.sessionsLead}
              onConfirm={endOthers}
              done={T.othersEnded}
            />
          </Show>
        }
      >
        <Loaded of={sessions} retry={again}>
          {(list) => (
            <ul class="settings-list">
              <For each={list}>{(session) => <SessionItem session={session} onEnd={() => end(session.id)} />}</For>
            </ul>
          )}
        </Loaded>
      </Section>
      <SecurityLog />
    </>
  );
}

function SessionItem(props: { readonly session: Session; readonly onEnd: () => Promise<void> }): JSX.Element {
  const name = (): string => props.session.label ?? deviceName(props.session.user_agent);
  return (
    <Item
      title={
        <>
          <b>{name()}</b>
          <Show when={props.session.current}>
            <Badge tone="good">{T.thisSession}</Badge>
          </Show>
          <Show when={props.session.kind === "app"}>
            <Badge tone="accent">{T.app}</Badge>
          </Show>
        </>
      }
      meta={T.sessionMeta(
        props.session.ip || T.none,
        recent(props.session.last_used_at),
        recent(props.session.expires_at),
      )}
      actions={
        <Show when={!props.session.current}>
          <RemoveButton
            label={T.endSession(name())}
            text={T.end}
            question={T.sessionsLead}
            onConfirm={props.onEnd}
            done={T.sessionEnded}
          />
        </Show>
      }
    />
  );
}

const COLUMNS: readonly Column<SecurityEvent & { readonly key: string }>[] = [
  { id: "at", title: T.logTime, sortBy: ({ at }) => at, cell: ({ at }) => <time datetime={at}>{fullTime(at)}</time> },
  { id: "what", title: T.logWhat, sortBy: ({ kind }) => kind, cell: ({ kind }) => EVENTS[kind] ?? kind },
  {
    id: "where",
    title: T.logWhere,
    cell: ({ ip, user_agent: agent }) => `${ip ?? T.none}${agent === null ? "" : `, ${deviceName(agent)}`}`,
  },
];

function SecurityLog(): JSX.Element {
  const [events, again] = createRead(
    async () => (await call<z.infer<typeof securityAnswer>>("GET", "/v1/auth/events")).events,
  );
  const rows = createMemo(() => (events.latest ?? []).map((event, nth) => ({ ...event, key: String(nth) })));
  return (
    <Section title={T.log} lead={T.logLead}>
      <Loaded of={events} retry={again}>
        {() => (
          <div class="settings-log">
            <DataTable
              label={T.logTable}
              rows={rows()}
              columns={COLUMNS}
              rowKey={({ key }) => key}
              empty={T.logEmpty}
            />
          </div>
        )}
      </Loaded>
    </Section>
  );
}
