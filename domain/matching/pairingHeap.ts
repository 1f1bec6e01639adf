/**
 * Pairing heap of linked nodes: melding two heaps takes one comparison, and any node can be removed. A root has neither
 * `next` nor `previous`; of another node `previous` is its left sibling, or its parent when it is the first child.
 */
export interface HeapNode<Node> {
  readonly key: number;
  child: Node | null;
  next: Node | null;
  previous: Node | null;
}

/** Melds two heaps and returns the root. Of two equal roots the first stays the root. */
export function meld<Node extends HeapNode<Node>>(one: Node | null, other: Node | null): Node | null {
  if (one === null || other === null) return one ?? other;
  const [root, under] = other.key < one.key ? [other, one] : [one, other];
  under.next = root.child;
  under.previous = root;
  if (root.child !== null) root.child.previous = under;
  root.child = under;
  return root;
}

/** Removes a node from the heap of `root` and returns the root of what is left. */
export function remove<Node extends HeapNode<Node>>(root: Node, node: Node): Node | null {
  const below = meldSiblings(node.child);
  node.child = null;
  const { previous, next } = node;
  if (previous === null) return below;
  if (previous.child === node) previous.child = next;
  else previous.next = next;
  if (next !== null) next.previous = previous;
  node.next = null;
  node.previous = null;
  return meld(root, below);
}

/** Every node of a heap, in no particular order. */
export function nodesOf<Node extends HeapNode<Node>>(root: Node | null): Node[] {
  const found: Node[] = root === null ? [] : [root];
  // The list grows while it is read.
  for (const { child } of found) for (let node = child; node !== null; node = node.next) found.push(node);
  return found;
}

/** In pairs from the left, then from the right: this order makes the cost logarithmic on average. */
function meldSiblings<Node extends HeapNode<Node>>(first: Node | null): Node | null {
  const heaps: Node[] = [];
  for (let node = first; node !== null;) {
    const { next } = node;
    node.next = null;
    node.previous = null;
    heaps.push(node);
    node = next;
  }
  const pairs: (Node | null)[] = [];
  for (let nth = 0; nth < heaps.length; nth += 2) pairs.push(meld(heaps[nth] ?? null, heaps[nth + 1] ?? null));
  return pairs.reduceRight(meld, null);
}
