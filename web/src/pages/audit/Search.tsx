import { A } from "@solidjs/router";
import { createSignal, Show, type JSX } from "solid-js";
import { call } from "../../api/client.ts";
import { errorText } from "../../api/error.ts";
import { withStepUp } from "../../api/stepUp.tsx";
import { Button } from "../../design/components/Button.tsx";
import { SelectField, TextField } from "../../design/components/Field.tsx";
import { Badge } from "../../design/components/small.tsx";
import { fullTime } from "../../format/times.ts";
import { AUDIT as T } from "../../text/en/audit.ts";
import { CONSOLE } from "../../text/en/console.ts";
import { Card, Detail, Facts, Failure, Id, Json, RowLink, Rows, SearchForm } from "../console/parts.tsx";
import { Exports } from "./Exports.tsx";
import { EMPTY_QUERY, orderOf, searchPath, type TrailEvent, type TrailPage, type TrailQuery } from "./trail.ts";

const PAGE = 100;

/** Searches the audit trail by account, order, actor, kind and time. */
export function Search(): JSX.Element {
  const [query, setQuery] = createSignal<TrailQuery>(EMPTY_QUERY);
  const [events, setEvents] = createSignal<readonly TrailEvent[] | null>(null);
  const [next, setNext] = createSignal<string | null>(null);
  const [chosen, setChosen] = createSignal<TrailEvent | null>(null);
  const [failed, setFailed] = createSignal<{ readonly error: unknown } | null>(null);
  const [busy, setBusy] = createSignal(false);
  const set = (name: keyof TrailQuery, value: string): void => void setQuery((all) => ({ ...all, [name]: value }));
  const read = async (from: string | null): Promise<void> => {
    setBusy(true);
    setFailed(null);
    try {
      const page = await call<TrailPage>("GET", searchPath(query(), PAGE, from));
      setEvents([...(from === null ? [] : (events() ?? [])), ...page.events]);
      setNext(page.next);
      if (from === null) setChosen(null);
    } catch (error) {
      setFailed({ error });
    } finally {
      setBusy(false);
    }
  };
  const field = (name: keyof TrailQuery, label: string, type?: string): JSX.Element => (
    <TextField
      label={label}
      type={type}
      value={query()[name]}
      onInput={(event) => set(name, event.currentTarget.value)}
    />
  );
  return (
    <Card title={T.sections.search} hideTitle>
      <SearchForm
        onSearch={() => {
          void read(null);
        }}
      >
        {field("account_id", T.account)}
        {field("order_id", T.order)}
        {field("actor_id", T.actor)}
        <SelectField
          label={T.action}
          value={query().action}
          options={[
            { value: "", text: T.anyAction },
            ...Object.entries(T.groups).map(([value, text]) => ({ value, text })),
          ]}
          onChange={(value) => set("action", value)}
        />
        {field("since", T.since, "datetime-local")}
        {field("until", T.until, "datetime-local")}
        <Button kind="primary" icon="search" type="submit" busy={busy()}>
          {CONSOLE.search}
        </Button>
        <Button kind="plain" onClick={() => setQuery(EMPTY_QUERY)}>
          {T.clear}
        </Button>
      </SearchForm>
      <p class="muted small">
        {T.bounds} {T.readOnly}
      </p>
      <Failure error={failed()?.error} />
      <Show when={events()} keyed>
        {(found) => (
          <>
            <div class="console-head">
              <p role="status">{T.found(found.length)}</p>
              <Exports events={found} name="audit-events" />
            </div>
            <EventRows events={found} chosen={chosen()} onChoose={setChosen} />
            <Show when={next()}>
              {(from) => (
                <div class="row">
                  <Button busy={busy()} onClick={() => void read(from())}>
                    {CONSOLE.more}
                  </Button>
                </div>
              )}
            </Show>
          </>
        )}
      </Show>
      <Show when={chosen()} keyed>
        {(event) => <EventDetails event={event} />}
      </Show>
    </Card>
  );
}

function EventRows(props: {
  readonly events: readonly TrailEvent[];
  readonly chosen: TrailEvent | null;
  readonly onChoose: (event: TrailEvent) => void;
}): JSX.Element {
  return (
    <Rows
      label={T.sections.search}
      rows={props.events}
      empty={T.none}
      isCurrent={(event) => event === props.chosen}
      columns={[
        { title: T.at, cell: (event) => <time datetime={event.at}>{fullTime(event.at)}</time> },
        {
          title: T.action,
          cell: (event) => <RowLink onChoose={() => props.onChoose(event)}>{event.action}</RowLink>,
        },
        {
          title: T.result,
          cell: (event) => <Badge tone={event.result === "ok" ? "good" : "danger"}>{event.result}</Badge>,
        },
        { title: T.resource, cell: (event) => <span class="id">{event.resource}</span> },
        { title: T.by, cell: (event) => <span class="id">{event.actor?.user_id ?? T.exchange}</span> },
        { title: T.place, numeric: true, cell: (event) => `${event.shard} / ${event.seq}` },
      ]}
    />
  );
}

interface Origins {
  readonly origins: readonly ({ readonly ip_address: string; readonly user_agent: string } | null)[];
}

/** One event with everything that the trail has of it. */
export function EventDetails(props: { readonly event: TrailEvent }): JSX.Element {
  const [origin, setOrigin] = createSignal<string | null>(null);
  const reveal = async (): Promise<void> => {
    const { ip_address, user_agent, account_id: accountId } = props.event;
    try {
      const { origins } = await withStepUp(() =>
        call<Origins>("POST", `/v1/audit/accounts/${accountId}/origins`, {
          body: { origins: [{ ip_address, user_agent }] },
        }),
      );
      const [found] = origins;
      setOrigin(found === undefined || found === null ? T.noOrigin : `${found.ip_address} · ${found.user_agent}`);
    } catch (error) {
      setOrigin(errorText(error));
    }
  };
  return (
    <Detail>
      <h3>
        {T.details}: {props.event.action}
      </h3>
      <Facts
        of={[
          [T.at, fullTime(props.event.at)],
          [T.place, `${props.event.shard} / ${props.event.seq}`],
          [T.hash, <Id value={props.event.hash} copy />],
          [T.account, <Id value={props.event.account_id} copy />],
          [T.resource, <Id value={props.event.resource} />],
          [T.by, <Id value={props.event.actor?.user_id ?? T.exchange} />],
          [T.credential, props.event.actor?.credential_kind ?? "–"],
          [T.request, props.event.request_id === "" ? "–" : <Id value={props.event.request_id} copy />],
          [
            T.origin,
            <Show
              when={origin()}
              fallback={
                <span class="row wrap">
                  <Button icon="eye" disabled={props.event.ip_address === ""} onClick={() => void reveal()}>
                    {T.reveal}
                  </Button>
                  <span class="muted">{T.revealing}</span>
                </span>
              }
            >
              {origin()}
            </Show>,
          ],
        ]}
      />
      <Show when={orderOf(props.event)}>
        {(id) => (
          <div class="row">
            <A class="button" href={`/audit/order?id=${id()}`}>
              {T.seeOrder}
            </A>
          </div>
        )}
      </Show>
      <h4>{T.body}</h4>
      <Json label={T.body} value={props.event.body} />
      <Show when={props.event.before !== null}>
        <h4>{T.balancesBefore}</h4>
        <Json label={T.balancesBefore} value={props.event.before} />
      </Show>
      <Show when={props.event.after !== null}>
        <h4>{T.balancesAfter}</h4>
        <Json label={T.balancesAfter} value={props.event.after} />
      </Show>
    </Detail>
  );
}
