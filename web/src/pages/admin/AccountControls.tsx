import { Show, type JSX } from "solid-js";
import { money } from "../../format/numbers.ts";
import { ADMIN } from "../../text/en/admin.ts";
import { CONSOLE } from "../../text/en/console.ts";
import { Action, optionsOf, type Question } from "../console/Action.tsx";
import { Facts, Read, reading } from "../console/parts.tsx";
import type { Controls, FeePlan, Limits } from "./wire.ts";

const T = ADMIN.risk;
const LIMIT_NAMES = ["max_order_qty", "max_order_value", "max_position_qty", "max_position_value"] as const;
const FEE_PLANS = ["zero", "regulatory", "maker_taker", "per_share"] as const;

/** Limits in words. */
export function limitsText(limits: Limits): string {
  const set = LIMIT_NAMES.flatMap((name) => (limits[name] === null ? [] : [`${ADMIN.limits[name]}: ${limits[name]}`]));
  const symbols = Object.keys(limits.symbols).length;
  if (symbols > 0) set.push(ADMIN.limits.bySymbol(symbols));
  return set.length === 0 ? ADMIN.limits.none : set.join("; ");
}

/** Questions for each limit, filled with what is set. */
export const limitQuestions = (limits: Limits): Question[] =>
  LIMIT_NAMES.map((name) => ({ name, label: ADMIN.limits[name], kind: "decimal", value: limits[name] ?? "" }));

/** The limits of the answers; those by symbol stay. */
export function limitsOf(answers: Readonly<Record<string, string>>, before: Limits): Record<string, unknown> {
  const given = LIMIT_NAMES.map((name): [string, string | null] => {
    const text = answers[name]?.trim() ?? "";
    return [name, text === "" ? null : text];
  });
  return { ...Object.fromEntries<string | null>(given), symbols: before.symbols };
}

/** Blocks, limits and kill switch of an account. */
export function AccountControls(props: { readonly id: string }): JSX.Element {
  const base = (): string => `/v1/admin/accounts/${props.id}`;
  const controls = reading<Controls>(() => `${base()}/risk`);
  const onOff = (on: boolean): string => (on ? T.on : T.off);
  return (
    <Read from={controls}>
      {(now) => (
        <>
          <Facts
            of={[
              [T.blocked, now().blocked ? CONSOLE.yes : CONSOLE.no],
              [T.blockedSymbols, now().blocked_symbols.length === 0 ? CONSOLE.no : now().blocked_symbols.join(", ")],
              [T.kill, onOff(now().kill_switch.exchange)],
              [T.ownerKill, onOff(now().kill_switch.owner)],
              [T.limits, limitsText(now().limits)],
              [T.planLimits, limitsText(now().plan?.limits ?? now().limits)],
            ]}
          />
          <div class="row wrap">
            <Action
              text={T.block}
              says={T.blockSays}
              icon="shield"
              questions={[
                { name: "blocked", label: T.blocked, kind: "check", value: String(now().blocked) },
                {
                  name: "symbols",
                  label: T.blockedSymbols,
                  hint: T.symbolsHint,
                  value: now().blocked_symbols.join(", "),
                },
                ...limitQuestions(now().limits),
              ]}
              deed={(answers) => ({
                method: "PATCH",
                path: `${base()}/risk`,
                body: {
                  blocked: answers["blocked"] === "true",
                  blocked_symbols: (answers["symbols"] ?? "")
                    .split(",")
                    .map((symbol) => symbol.trim().toUpperCase())
                    .filter((symbol) => symbol !== ""),
                  limits: limitsOf(answers, now().limits),
                },
              })}
              onDone={controls.again}
            />
            <Show
              when={now().kill_switch.exchange}
              fallback={
                <Action
                  text={T.killOn}
                  says={T.killOnSays}
                  icon="stop"
                  kind="danger"
                  questions={[
                    { name: "cancel", label: T.cancelOrders, kind: "check", value: "true" },
                    { name: "flatten", label: T.flatten, kind: "check", value: "false" },
                  ]}
                  deed={({ cancel, flatten }) => ({
                    method: "POST",
                    path: `${base()}/kill_switch`,
                    body: { on: true, cancel_orders: cancel === "true", flatten: flatten === "true" },
                  })}
                  onDone={controls.again}
                />
              }
            >
              <Action
                text={T.killOff}
                says={T.killOffSays}
                icon="bolt"
                deed={() => ({ method: "POST", path: `${base()}/kill_switch`, body: { on: false } })}
                onDone={controls.again}
              />
            </Show>
          </div>
        </>
      )}
    </Read>
  );
}

/** The fee plan of an account. */
export function FeePlanOf(props: { readonly id: string }): JSX.Element {
  const path = (): string => `/v1/admin/accounts/${props.id}/fee-plan`;
  const plan = reading<FeePlan>(path);
  const nameOf = (name: string | null): string =>
    name === null ? ADMIN.feePlan.none : (ADMIN.feePlan.names[name as (typeof FEE_PLANS)[number]] ?? name);
  return (
    <Read from={plan}>
      {(now) => (
        <>
          <Facts
            of={[
              [ADMIN.feePlan.title, nameOf(now().fee_plan)],
              [ADMIN.feePlan.volume, money(now().volume_30d)],
            ]}
          />
          <div class="row">
            <Action
              text={ADMIN.feePlan.set}
              says={ADMIN.feePlan.says}
              icon="edit"
              questions={[
                {
                  name: "fee_plan",
                  label: ADMIN.feePlan.title,
                  kind: "select",
                  options: optionsOf(FEE_PLANS, ADMIN.feePlan.names),
                  value: now().fee_plan ?? "zero",
                },
              ]}
              deed={({ fee_plan }) => ({ method: "PUT", path: path(), body: { fee_plan } })}
              onDone={plan.again}
            />
          </div>
        </>
      )}
    </Read>
  );
}
