import { createSignal, For, Show, type JSX } from "solid-js";
import { me } from "../../api/session.ts";
import { Button } from "../../design/components/Button.tsx";
import { TextField } from "../../design/components/Field.tsx";
import { Badge } from "../../design/components/small.tsx";
import { fullTime } from "../../format/times.ts";
import { ADMIN } from "../../text/en/admin.ts";
import { CONSOLE } from "../../text/en/console.ts";
import { Action, type Answers, optionsOf, type Question } from "../console/Action.tsx";
import { Card, Detail, Facts, Id, Read, reading, RowLink, Rows, SearchForm } from "../console/parts.tsx";
import { AccountControls, FeePlanOf } from "./AccountControls.tsx";
import type { Keys, User, Users as UsersPage } from "./wire.ts";

const T = ADMIN.users;
const ROLES = ["trader", "viewer", "auditor", "admin"] as const;
const PLANS = ["standard", "pro", "market_maker"] as const;
const PAGE = 50;

const rolesAsked = (value: string): Question => ({
  name: "roles",
  label: T.roles,
  kind: "checks",
  options: optionsOf(ROLES, ADMIN.roles),
  value,
  required: true,
});
const planAsked = (value: string): Question => ({
  name: "plan",
  label: T.plan,
  kind: "select",
  options: optionsOf(PLANS, ADMIN.plans),
  value,
});

const listed = (text = ""): string[] => text.split(",").filter((one) => one !== "");

/** Users: found by e-mail or listed by id; one is shown with what can be done about it. */
export function Users(): JSX.Element {
  const [text, setText] = createSignal("");
  const [query, setQuery] = createSignal(`limit=${PAGE}`);
  const [chosen, setChosen] = createSignal<string | null>(null);
  const found = reading<UsersPage>(() => `/v1/admin/users?${query()}`);
  const search = (): void => {
    const email = text().trim();
    setQuery(email === "" ? `limit=${PAGE}` : `email=${encodeURIComponent(email)}`);
    found.again();
  };
  return (
    <>
      <Card
        title={T.list}
        tools={
          <Action
            text={T.invite}
            says={T.inviteSays}
            icon="add"
            kind="primary"
            questions={[
              { name: "email", label: ADMIN.email, required: true },
              rolesAsked("trader"),
              planAsked("standard"),
              {
                name: "region",
                label: T.region,
                kind: "select",
                options: optionsOf(["world", "eu"] as const, T.regions),
                value: "world",
              },
            ]}
            deed={({ email, roles, plan, region }: Answers) => ({
              method: "POST",
              path: "/v1/admin/users",
              body: { email, roles: listed(roles), plan, region },
            })}
            onDone={found.again}
          />
        }
      >
        <SearchForm onSearch={search}>
          <TextField
            label={T.find}
            type="email"
            value={text()}
            onInput={(event) => setText(event.currentTarget.value)}
          />
          <Button icon="search" type="submit">
            {CONSOLE.search}
          </Button>
        </SearchForm>
        <Read from={found}>
          {(page) => (
            <>
              <Rows
                label={T.list}
                rows={page().users}
                empty={T.none}
                isCurrent={(user) => user.user_id === chosen()}
                columns={[
                  {
                    title: ADMIN.id,
                    cell: (user) => (
                      <RowLink onChoose={() => setChosen(user.user_id)}>
                        {"email" in user ? user.email : user.user_id}
                      </RowLink>
                    ),
                  },
                  { title: T.created, cell: (user) => fullTime(user.created_at) },
                  {
                    title: ADMIN.state,
                    cell: (user) =>
                      user.disabled_at === null ? (
                        <Badge tone="good">{T.active}</Badge>
                      ) : (
                        <Badge tone="danger">{T.disabled}</Badge>
                      ),
                  },
                ]}
              />
              <Show when={page().next}>
                {(next) => (
                  <div class="row">
                    <Button onClick={() => setQuery(`limit=${PAGE}&after=${encodeURIComponent(next())}`)}>
                      {T.next}
                    </Button>
                  </div>
                )}
              </Show>
            </>
          )}
        </Read>
      </Card>
      <Show when={chosen()} keyed>
        {(id) => (
          <Detail card>
            <OneUser id={id} />
          </Detail>
        )}
      </Show>
    </>
  );
}

function OneUser(props: { readonly id: string }): JSX.Element {
  const path = (): string => `/v1/admin/users/${props.id}`;
  const user = reading<User>(path);
  const keys = reading<Keys>(() => `${path()}/keys`);
  const isSelf = (): boolean => me()?.user.id === props.id;
  return (
    <section class="card stack" aria-labelledby="user-one">
      <Read from={user}>
        {(one) => (
          <>
            <div class="console-head">
              <h2 id="user-one">{one().email}</h2>
              <div class="row wrap">
                <Action
                  text={T.change}
                  says={T.changeSays}
                  icon="edit"
                  questions={[rolesAsked(one().roles.join(",")), planAsked(one().plan)]}
                  deed={({ roles, plan }) => ({ method: "PATCH", path: path(), body: { roles: listed(roles), plan } })}
                  onDone={user.again}
                />
                <Action
                  text={one().disabled_at === null ? T.disable : T.enable}
                  says={one().disabled_at === null ? T.disableSays : T.enableSays}
                  icon="lock"
                  disabled={isSelf()}
                  deed={() => ({ method: "PATCH", path: path(), body: { disabled: one().disabled_at === null } })}
                  onDone={user.again}
                />
                <Action
                  text={T.endSessions}
                  says={T.endSessionsSays}
                  icon="signOut"
                  deed={() => ({ method: "DELETE", path: `${path()}/sessions` })}
                  tells={(body) => T.ended(Number(body?.["ended"] ?? 0))}
                  onDone={user.again}
                />
                <Action
                  text={T.erase}
                  says={T.eraseSays}
                  icon="trash"
                  kind="danger"
                  word="erase"
                  disabled={isSelf()}
                  deed={() => ({ method: "POST", path: `${path()}/erase`, body: { confirm: "erase" } })}
                  onDone={user.again}
                />
              </div>
            </div>
            <Facts
              of={[
                [ADMIN.id, <Id value={one().user_id} copy />],
                [
                  ADMIN.state,
                  one().disabled_at === null ? (
                    <Badge tone={one().verified_at === null ? "warn" : "good"}>
                      {one().verified_at === null ? T.unverified : T.active}
                    </Badge>
                  ) : (
                    <Badge tone="danger">{T.disabled}</Badge>
                  ),
                ],
                [
                  T.roles,
                  one()
                    .roles.map((role) => ADMIN.roles[role])
                    .join(", "),
                ],
                [T.plan, ADMIN.plans[one().plan]],
                [T.region, T.regions[one().region]],
                [T.created, fullTime(one().created_at)],
                [T.sessions, String(one().sessions)],
              ]}
            />
            <h3>{T.keys}</h3>
            <Read from={keys}>
              {(list) => (
                <Rows
                  label={T.keys}
                  rows={list().keys}
                  empty={T.keyNone}
                  columns={[
                    { title: T.name, cell: (key) => (key.name === "" ? key.key_id : key.name) },
                    { title: T.scopes, cell: (key) => key.scopes.join(", ") },
                    { title: T.created, cell: (key) => fullTime(key.created_at) },
                    {
                      title: T.lastUsed,
                      cell: (key) => (key.last_used_at === null ? CONSOLE.never : fullTime(key.last_used_at)),
                    },
                    {
                      title: T.expires,
                      cell: (key) => (key.expires_at === null ? CONSOLE.never : fullTime(key.expires_at)),
                    },
                    {
                      title: ADMIN.actions,
                      cell: (key) => (
                        <Action
                          text={T.revoke}
                          says={T.revokeSays(key.name === "" ? key.key_id : key.name)}
                          kind="danger"
                          deed={() => ({ method: "DELETE", path: `${path()}/keys/${encodeURIComponent(key.key_id)}` })}
                          onDone={keys.again}
                        />
                      ),
                    },
                  ]}
                />
              )}
            </Read>
            <For each={one().accounts}>
              {(account) => (
                <>
                  <h3>
                    {ADMIN.account} {account.account_number}
                  </h3>
                  <Id value={account.account_id} copy />
                  <AccountControls id={account.account_id} />
                  <FeePlanOf id={account.account_id} />
                </>
              )}
            </For>
          </>
        )}
      </Read>
    </section>
  );
}
