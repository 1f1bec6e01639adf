/** The pages. Each is loaded when it is first visited; all but the first few need a session. */
import { Navigate, useLocation, type RouteDefinition, type RouteSectionProps } from "@solidjs/router";
import { lazy, Show, type Component, type JSX } from "solid-js";
import { session } from "../api/session.ts";
import { TEXT } from "../text/en.ts";

type Page = () => Promise<{ default: Component<RouteSectionProps> }>;

const open = (path: string, page: Page): RouteDefinition => ({ path, component: lazy(page) });

/** A page for users who are signed in; others sign in first and come back. */
const own = (path: string, page: Page): RouteDefinition => {
  const Shown = lazy(page);
  return {
    path,
    component: (props: RouteSectionProps) => {
      const location = useLocation();
      return (
        <Show
          when={session().kind === "signed in"}
          fallback={<Navigate href={`/sign-in?to=${encodeURIComponent(location.pathname)}`} />}
        >
          <Shown {...props} />
        </Show>
      );
    },
  };
};

function NotFound(): JSX.Element {
  return (
    <div class="page">
      <h1>{TEXT.shell.notFound}</h1>
    </div>
  );
}

/** The gateway serves the terminal at these paths: workers/gateway/resources/terminal. */
export const ROUTES: readonly RouteDefinition[] = [
  open("/", () => import("../pages/home/Home.tsx")),
  open("/sign-in", () => import("../pages/signIn/SignIn.tsx")),
  open("/sign-up", () => import("../pages/signIn/SignUp.tsx")),
  open("/design", () => import("../pages/design/Design.tsx")),
  open("/shortcuts", () => import("../pages/shortcuts/Shortcuts.tsx")),
  own("/trade", () => import("../workspace/Workspace.tsx")),
  own("/portfolio/*rest", () => import("../pages/portfolio/Portfolio.tsx")),
  own("/accounts/*rest", () => import("../pages/accounts/Accounts.tsx")),
  own("/alerts", () => import("../pages/alerts/Alerts.tsx")),
  own("/statements/*rest", () => import("../pages/statements/Statements.tsx")),
  own("/settings/*rest", () => import("../pages/settings/Settings.tsx")),
  own("/admin/*rest", () => import("../pages/admin/Admin.tsx")),
  own("/audit/*rest", () => import("../pages/audit/Audit.tsx")),
  { path: "*rest", component: NotFound },
];
