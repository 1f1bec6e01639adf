/** Reads an order of the command line: `buy 100 aapl l 190.5 gtc`, `buy 10 aapl bracket tp 200 sl 180`. */
import { asked, classRefused, instructionRefused, timeRefused, type ChoiceReason } from "../orders/ticketChoices.ts";
import { EMPTY_FORM, isAmount, neededFields, type TicketForm } from "../orders/ticketForm.ts";
import { COMMANDS } from "../text/en/commands.ts";
import { reasonText } from "../panels/ticket/words.ts";
import type { OrderClass } from "../../../domain/order/orderClass.ts";
import type { OrderInstruction } from "../../../domain/order/instructions.ts";
import type { Side } from "../../../domain/order/side.ts";
import { TIMES_IN_FORCE, type TimeInForce } from "../../../domain/order/timeInForce.ts";
import type { Expected, Parsed } from "./command.ts";
import { missing, wrong, type Cursor, type Token } from "./cursor.ts";

const P = COMMANDS.problems;

type Failed = Extract<Parsed, { ok: false }>;
type Draft = { -readonly [K in keyof TicketForm]?: TicketForm[K] };

/** Other spellings of the words. */
const SPELLINGS: Readonly<Record<string, string>> = {
  mkt: "m",
  market: "m",
  lmt: "l",
  limit: "l",
  stp: "stop",
  mit: "touch",
  extended: "ext",
  iceberg: "show",
  display: "show",
};

const FLAGS = { ext: "extendedHours", post: "postOnly", hidden: "hidden", aon: "allOrNone" } as const;
const QUANTITIES = { show: "displayQty", min: "minQty" } as const;
const PRICES = { l: "limitPrice", stop: "stopPrice", touch: "stopPrice", tp: "takeProfit" } as const;
const CLASSES: readonly string[] = ["bracket", "oco", "oto"];
const TRIGGERS = ["stop", "trail", "touch"] as const;

/** Which word of the command set an instruction, for the place of its problem. */
const WORD_OF: Readonly<Partial<Record<OrderInstruction, string>>> = {
  extended_hours: "ext",
  display_qty: "show",
  hidden: "hidden",
  post_only: "post",
  min_qty: "min",
  all_or_none: "aon",
  peg: "peg",
};

const LOCAL_DAY = /^\d{4}-\d{2}-\d{2}$/;
const LOCAL_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/;

/** The words of an order after its side. `symbol`: it stood before the side. */
export function parseOrder(cursor: Cursor, side: Side, symbol: string | null): Parsed {
  const size = cursor.next();
  if (size === null) return missing([{ kind: "value", name: "size" }]);
  const amount = size.text.replace(/^\$/, "");
  if (!isAmount(amount)) return wrong(size, P.size);
  const named = symbol ?? cursor.symbol();
  if (typeof named !== "string") return named;
  const order = new OrderWords(cursor);
  const failed = order.read();
  if (failed !== null) return failed;
  const form = order.form(side, amount, size.text.startsWith("$"));
  return (
    order.refuse(form, size) ?? {
      ok: true,
      command: { kind: "order", symbol: named, form },
      expected: order.rest(form),
    }
  );
}

/** The words after size and symbol: in any sequence, each once. */
class OrderWords {
  readonly #cursor: Cursor;
  readonly #draft: Draft = {};
  /** Where each word stands. */
  readonly #words = new Map<string, Token>();

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  /** Reads all words; gives what is wrong with one. */
  read(): Failed | null {
    for (let token = this.#cursor.next(); token !== null; token = this.#cursor.next()) {
      const word = SPELLINGS[token.lower] ?? token.lower;
      const kind = TIMES_IN_FORCE.some((time) => time === word) ? "time" : CLASSES.includes(word) ? "class" : word;
      if (this.#words.has(kind)) return wrong(token, P.twice(token.text));
      const failed = this.#word(word, token);
      if (failed !== null) return failed;
      this.#words.set(kind, token);
    }
    return null;
  }

  #word(word: string, token: Token): Failed | null {
    const draft = this.#draft;
    if (word === "m") return null;
    if (word in FLAGS) {
      draft[FLAGS[word as keyof typeof FLAGS]] = true;
      return null;
    }
    if (CLASSES.includes(word)) {
      draft.orderClass = word as OrderClass;
      return null;
    }
    if (TIMES_IN_FORCE.some((time) => time === word)) {
      draft.timeInForce = word as TimeInForce;
      return word === "gtd" ? this.#end() : null;
    }
    if (word in PRICES) return this.#amount("price", (price) => (draft[PRICES[word as keyof typeof PRICES]] = price));
    if (word in QUANTITIES) {
      return this.#amount("quantity", (qty) => (draft[QUANTITIES[word as keyof typeof QUANTITIES]] = qty));
    }
    if (word === "trail") return this.#trail();
    if (word === "sl") return this.#stopLoss();
    return word === "peg" ? this.#peg() : wrong(token, P.unexpected(token.text));
  }

  #amount(name: "price" | "quantity", set: (text: string) => void): Failed | null {
    const amount = this.#cursor.amount(name);
    if (typeof amount !== "string") return amount;
    set(amount);
    return null;
  }

  #end(): Failed | null {
    const token = this.#cursor.next();
    if (token === null) return missing([{ kind: "value", name: "time" }]);
    const text = token.text.toUpperCase();
    const time = LOCAL_DAY.test(text) ? `${text}T23:59` : text;
    if (!LOCAL_TIME.test(time) || Number.isNaN(Date.parse(time))) return wrong(token, P.time);
    this.#draft.goodTil = time;
    return null;
  }

  #trail(): Failed | null {
    const token = this.#cursor.next();
    if (token === null) return missing([{ kind: "value", name: "trail" }]);
    const amount = token.text.replace(/%$/, "");
    if (!isAmount(amount)) return wrong(token, P.trail);
    this.#draft.trail = amount;
    this.#draft.trailUnit = token.text.endsWith("%") ? "percent" : "price";
    return null;
  }

  /** `sl 180`, or `sl 180/179` with a limit. */
  #stopLoss(): Failed | null {
    const token = this.#cursor.next();
    if (token === null) return missing([{ kind: "value", name: "price" }]);
    const [stop = "", limit, more] = token.text.split("/");
    if (!isAmount(stop) || (limit !== undefined && !isAmount(limit)) || more !== undefined)
      return wrong(token, P.price);
    this.#draft.stopLoss = stop;
    if (limit !== undefined) this.#draft.stopLossLimit = limit;
    return null;
  }

  #peg(): Failed | null {
    const token = this.#cursor.next();
    if (token === null) return missing([word("primary"), word("mid")]);
    if (token.lower !== "primary" && token.lower !== "mid") return wrong(token, P.unexpected(token.text));
    this.#draft.pegTo = token.lower;
    const offset = this.#cursor.peek();
    if (offset === null || !isAmount(offset.text)) return null;
    this.#cursor.next();
    this.#draft.pegOffset = offset.text;
    return null;
  }

  #has(name: string): boolean {
    return this.#words.has(name);
  }

  /** The order that the words make. */
  form(side: Side, amount: string, inDollars: boolean): TicketForm {
    const [profits, stops] = [this.#has("tp"), this.#has("sl")];
    const implied: OrderClass =
      !profits && !stops ? "simple" : side === "sell" ? "oco" : profits && stops ? "bracket" : "oto";
    const orderClass = this.#draft.orderClass ?? implied;
    const type = this.#has("stop")
      ? this.#has("l")
        ? "stop_limit"
        : "stop"
      : this.#has("trail")
        ? "trailing_stop"
        : this.#has("touch")
          ? "market_if_touched"
          : this.#has("l") || orderClass === "oco"
            ? "limit"
            : "market";
    return {
      ...EMPTY_FORM,
      ...this.#draft,
      side,
      amount,
      unit: inDollars ? "notional" : "qty",
      type,
      orderClass,
      exit: orderClass === "oto" && !profits && stops ? "stop_loss" : "take_profit",
    };
  }

  /** What the exchange would refuse in every session, at the word that causes it. */
  refuse(form: TicketForm, size: Token): Failed | null {
    const triggers = TRIGGERS.flatMap((name) => this.#words.get(name) ?? []);
    if (triggers[1] !== undefined) return wrong(triggers[1], P.many);
    const market = this.#words.get("m");
    if (market !== undefined && form.type !== "market") return wrong(market, P.market);
    const limit = this.#words.get("l");
    const isExtra = form.orderClass === "oco" || (triggers.length > 0 && form.type !== "stop_limit");
    if (limit !== undefined && isExtra) return wrong(limit, P.unexpected(limit.text));
    const group = this.#words.get("class") ?? this.#words.get("tp") ?? this.#words.get("sl") ?? size;
    const ofClass = classRefused(form, form.orderClass);
    if (ofClass !== null) return this.#choice(group, ofClass);
    const exits = this.#refuseExits(form, group);
    if (exits !== null) return exits;
    const ofTime = timeRefused(form, form.timeInForce, null);
    if (ofTime !== null) return this.#choice(this.#words.get("time") ?? group, ofTime);
    for (const instruction of asked(form)) {
      const reason = instructionRefused(form, instruction);
      if (reason !== null) return this.#choice(this.#words.get(WORD_OF[instruction] ?? "") ?? size, reason);
    }
    return null;
  }

  /** Exits that the class lacks are still to be typed; those that it cannot have are wrong. */
  #refuseExits(form: TicketForm, group: Token): Failed | null {
    const [profit, stop] = [this.#words.get("tp"), this.#words.get("sl")];
    const needed = neededFields(form);
    const [needsProfit, needsStop] = [needed.includes("takeProfit"), needed.includes("stopLoss")];
    if (form.orderClass === "oto" && profit === undefined && stop === undefined)
      return missing([word("tp"), word("sl")]);
    if (needsProfit && profit === undefined) return missing([word("tp")]);
    if (needsStop && stop === undefined) return missing([word("sl")]);
    const extra = !needsProfit && profit !== undefined ? profit : !needsStop && stop !== undefined ? stop : null;
    return extra === null ? null : wrong(extra === group ? group : extra, P.exits(extra.text));
  }

  #choice(token: Token, reason: ChoiceReason): Failed {
    return wrong(token, P.choice(token.text, reasonText(reason)));
  }

  /** Words that may still follow. */
  rest(form: TicketForm): Expected[] {
    const { type, orderClass } = form;
    const prices =
      type === "market" && !this.#has("m") ? ["m", "l", "stop", "trail", "touch"] : type === "stop" ? ["l"] : [];
    const times = this.#has("time") ? [] : TIMES_IN_FORCE.filter((time) => timeRefused(form, time, null) === null);
    const classes =
      orderClass === "simple" ? CLASSES.filter((each) => classRefused(form, each as OrderClass) === null) : [];
    const instructions = Object.entries(WORD_OF)
      .filter(([name, each]) => !this.#has(each) && instructionRefused(form, name as OrderInstruction) === null)
      .map(([, each]) => each);
    return [...prices, ...times, ...classes, ...instructions].map(word);
  }
}

function word(text: string): Expected {
  return { kind: "word", word: text };
}
