import fc from "fast-check";
import { expect, test } from "vitest";
import { meld, nodesOf, remove } from "./pairingHeap.ts";
import type { HeapNode } from "./pairingHeap.ts";

interface Entry extends HeapNode<Entry> {
  readonly key: number;
}

const change = fc.oneof(
  { weight: 6, arbitrary: fc.nat(30).map((key) => ({ key })) },
  { weight: 4, arbitrary: fc.nat(60).map((nth) => ({ remove: nth })) },
  { weight: 1, arbitrary: fc.array(fc.nat(30), { maxLength: 20 }).map((keys) => ({ keys })) },
);

const entryOf = (key: number): Entry => ({ key, child: null, next: null, previous: null });

test("OB-28: after any additions, removals and melds the root of a heap has the least key, and every other node is below", () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 300, size: "max" }), (changes) => {
      let root: Entry | null = null;
      const list: Entry[] = [];
      const added = (key: number): Entry => {
        const entry = entryOf(key);
        list.push(entry);
        return entry;
      };
      for (const each of changes) {
        if ("key" in each) root = meld(root, added(each.key));
        else if ("keys" in each) root = meld(root, each.keys.map(added).reduce<Entry | null>(meld, null));
        else {
          const [entry] = list.splice(each.remove, 1);
          if (entry !== undefined && root !== null) root = remove(root, entry);
        }
        expect(root?.key).toBe(list.length === 0 ? undefined : Math.min(...list.map(({ key }) => key)));
        expect(new Set(nodesOf(root))).toEqual(new Set(list));
      }
    }),
    { numRuns: 150 },
  );
});
