import fc from "fast-check";
import { expect, test } from "vitest";
import { ChainHasher, chainHashHex, GENESIS_HEX } from "./auditChain.ts";

test("AU-3: the hashes of a chain are those of its lines one by one, of any text and length", () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.nat(9_000).map((length) => "é".repeat(length)),
  );
  fc.assert(
    fc.property(fc.array(text, { minLength: 1 }), (texts) => {
      const chain = new ChainHasher(GENESIS_HEX);
      let previous = GENESIS_HEX;
      for (const [n, each] of texts.entries()) {
        const hash = chain.next(`3 ${n} `, each);
        expect(hash).toBe(chainHashHex(previous, `3 ${n} ${each}`));
        previous = hash;
      }
      // A chain that continues from a hash.
      expect(new ChainHasher(previous).next("", "next")).toBe(chain.next("", "next"));
    }),
  );
});
