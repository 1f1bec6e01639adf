import { A, useLocation, useSearchParams } from "@solidjs/router";
import { For, lazy, Show, Suspense, type JSX } from "solid-js";
import { hasRole, isPaper, me, session } from "../api/session.ts";
import { actions, keyText } from "../commands/actions.ts";
import { Icon } from "../design/components/Icon.tsx";
import { isPhone } from "../design/screen.ts";
import { TEXT } from "../text/en.ts";
import { AccountSwitch } from "./AccountSwitch.tsx";
import { UserMenu } from "./UserMenu.tsx";

const T = TEXT.shell;
/** The key of the command line, which registers itself (shell/CommandLine.tsx). */
const COMMAND_KEY = "Mod+K";

const LayoutMenu = lazy(() => import("../workspace/LayoutMenu.tsx"));

/** The pages that who is signed in may see. */
export const pages = (): readonly (readonly [path: string, text: string])[] => [
  ["/trade", T.trade],
  ["/portfolio", T.portfolio],
  ["/alerts", T.alerts],
  ["/accounts", T.accounts],
  ["/statements", T.statements],
  ...(hasRole("admin") ? ([["/admin", T.admin]] as const) : []),
  ...(hasRole("auditor") || hasRole("admin") ? ([["/audit", T.audit]] as const) : []),
];

/** Brand, pages, command line, account switch and user menu. */
export function Header(): JSX.Element {
  const location = useLocation();
  const [query] = useSearchParams<{ panel?: string }>();
  const isPopOut = (): boolean => location.pathname === "/trade" && query.panel !== undefined;
  const isWorkspace = (): boolean => location.pathname === "/trade" && !isPopOut() && !isPhone();
  return (
    <header class="header" data-paper={session().kind === "signed in" && isPaper()} data-small={isPopOut()}>
      <A class="brand" href="/" aria-label={T.brand}>
        <Mark />
        <span class="brand-name">{T.brandShort}</span>
      </A>
      <Show
        when={session().kind === "signed in"}
        fallback={<Show when={session().kind === "signed out"}>{<Visitor />}</Show>}
      >
        <Show when={!isPhone() && !isPopOut()} fallback={<span class="grow" />}>
          <nav class="grow" aria-label={T.nav}>
            <For each={pages()}>{([path, text]) => <A href={path}>{text}</A>}</For>
          </nav>
        </Show>
        <Show when={!isPopOut()}>
          <CommandButton />
        </Show>
        <Show when={isWorkspace()}>
          <Suspense>
            <LayoutMenu />
          </Suspense>
        </Show>
        <AccountSwitch />
        <Show when={!isPopOut()}>
          <UserMenu email={me()?.user.email ?? ""} />
        </Show>
      </Show>
    </header>
  );
}

/** The sign of the exchange, as in its icons (test/terminal/icons.ts). */
function Mark(): JSX.Element {
  return (
    <svg class="brand-mark" width="22" height="22" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="var(--accent-strong)" />
      <path
        d="M6 22l6-7 5 4 9-11"
        stroke="var(--on-accent)"
        stroke-width="3.2"
        stroke-linecap="round"
        stroke-linejoin="round"
        fill="none"
      />
    </svg>
  );
}

function Visitor(): JSX.Element {
  return (
    <>
      <span class="grow" />
      <A class="button" data-kind="plain" href="/sign-in">
        {T.signIn}
      </A>
      <A class="button" data-kind="primary" href="/sign-up">
        {T.signUp}
      </A>
    </>
  );
}

/** Opens the command line, when there is one on this page. */
function CommandButton(): JSX.Element {
  const command = () => actions().findLast(({ key, alsoKey }) => key === COMMAND_KEY || alsoKey === COMMAND_KEY);
  return (
    <Show when={command()}>
      {(action) => (
        <button
          type="button"
          class="command-button"
          aria-label={isPhone() ? T.search : undefined}
          onClick={() => action().run()}
        >
          <Icon name="search" />
          <span class="command-hint">{T.search}</span>
          <kbd>{keyText(COMMAND_KEY)}</kbd>
        </button>
      )}
    </Show>
  );
}
