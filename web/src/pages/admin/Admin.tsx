import type { JSX } from "solid-js";
import { hasRole } from "../../api/session.ts";
import { ADMIN } from "../../text/en/admin.ts";
import { CONSOLE } from "../../text/en/console.ts";
import { Console, type Section } from "../console/Console.tsx";
import { Actors } from "./Actors.tsx";
import { Feeds } from "./Feeds.tsx";
import { Markets } from "./Markets.tsx";
import { Money } from "./Money.tsx";
import { Overview } from "./Overview.tsx";
import { Plans } from "./Plans.tsx";
import { APPROVALS, FEES, LOG } from "./shared.ts";
import { Users } from "./Users.tsx";
import { Vaults } from "./Vaults.tsx";

const T = ADMIN.sections;

const SECTIONS: readonly Section[] = [
  { path: "", title: T.overview, icon: "grid", page: Overview },
  { path: "users", title: T.users, icon: "account", page: Users },
  APPROVALS,
  { path: "money", title: T.money, icon: "swap", page: Money },
  { path: "markets", title: T.markets, icon: "bars", page: Markets },
  { path: "feeds", title: T.feeds, icon: "bolt", page: Feeds },
  { path: "plans", title: T.plans, icon: "filter", page: Plans },
  FEES,
  { path: "actors", title: T.actors, icon: "warning", page: Actors },
  LOG,
  { path: "vaults", title: T.vaults, icon: "lock", page: Vaults },
];

/** The console of administrators. */
export default function Admin(): JSX.Element {
  return (
    <Console
      base="/admin"
      title={ADMIN.title}
      sections={SECTIONS}
      refusal={hasRole("admin") ? null : CONSOLE.adminOnly}
    />
  );
}
