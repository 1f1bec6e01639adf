/** The same market for both peers: each symbol's best bid changes ten times a second. */
const CHANGE_MS = 100;

/** Calls `changed` with each new quote, at fixed times that differ by symbol. */
export function runMarket(symbols, changed) {
  symbols.forEach((symbol) => {
    let number = 0;
    let due = Date.now() + Math.random() * CHANGE_MS;
    const change = () => {
      number++;
      changed(symbol, number, Date.now());
      due = Math.max(due + CHANGE_MS, Date.now());
      setTimeout(change, due - Date.now());
    };
    setTimeout(change, due - Date.now());
  });
}

/** A quote with the fields of ours; `t` as the codec of the peer takes times. */
export function quoteOf(symbol, number, t) {
  return {
    T: "q",
    S: symbol,
    ax: "V",
    bx: "V",
    c: ["R"],
    z: "C",
    bp: 100 + 0.01 * (number % 2),
    bs: 1,
    ap: 0,
    as: 0,
    t,
    seq: number,
  };
}
