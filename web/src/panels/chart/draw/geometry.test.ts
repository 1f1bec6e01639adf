import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { distance, distanceToSegment, movedPoints, partAt, rayEnd, retracement, segmentsOf } from "./geometry.ts";
import { edited, noEdits, redone, undone } from "./edits.ts";
import { placeOfTime, timeOfPlace } from "./projection.ts";
import { readDrawings } from "./drawings.ts";

const SIZE = { width: 800, height: 400 };
const point = fc.record({ x: fc.integer({ min: 0, max: 800 }), y: fc.integer({ min: 0, max: 400 }) });

describe("UI-34: drawings", () => {
  test("a point is as far from a line as from the nearest of its points", () => {
    const [a, b] = [
      { x: 0, y: 0 },
      { x: 10, y: 0 },
    ];
    expect(distanceToSegment({ x: 5, y: 3 }, a, b)).toBe(3);
    expect(distanceToSegment({ x: 13, y: 4 }, a, b)).toBe(5);
    expect(distanceToSegment({ x: 3, y: 4 }, a, a)).toBe(5);
  });

  test("a ray goes on through its second point to the edge", () => {
    expect(rayEnd({ x: 100, y: 100 }, { x: 200, y: 150 }, SIZE)).toEqual({ x: 700, y: 400 });
    expect(rayEnd({ x: 100, y: 100 }, { x: 100, y: 50 }, SIZE)).toEqual({ x: 100, y: 0 });
    fc.assert(
      fc.property(point, point, (from, through) => {
        fc.pre(distance(from, through) > 1);
        const end = rayEnd(from, through, SIZE);
        expect(distanceToSegment(through, from, end)).toBeLessThan(1e-6);
      }),
    );
  });

  test("a retracement has its levels between the two prices", () => {
    const levels = retracement(100, 200);
    expect(levels.map(([ratio]) => ratio)).toEqual([0, 0.236, 0.382, 0.5, 0.618, 0.786, 1]);
    expect(levels.map(([, price]) => Math.round(price * 10) / 10)).toEqual([200, 176.4, 161.8, 150, 138.2, 121.4, 100]);
  });

  test("what is within reach is the anchor before the line, and nothing elsewhere", () => {
    const line = [
      { x: 10, y: 10 },
      { x: 110, y: 10 },
    ];
    expect(partAt("trend", line, SIZE, { x: 12, y: 12 }, 6)).toBe(0);
    expect(partAt("trend", line, SIZE, { x: 60, y: 13 }, 6)).toBe("body");
    expect(partAt("trend", line, SIZE, { x: 60, y: 30 }, 6)).toBeNull();
    expect(partAt("horizontal", [{ x: 10, y: 50 }], SIZE, { x: 700, y: 52 }, 6)).toBe("body");
    expect(segmentsOf("rectangle", line, SIZE)).toHaveLength(4);
    expect(partAt("text", [{ x: 10, y: 10 }], SIZE, { x: 40, y: 12 }, 6, { label: { width: 60, height: 20 } })).toBe(
      "body",
    );
  });

  test("one anchor moves alone, the body moves all", () => {
    const points = [
      { x: 1, y: 1 },
      { x: 2, y: 2 },
    ];
    expect(movedPoints(points, 1, { x: 5, y: -1 })).toEqual([
      { x: 1, y: 1 },
      { x: 7, y: 1 },
    ]);
    expect(movedPoints(points, "body", { x: 1, y: 1 })).toEqual([
      { x: 2, y: 2 },
      { x: 3, y: 3 },
    ]);
  });

  test("a time is at the same place as its bar, between bars, and beyond the last one", () => {
    const bars = [{ at: 0 }, { at: 60 }, { at: 180 }];
    expect([-60, 0, 30, 60, 120, 180, 300].map((at) => placeOfTime(bars, at, 60))).toEqual([-1, 0, 0.5, 1, 1.5, 2, 4]);
    fc.assert(
      fc.property(fc.integer({ min: -500, max: 500 }), (at) => {
        expect(timeOfPlace(bars, placeOfTime(bars, at, 60), 60)).toBeCloseTo(at, 6);
      }),
    );
  });

  test("every edit can be undone and redone, until another one is made", () => {
    const two = edited(edited(noEdits(0), 1), 2);
    expect(undone(two).now).toBe(1);
    expect(redone(undone(two))).toEqual(two);
    expect(redone(edited(undone(two), 3)).now).toBe(3);
    expect(undone(noEdits(7)).now).toBe(7);
  });

  test("what is stored is read again, and what is not understood is left out", () => {
    const line = {
      id: "a",
      kind: "trend",
      anchors: [
        { at: 1, price: 2 },
        { at: 3, price: 4 },
      ],
      colour: "--series-2",
    };
    const note = { id: "b", kind: "text", anchors: [{ at: 1, price: 2 }], colour: "red", text: "<b>x</b>" };
    const wrong = [
      { ...line, kind: "spiral" },
      { ...line, anchors: [{ at: 1, price: 2 }] },
      { ...line, id: 5 },
      null,
      7,
    ];
    expect(readDrawings(JSON.stringify([line, note, ...wrong]))).toEqual([line, { ...note, colour: "--series-1" }]);
    expect(readDrawings("{")).toEqual([]);
    expect(readDrawings(null)).toEqual([]);
  });
});
