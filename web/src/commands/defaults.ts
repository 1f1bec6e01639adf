/** The actions that every page has: trading, pages, look, help. */
import { switchKill } from "../account/killSwitch.ts";
import { positionOf } from "../account/positionOf.ts";
import { errorText } from "../api/error.ts";
import { hasRole, isShared, session, signOut } from "../api/session.ts";
import { notify } from "../design/components/notices.tsx";
import { applyLook, DENSITIES, LOOK_KEY, PALETTES, readLook, THEMES, type Look } from "../design/look.ts";
import { cancelOrders, closePosition } from "../orders/actions.ts";
import { oneClick, setOneClick } from "../orders/confirmation.ts";
import { askTicket } from "../orders/ticketRequest.ts";
import { TEXT } from "../text/en.ts";
import { ACTIONS as T, COMMANDS } from "../text/en/commands.ts";
import { activeSymbol } from "../workspace/symbols.ts";
import type { Action, Asked } from "./actions.ts";
import { openOf } from "./plan.ts";

const P = COMMANDS.plans;
const G = T.groups;

/** Does something and tells how it went. */
async function report(text: string, act: () => unknown): Promise<void> {
  try {
    await act();
    notify("accent", COMMANDS.done(text));
  } catch (error) {
    notify("danger", errorText(error));
  }
}

/** Trading needs a session, and an account of one's own. */
function may(): boolean {
  if (session().kind !== "signed in") notify("warn", COMMANDS.signIn);
  else if (isShared()) notify("warn", COMMANDS.shared);
  else return true;
  return false;
}

const inSession = (): boolean => session().kind === "signed in";

interface Plan {
  readonly text: string;
  readonly act: () => Promise<unknown>;
}

/** Cancels the orders that are open now, as far as they still are. */
function cancelPlan(symbol: string): Plan {
  const ids = openOf(symbol);
  const act = (): Promise<unknown> => cancelOrders(openOf(symbol).filter((id) => ids.includes(id)));
  return { text: P.cancel(symbol, ids.length), act };
}

/** Closes the position of the symbol that is shown now. */
function closePlan(symbol: string): Plan {
  return { text: P.close(symbol, "100", positionOf(symbol)?.qty ?? "0"), act: () => closePosition(symbol) };
}

/** Actions on orders and positions. What cannot be undone is asked first. */
export function tradingActions(): Action[] {
  const danger = (id: string, title: string, asked: () => Plan, key?: string): Action => {
    const decide = (): Asked => {
      const { text, act } = asked();
      return { text, run: () => void (may() && report(text, act)) };
    };
    return {
      id,
      title,
      group: G.trade,
      ...(key === undefined ? {} : { key }),
      ask: () => (inSession() && !isShared() ? decide() : null),
      run: () => decide().run(),
    };
  };
  const ticket = (side: "buy" | "sell"): void => {
    if (may()) askTicket({ symbol: activeSymbol(), side });
  };
  return [
    { id: "buy", title: T.buy, group: G.trade, key: "B", run: () => ticket("buy") },
    { id: "sell", title: T.sell, group: G.trade, key: "S", run: () => ticket("sell") },
    danger("cancel-symbol", T.cancelSymbol, () => cancelPlan(activeSymbol()), "C"),
    danger("close-symbol", T.close, () => closePlan(activeSymbol()), "X"),
    danger("kill-switch-off", T.killOff, () => ({ text: P.killOff, act: () => switchKill({ on: false }) })),
    {
      id: "one-click",
      title: T.oneClick,
      group: G.trade,
      ask: () => ({ text: T.oneClick, run: () => setOneClick(true) }),
      run: () => setOneClick(true),
    },
    { id: "one-click-off", title: T.oneClickOff, group: G.trade, run: () => setOneClick(false) },
  ].filter(({ id }) => (id === "one-click" ? !oneClick() : true));
}

/** Actions that show a page. */
export function pageActions(go: (path: string) => void): Action[] {
  const page = (path: string, name: string, key: string): Action => ({
    id: `go${path}`,
    title: T.go(name),
    group: G.go,
    key,
    run: () => go(path),
  });
  const S = TEXT.shell;
  if (!inSession()) {
    return [page("/", S.home, "G H"), page("/sign-in", S.signIn, "G I"), page("/sign-up", S.signUp, "G U")];
  }
  return [
    page("/trade", S.trade, "G T"),
    page("/portfolio", S.portfolio, "G P"),
    page("/alerts", S.alerts, "G A"),
    page("/accounts", S.accounts, "G C"),
    page("/statements", S.statements, "G S"),
    page("/settings", S.settings, "G E"),
    ...(hasRole("admin") ? [page("/admin", S.admin, "G D")] : []),
    ...(hasRole("auditor") || hasRole("admin") ? [page("/audit", S.audit, "G U")] : []),
    page("/", S.home, "G H"),
    {
      id: "sign-out",
      title: T.signOut,
      group: G.go,
      run: () => void report(T.signOut, signOut).then(() => go("/")),
    },
  ];
}

function setLook(part: Partial<Look>): void {
  const look = { ...readLook(localStorage.getItem(LOOK_KEY)), ...part };
  localStorage.setItem(LOOK_KEY, JSON.stringify(look));
  applyLook(look);
}

/** Theme, density and colours. */
export function lookActions(): Action[] {
  return [
    ...THEMES.map((theme): Action => ({
      id: `theme.${theme}`,
      title: T.theme(T.themes[theme]),
      group: G.look,
      run: () => setLook({ theme }),
    })),
    ...DENSITIES.map((density): Action => ({
      id: `density.${density}`,
      title: T.density(T.densities[density]),
      group: G.look,
      run: () => setLook({ density }),
    })),
    ...PALETTES.map((palette): Action => ({
      id: `palette.${palette}`,
      title: T.palette(T.palettes[palette]),
      group: G.look,
      run: () => setLook({ palette }),
    })),
  ];
}
