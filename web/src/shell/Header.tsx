import { A, useNavigate } from "@solidjs/router";
import { For, Show, type JSX } from "solid-js";
import { account, accounts, chooseAccount, hasRole, isPaper, me, session, signOut } from "../api/session.ts";
import { Menu } from "../design/components/Menu.tsx";
import { Badge } from "../design/components/small.tsx";
import { TEXT } from "../text/en.ts";

const T = TEXT.shell;

/** Brand, pages, account switch and user menu. */
export function Header(): JSX.Element {
  const navigate = useNavigate();
  const pages = (): readonly (readonly [path: string, text: string])[] => [
    ["/trade", T.trade],
    ["/portfolio", T.portfolio],
    ["/alerts", T.alerts],
    ["/accounts", T.accounts],
    ["/statements", T.statements],
    ...(hasRole("admin") ? ([["/admin", T.admin]] as const) : []),
    ...(hasRole("auditor") || hasRole("admin") ? ([["/audit", T.audit]] as const) : []),
  ];
  return (
    <header class="header" data-paper={isPaper()}>
      <A class="brand" href="/">
        {T.brand}
      </A>
      <Show
        when={session().kind === "signed in"}
        fallback={
          <>
            <span class="grow" />
            <A class="button" data-kind="plain" href="/sign-in">
              {T.signIn}
            </A>
            <A class="button" data-kind="primary" href="/sign-up">
              {T.signUp}
            </A>
          </>
        }
      >
        <nav class="grow" aria-label={T.nav}>
          <For each={pages()}>{([path, text]) => <A href={path}>{text}</A>}</For>
        </nav>
        <AccountSwitch />
        <Menu
          label={me()?.user.email ?? T.account}
          icon="account"
          items={[
            { text: T.settings, icon: "settings", onChoose: () => navigate("/settings") },
            {
              text: T.signOut,
              icon: "signOut",
              onChoose: () => void signOut().then(() => navigate("/")),
            },
          ]}
        />
      </Show>
    </header>
  );
}

/** Which account is shown; always visible, and a paper account cannot be taken for a live one. */
function AccountSwitch(): JSX.Element {
  const nameOf = (entry: ReturnType<typeof account>): string =>
    entry?.account === null || entry === null
      ? (entry?.owner_email ?? "")
      : entry.account.name || entry.account.account_number;
  return (
    <Menu
      label={T.account}
      class="button account-switch"
      items={accounts().map((entry) => ({
        text: `${nameOf(entry)}${entry.account?.type === "paper" ? ` (${T.paper})` : ""}`,
        checked: entry.account_id === account()?.account_id,
        onChoose: () => chooseAccount(entry.account_id),
      }))}
    >
      <Badge tone={isPaper() ? "paper" : "up"}>{isPaper() ? T.paper : T.live}</Badge>
      <span class="clip">{nameOf(account())}</span>
    </Menu>
  );
}
