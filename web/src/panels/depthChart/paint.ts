/** Draws the curves of a book's depth: bids fall to the left of the middle, asks rise to its right. */
import type { Colours, Size } from "../../design/canvas.ts";
import type { Point, Range, Side } from "./curve.ts";

export interface Picture {
  readonly bids: readonly Point[];
  readonly asks: readonly Point[];
  readonly middle: number;
  readonly range: Range;
  /** The point that is read out. */
  readonly cursor: { readonly side: Side; readonly price: number } | null;
  /** Prices of own orders. */
  readonly own: readonly { readonly side: Side; readonly price: number }[];
  readonly text: { readonly price: (price: number) => string; readonly size: (size: number) => string };
}

const FOOT = 20;
const HEAD = 8;
const PRICE_LABEL_WIDTH = 72;
const LEVELS = 4;

export interface Scale {
  readonly x: (price: number) => number;
  readonly y: (sum: number) => number;
  readonly priceAt: (x: number) => number;
  readonly most: number;
}

export function scaleOf(
  { width, height }: Size,
  { bids, asks, range }: Pick<Picture, "bids" | "asks" | "range">,
): Scale {
  const inside = [...bids, ...asks].filter(({ price }) => price >= range.low && price <= range.high);
  const most = Math.max(1e-9, ...inside.map(({ sum }) => sum)) * 1.08;
  const span = range.high - range.low;
  return {
    x: (price) => ((price - range.low) / span) * width,
    y: (sum) => HEAD + (1 - sum / most) * (height - FOOT - HEAD),
    priceAt: (x) => range.low + (x / width) * span,
    most,
  };
}

export function paintDepth(context: CanvasRenderingContext2D, size: Size, colours: Colours, picture: Picture): void {
  const scale = scaleOf(size, picture);
  context.font = `11px ${colours.font}`;
  context.textBaseline = "middle";
  grid(context, size, colours, picture, scale);
  area(context, size, picture.bids, scale, { line: colours.up, wash: colours.upWash, edge: 0 });
  area(context, size, picture.asks, scale, { line: colours.down, wash: colours.downWash, edge: size.width });
  scaleTexts(context, size, colours, picture, scale);
  middleLine(context, size, colours, picture, scale);
  owners(context, size, colours, picture, scale);
  crosshair(context, size, colours, picture, scale);
}

function grid(
  context: CanvasRenderingContext2D,
  { width, height }: Size,
  colours: Colours,
  { range, text }: Picture,
  scale: Scale,
): void {
  context.fillStyle = colours.line;
  const count = Math.max(2, Math.floor(width / PRICE_LABEL_WIDTH / 1.6));
  for (let nth = 1; nth <= LEVELS; nth++)
    context.fillRect(0, Math.round(scale.y((scale.most * nth) / (LEVELS + 1))), width, 1);
  context.fillStyle = colours.lineStrong;
  context.fillRect(0, height - FOOT, width, 1);
  context.fillStyle = colours.ink3;
  context.textAlign = "center";
  for (let nth = 0; nth < count; nth++) {
    const price = range.low + ((nth + 0.5) / count) * (range.high - range.low);
    context.fillText(text.price(price), scale.x(price), height - FOOT / 2);
  }
}

/** Quantities at the lines of the grid, over the areas. */
function scaleTexts(
  context: CanvasRenderingContext2D,
  { width }: Size,
  colours: Colours,
  { text }: Picture,
  scale: Scale,
): void {
  context.fillStyle = colours.ink2;
  context.textAlign = "right";
  for (let nth = 1; nth <= LEVELS; nth++) {
    const sum = (scale.most * nth) / (LEVELS + 1);
    context.fillText(text.size(sum), width - 6, scale.y(sum) - 7);
  }
}

function area(
  context: CanvasRenderingContext2D,
  { height }: Size,
  points: readonly Point[],
  scale: Scale,
  look: { readonly line: string; readonly wash: string; readonly edge: number },
): void {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) return;
  const bottom = height - FOOT;
  context.beginPath();
  context.moveTo(scale.x(first.price), bottom);
  let before = 0;
  for (const { price, sum } of points) {
    context.lineTo(scale.x(price), scale.y(before));
    context.lineTo(scale.x(price), scale.y(sum));
    before = sum;
  }
  context.lineTo(look.edge, scale.y(last.sum));
  context.strokeStyle = look.line;
  context.lineWidth = 1.5;
  context.stroke();
  context.lineTo(look.edge, bottom);
  context.closePath();
  context.globalAlpha = 0.75;
  context.fillStyle = look.wash;
  context.fill();
  context.globalAlpha = 1;
}

function middleLine(
  context: CanvasRenderingContext2D,
  { height }: Size,
  colours: Colours,
  { middle, text }: Picture,
  scale: Scale,
): void {
  const x = Math.round(scale.x(middle)) + 0.5;
  context.strokeStyle = colours.lineStrong;
  context.setLineDash([3, 3]);
  line(context, x, 22, x, height - FOOT);
  context.setLineDash([]);
  context.fillStyle = colours.ink;
  context.font = `600 12px ${colours.font}`;
  context.textAlign = "center";
  context.fillText(text.price(middle), x, 12);
  context.font = `11px ${colours.font}`;
}

/** A small triangle under each price at which the account has an order. */
function owners(
  context: CanvasRenderingContext2D,
  { height }: Size,
  colours: Colours,
  { own }: Picture,
  scale: Scale,
): void {
  for (const { side, price } of own) {
    const x = scale.x(price);
    context.fillStyle = side === "buy" ? colours.up : colours.down;
    context.beginPath();
    context.moveTo(x, height - FOOT - 8);
    context.lineTo(x - 5, height - FOOT);
    context.lineTo(x + 5, height - FOOT);
    context.fill();
  }
}

function crosshair(
  context: CanvasRenderingContext2D,
  { width, height }: Size,
  colours: Colours,
  { cursor, bids, asks }: Picture,
  scale: Scale,
): void {
  if (cursor === null) return;
  const point = (cursor.side === "buy" ? bids : asks).find(({ price }) => price === cursor.price);
  if (point === undefined) return;
  const [x, y] = [scale.x(point.price), scale.y(point.sum)];
  context.strokeStyle = colours.ink2;
  context.lineWidth = 1;
  context.setLineDash([2, 3]);
  line(context, x, 0, x, height - FOOT);
  line(context, 0, y, width, y);
  context.setLineDash([]);
  context.fillStyle = cursor.side === "buy" ? colours.up : colours.down;
  context.beginPath();
  context.arc(x, y, 4, 0, 2 * Math.PI);
  context.fill();
}

function line(context: CanvasRenderingContext2D, x: number, y: number, toX: number, toY: number): void {
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(toX, toY);
  context.stroke();
}
