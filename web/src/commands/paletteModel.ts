/** The state of the command line: its text, what is offered for it, and what Enter, Tab and the arrows do. */
import { createEffect, createMemo, createSignal, on, type Accessor } from "solid-js";
import { errorText } from "../api/error.ts";
import { accountId } from "../api/session.ts";
import { announce, notify } from "../design/components/notices.tsx";
import { assets } from "../market/assets.ts";
import { followPreview, type Preview } from "../orders/preview.ts";
import { requestOf } from "../orders/ticketForm.ts";
import { COMMANDS as T } from "../text/en/commands.ts";
import { showSymbol } from "../workspace/symbols.ts";
import { actions } from "./actions.ts";
import type { Command, Problem } from "./command.ts";
import { complete } from "./complete.ts";
import { readHistory, remember } from "./history.ts";
import { accepted, itemsFor, type Item } from "./items.ts";
import { parse } from "./parse.ts";
import { perform } from "./perform.ts";
import { planOf, type Plan } from "./plan.ts";
import { print } from "./print.ts";

/** The listed symbol that a word means: `aapl`, `btc/usd`, `btcusd`; `btc` where no share has the name. */
function findSymbol(word: string): string | null {
  const wanted = word.toUpperCase();
  const all = assets().map(({ symbol }) => symbol);
  return (
    all.find((symbol) => symbol === wanted) ??
    all.find((symbol) => symbol.replace("/", "") === wanted || symbol === `${wanted}/USD`) ??
    null
  );
}

export interface PaletteModel {
  readonly text: Accessor<string>;
  readonly type: (text: string) => void;
  readonly items: Accessor<readonly Item[]>;
  readonly chosen: Accessor<number>;
  readonly setChosen: (nth: number) => void;
  readonly choose: (item: Item | undefined) => void;
  readonly onKey: (event: KeyboardEvent) => void;
  readonly problem: Accessor<Problem | null>;
  /** What may stand at the end of the text and cannot be completed. */
  readonly values: Accessor<readonly string[]>;
  readonly plan: Accessor<Plan | null>;
  readonly order: Accessor<Extract<Command, { kind: "order" }> | null>;
  readonly preview: Preview;
  /** Whether Enter is asked for once more. */
  readonly isArmed: Accessor<boolean>;
}

/** One command line, from its opening until `close`. */
export function createPalette(close: () => void): PaletteModel {
  const [text, setText] = createSignal("");
  const [chosen, setChosen] = createSignal(0);
  /** The command that is asked once more. */
  const [armed, setArmed] = createSignal<string | null>(null);
  const [past, setPast] = createSignal(0);
  const earlier = readHistory();

  const parsed = createMemo(() => parse(text(), findSymbol));
  const items = createMemo(() => itemsFor(text(), parsed(), findSymbol, actions()));
  const problem = createMemo(() => {
    const now = parsed();
    if (now.ok || now.problem === null || (now.isSearch && items().length > 0)) return null;
    return now.problem;
  });
  const command = createMemo((): Command | null => {
    const now = parsed();
    return now.ok ? now.command : null;
  });
  const plan = createMemo(() => {
    const now = command();
    return now === null ? null : planOf(now);
  });
  const order = createMemo(() => {
    const now = command();
    return now?.kind === "order" ? now : null;
  });
  const preview = followPreview(() => {
    const now = order();
    return now === null || plan()?.refused !== null ? null : requestOf(now.form, now.symbol);
  });
  const values = createMemo(() => {
    const { values: names, symbol, part } = complete(text(), findSymbol);
    return [
      ...names.map((name) => T.values[name]),
      ...(symbol && text() !== "" && part === "" ? [T.values.symbol] : []),
    ];
  });
  createEffect(
    on(text, () => {
      setChosen(0);
      setArmed(null);
    }),
  );
  createEffect(on(accountId, () => setArmed(null), { defer: true }));

  const type = (next: string): void => {
    setText(next);
    setPast(0);
  };
  const finish = (what: string): void => {
    remember(what);
    close();
  };

  const runCommand = async (now: Command): Promise<void> => {
    const doing = planOf(now);
    if (doing.refused !== null) {
      announce(doing.refused, true);
      return;
    }
    const refusal = now.kind === "order" ? preview.refusals()[0] : undefined;
    if (refusal !== undefined) {
      announce(refusal.text, true);
      return;
    }
    const printed = print(now);
    if (doing.isDangerous && armed() !== printed) {
      setArmed(printed);
      announce(T.armed(doing.text));
      return;
    }
    finish(printed);
    try {
      await doing.run();
      if (now.kind !== "show") notify("accent", now.kind === "order" ? T.accepted(doing.text) : T.done(doing.text));
    } catch (error) {
      notify("danger", errorText(error));
    }
  };
  const choose = (item: Item | undefined): void => {
    if (item === undefined) return;
    if (item.kind === "command") void runCommand(item.command);
    else if (item.kind === "word") type(item.text);
    else if (item.kind === "action") {
      close();
      perform(item.action);
    } else if (item.text !== null) type(item.text);
    else {
      showSymbol(item.asset.symbol);
      finish(item.asset.symbol);
    }
  };
  const goBack = (by: 1 | -1): void => {
    const next = Math.max(0, Math.min(earlier.length, past() + by));
    setText(next === 0 ? "" : (earlier.at(-next) ?? ""));
    setPast(next);
  };
  const onKey = (event: KeyboardEvent): void => {
    // Enter that is held down would also be the second Enter, which confirms.
    if (event.repeat && event.key === "Enter") return event.preventDefault();
    const all = items();
    const inPast = text() === "" || past() > 0;
    if (event.key === "ArrowUp" && (chosen() === 0 || past() > 0) && inPast) goBack(1);
    else if (event.key === "ArrowDown" && past() > 0) goBack(-1);
    else if (event.key === "ArrowUp") setChosen(Math.max(0, chosen() - 1));
    else if (event.key === "ArrowDown") setChosen(Math.min(all.length - 1, chosen() + 1));
    else if (event.key === "Enter") choose(all[chosen()]);
    else if (event.key === "Tab" && !event.shiftKey) {
      const offered = [all[chosen()], ...all].find((item) => item !== undefined && accepted(item) !== null);
      const next = offered === undefined ? null : accepted(offered);
      if (next !== null) type(next);
    } else return;
    event.preventDefault();
  };
  return {
    text,
    type,
    items,
    chosen,
    setChosen,
    choose,
    onKey,
    problem,
    values,
    plan,
    order,
    preview,
    isArmed: () => armed() !== null,
  };
}
