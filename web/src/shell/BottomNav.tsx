import { useLocation, useNavigate, useSearchParams } from "@solidjs/router";
import { createSignal, For, Show, type JSX } from "solid-js";
import { session } from "../api/session.ts";
import { Dialog } from "../design/components/Dialog.tsx";
import { Icon } from "../design/components/Icon.tsx";
import type { IconName } from "../design/components/icons.ts";
import { isPhone } from "../design/screen.ts";
import { TEXT } from "../text/en.ts";
import { pages } from "./Header.tsx";

const T = TEXT.shell;
const MARKETS = "markets";

/** The views of the workspace on a phone. */
const VIEWS: readonly (readonly [view: string, text: string, icon: IconName])[] = [
  [MARKETS, T.markets, "star"],
  ["chart", T.chart, "bars"],
  ["trade", T.trade, "swap"],
  ["orders", T.orders, "statement"],
];

/** Navigation where thumbs are; on phones only. */
export function BottomNav(): JSX.Element {
  const location = useLocation();
  const [query] = useSearchParams<{ view?: string; panel?: string }>();
  const [asksMore, setAsksMore] = createSignal(false);
  const view = (): string | null => (location.pathname === "/trade" ? (query.view ?? MARKETS) : null);
  return (
    <Show when={isPhone() && session().kind === "signed in" && query.panel === undefined}>
      <nav class="bottom-nav" aria-label={T.views}>
        <For each={VIEWS}>
          {([name, text, icon]) => (
            <a href={`/trade?view=${name}`} aria-current={view() === name ? "page" : undefined}>
              <Icon name={icon} size={20} />
              {text}
            </a>
          )}
        </For>
        <button type="button" aria-haspopup="dialog" data-current={view() === null} onClick={() => setAsksMore(true)}>
          <Icon name="menu" size={20} />
          {T.more}
        </button>
      </nav>
      <Dialog title={T.more} open={asksMore()} onClose={() => setAsksMore(false)}>
        <More onChoose={() => setAsksMore(false)} />
      </Dialog>
    </Show>
  );
}

function More(props: { readonly onChoose: () => void }): JSX.Element {
  const navigate = useNavigate();
  const all = (): readonly (readonly [path: string, text: string])[] => [
    ...pages().filter(([path]) => path !== "/trade"),
    ["/trade?view=balances", T.balances],
    ["/settings", T.settings],
  ];
  return (
    <ul class="more-list">
      <For each={all()}>
        {([path, text]) => (
          <li>
            <a
              href={path}
              onClick={(event) => {
                event.preventDefault();
                props.onChoose();
                navigate(path);
              }}
            >
              <span class="grow">{text}</span>
              <Icon name="chevronRight" />
            </a>
          </li>
        )}
      </For>
    </ul>
  );
}
