/** Draws the ladder: one row a price, bids on the left, asks on the right. */
import type { Colours, Size } from "../../design/canvas.ts";
import { totalOf, type Volume } from "../../market/tradeLog.ts";
import { LADDER } from "../../text/en/ladder.ts";
import { rowOf, type Side, type View } from "./geometry.ts";
import { sizeOf, type OwnOrder } from "./own.ts";

/** Everything that is drawn. */
export interface Picture {
  readonly view: View;
  readonly rowHeight: number;
  readonly step: number;
  readonly bids: ReadonlyMap<number, number>;
  readonly asks: ReadonlyMap<number, number>;
  readonly bidSums: ReadonlyMap<number, number>;
  readonly askSums: ReadonlyMap<number, number>;
  readonly showsSums: boolean;
  readonly showsVolume: boolean;
  readonly own: ReadonlyMap<number, readonly OwnOrder[]>;
  /** By row; and the largest of a row. */
  readonly volumes: ReadonlyMap<number, Volume>;
  readonly busiest: number;
  readonly last: { readonly key: number; readonly size: string; readonly side: Side | null } | null;
  readonly bands: { readonly upper: number; readonly lower: number } | null;
  readonly cursor: number | null;
  readonly hover: { readonly key: number; readonly column: "buy" | "sell" | "other" } | null;
  /** What a press would place, such as "100". */
  readonly quantity: string;
  readonly canTrade: boolean;
  readonly moving: { readonly orders: readonly OwnOrder[]; readonly to: number } | null;
  readonly isStale: boolean;
  readonly text: { readonly price: (key: number) => string; readonly size: (value: number) => string };
}

/** Left edges of the columns; each ends where the next one begins. */
export interface Columns {
  readonly bid: number;
  readonly price: number;
  readonly ask: number;
  readonly ownAsk: number;
  readonly volume: number;
  readonly end: number;
}

export const HEAD = 20;
const OWN = 42;
const PRICE = 68;
const VOLUME = 64;
const VOLUME_FROM = 340;
const PAD = 6;

export function columnsOf(width: number, showsVolume: boolean): Columns {
  const volume = showsVolume && width >= VOLUME_FROM ? VOLUME : 0;
  const side = (width - 2 * OWN - PRICE - volume) / 2;
  const bid = OWN;
  const price = bid + side;
  const ask = price + PRICE;
  const ownAsk = ask + side;
  return { bid, price, ask, ownAsk, volume: ownAsk + OWN, end: width };
}

/** The column at a distance from the left: where a press buys or sells. */
export function columnAt(x: number, { price, ask, volume }: Columns): "buy" | "sell" | "other" {
  if (x < price) return "buy";
  return x >= ask && x < volume ? "sell" : "other";
}

export function paintLadder(context: CanvasRenderingContext2D, size: Size, colours: Colours, picture: Picture): void {
  const columns = columnsOf(size.width, picture.showsVolume);
  const row = rows(context, size, colours, picture, columns);
  context.textBaseline = "middle";
  const largest = largestOf(picture);
  for (let nth = 0; nth < picture.view.count; nth++)
    row(picture.view.top - nth, HEAD + nth * picture.rowHeight, largest);
  bands(context, size, colours, picture);
  marks(context, colours, picture, columns);
  if (picture.moving !== null) ghost(context, colours, picture, columns, picture.moving);
  if (picture.isStale) {
    // Old prices fade: what they were is still read, and they are not taken for live ones.
    context.globalAlpha = 0.5;
    context.fillStyle = colours.surface;
    context.fillRect(0, HEAD, size.width, size.height);
    context.globalAlpha = 1;
  }
  heads(context, size, colours, picture, columns);
}

interface Largest {
  readonly size: number;
  readonly sum: number;
}

/** The largest size and sum that is seen, which fills its column. */
function largestOf({ view, bids, asks, bidSums, askSums }: Picture): Largest {
  let size = 0;
  let sum = 0;
  for (let key = view.top; key > view.top - view.count; key--) {
    size = Math.max(size, bids.get(key) ?? 0, asks.get(key) ?? 0);
    sum = Math.max(sum, bidSums.get(key) ?? 0, askSums.get(key) ?? 0);
  }
  return { size, sum };
}

function heads(
  context: CanvasRenderingContext2D,
  { width }: Size,
  colours: Colours,
  { showsSums, showsVolume }: Picture,
  columns: Columns,
): void {
  context.fillStyle = colours.surface;
  context.fillRect(0, 0, width, HEAD);
  context.fillStyle = colours.line;
  context.fillRect(0, HEAD - 1, width, 1);
  context.fillStyle = colours.ink3;
  context.font = `540 11px ${colours.font}`;
  const names = LADDER.columns;
  const middle = HEAD / 2;
  text(context, names.own, PAD, middle, "left");
  text(context, showsSums ? `${names.bid} ${names.sum}` : names.bid, columns.price - PAD, middle, "right");
  text(context, names.price, (columns.price + columns.ask) / 2, middle, "center");
  text(context, showsSums ? `${names.ask} ${names.sum}` : names.ask, columns.ask + PAD, middle, "left");
  text(context, names.own, columns.volume - PAD, middle, "right");
  if (showsVolume && columns.volume < columns.end) text(context, names.volume, columns.end - PAD, middle, "right");
}

/** Draws the bars and texts of one row. */
function rows(
  context: CanvasRenderingContext2D,
  { width }: Size,
  colours: Colours,
  picture: Picture,
  columns: Columns,
): (key: number, y: number, largest: Largest) => void {
  const { rowHeight, bids, asks, bidSums, askSums, showsSums, volumes, busiest, hover, last } = picture;
  const numbers = `12px ${colours.font}`;
  const strong = `600 12px ${colours.font}`;
  const side = (key: number, y: number, which: Side, largest: Largest): void => {
    const isBid = which === "buy";
    const size = (isBid ? bids : asks).get(key);
    const sum = (isBid ? bidSums : askSums).get(key);
    const [from, to] = isBid ? [columns.bid, columns.price] : [columns.ask, columns.ownAsk];
    const bar = (share: number, colour: string, top: number, high: number): void => {
      const wide = Math.max(2, share * (to - from));
      context.fillStyle = colour;
      context.fillRect(isBid ? to - wide : from, top, wide, high);
    };
    if (size !== undefined && size > 0) {
      bar(size / largest.size, isBid ? colours.upWash : colours.downWash, y + 1, rowHeight - 2);
      if (sum !== undefined) bar(sum / largest.sum, isBid ? colours.up : colours.down, y + rowHeight - 2, 1);
      context.fillStyle = isBid ? colours.up : colours.down;
      context.font = numbers;
      const shown = picture.text.size(showsSums ? (sum ?? size) : size);
      text(context, shown, isBid ? to - PAD : from + PAD, y + rowHeight / 2, isBid ? "right" : "left");
    } else if (hover?.key === key && hover.column === which && picture.canTrade && !picture.own.has(key)) {
      context.fillStyle = colours.ink2;
      context.font = numbers;
      const offer = `${LADDER.side[which]} ${picture.quantity}`;
      text(context, offer, isBid ? to - PAD : from + PAD, y + rowHeight / 2, isBid ? "right" : "left");
    }
  };
  return (key, y, largest) => {
    const volume = volumes.get(key);
    if (hover?.key === key) {
      context.fillStyle = colours.raised;
      context.fillRect(0, y, width, rowHeight);
    }
    if (volume !== undefined && busiest > 0) {
      context.fillStyle = colours.accentWash;
      const wide = (totalOf(volume) / busiest) * (columns.ask - columns.price);
      context.fillRect(columns.price, y + 1, wide, rowHeight - 2);
    }
    side(key, y, "buy", largest);
    side(key, y, "sell", largest);
    const isLast = last?.key === key;
    const isQuoted = (bids.get(key) ?? 0) > 0 || (asks.get(key) ?? 0) > 0;
    context.fillStyle = isLast ? colours.ink : isQuoted ? colours.ink : colours.ink3;
    context.font = isLast ? strong : numbers;
    text(context, picture.text.price(key), (columns.price + columns.ask) / 2, y + rowHeight / 2, "center");
    if (volume !== undefined && columns.volume < columns.end) {
      context.fillStyle = colours.ink2;
      context.font = numbers;
      text(context, picture.text.size(totalOf(volume)), columns.end - PAD, y + rowHeight / 2, "right");
    }
    context.fillStyle = colours.line;
    context.globalAlpha = 0.5;
    context.fillRect(0, y + rowHeight - 1, width, 1);
    context.globalAlpha = 1;
  };
}

/** Last trade, own orders, cursor. */
function marks(context: CanvasRenderingContext2D, colours: Colours, picture: Picture, columns: Columns): void {
  const { view, rowHeight, own, last, cursor } = picture;
  const top = (key: number): number | null => {
    const row = rowOf(key, view);
    return row < 0 || row >= view.count ? null : HEAD + row * rowHeight;
  };
  const at = last === null ? null : top(last.key);
  if (last !== null && at !== null) {
    const colour = last.side === "buy" ? colours.up : last.side === "sell" ? colours.down : colours.ink2;
    context.strokeStyle = colour;
    context.lineWidth = 1;
    context.strokeRect(columns.price + 0.5, at + 0.5, columns.ask - columns.price - 1, rowHeight - 2);
    // The arrow says on which side the last trade came, without the colour.
    context.fillStyle = colour;
    const [x, y] = [columns.price + 7, at + rowHeight / 2];
    const tip = last.side === "sell" ? 3.5 : -3.5;
    context.beginPath();
    if (last.side === null) context.arc(x, y, 2, 0, 2 * Math.PI);
    else {
      context.moveTo(x - 3.5, y - tip);
      context.lineTo(x + 3.5, y - tip);
      context.lineTo(x, y + tip);
    }
    context.fill();
  }
  for (const [key, orders] of own) {
    const y = top(key);
    if (y === null) continue;
    for (const side of ["buy", "sell"] as const) {
      const mine = orders.filter((order) => order.side === side);
      if (mine.length > 0) pill(context, colours, picture, columns, side, mine, y);
    }
  }
  const focus = cursor === null ? null : top(cursor);
  if (focus !== null) {
    context.strokeStyle = colours.focus;
    context.lineWidth = 2;
    context.strokeRect(1, focus + 1, columns.end - 2, rowHeight - 3);
  }
}

function pill(
  context: CanvasRenderingContext2D,
  colours: Colours,
  { rowHeight, text: words }: Picture,
  { bid, ownAsk, volume, price, ask }: Columns,
  side: Side,
  orders: readonly OwnOrder[],
  y: number,
): void {
  const isBuy = side === "buy";
  const [from, to] = isBuy ? [2, bid - 2] : [ownAsk + 2, volume - 2];
  const isStop = orders.every((order) => order.isStop);
  context.fillStyle = isBuy ? colours.upStrong : colours.downStrong;
  context.strokeStyle = isBuy ? colours.up : colours.down;
  context.beginPath();
  context.roundRect(from + 0.5, y + 2.5, to - from - 1, rowHeight - 6, 4);
  // A stop is not in the book: an outline, not a filled pill.
  if (isStop) context.stroke();
  else context.fill();
  context.fillStyle = isStop ? colours.ink : colours.onSide;
  context.font = `600 11px ${colours.font}`;
  text(context, words.size(sizeOf(orders)), (from + to) / 2, y + rowHeight / 2, "center", to - from - 4);
  const ahead = orders[0]?.ahead;
  const room = isBuy ? price - bid : ownAsk - ask;
  if (ahead === null || ahead === undefined || room < 90) return;
  context.fillStyle = colours.ink2;
  context.font = `11px ${colours.font}`;
  const said = `${words.size(ahead)}↑`;
  text(context, said, isBuy ? bid + 3 : ownAsk - 3, y + rowHeight / 2, isBuy ? "left" : "right");
}

/** Where the orders that are being moved would be. */
function ghost(
  context: CanvasRenderingContext2D,
  colours: Colours,
  picture: Picture,
  columns: Columns,
  { orders, to }: NonNullable<Picture["moving"]>,
): void {
  const row = rowOf(to, picture.view);
  const [first] = orders;
  if (first === undefined || row < 0 || row >= picture.view.count) return;
  const y = HEAD + row * picture.rowHeight;
  context.setLineDash([4, 3]);
  context.strokeStyle = colours.accent;
  context.lineWidth = 1.5;
  const [from, until] = first.side === "buy" ? [0, columns.price] : [columns.ask, columns.volume];
  context.strokeRect(from + 1, y + 1, until - from - 2, picture.rowHeight - 3);
  context.setLineDash([]);
  pill(context, colours, picture, columns, first.side, orders, y);
}

/** Price bands as dashed lines with their names. */
function bands(context: CanvasRenderingContext2D, { width }: Size, colours: Colours, picture: Picture): void {
  if (picture.bands === null) return;
  context.strokeStyle = context.fillStyle = colours.warn;
  context.font = `11px ${colours.font}`;
  for (const which of ["upper", "lower"] as const) {
    const row = rowOf(picture.bands[which], picture.view);
    if (row < 0 || row >= picture.view.count) continue;
    const y = HEAD + (row + (which === "upper" ? 0 : 1)) * picture.rowHeight - 0.5;
    context.setLineDash([5, 3]);
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(0, y);
    context.lineTo(width, y);
    context.stroke();
    context.setLineDash([]);
    text(context, LADDER.band[which], PAD, y + (which === "upper" ? 8 : -8), "left");
  }
}

function text(
  context: CanvasRenderingContext2D,
  what: string,
  x: number,
  y: number,
  align: CanvasTextAlign,
  most?: number,
): void {
  context.textAlign = align;
  context.fillText(what, x, y, most);
}
