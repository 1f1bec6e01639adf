/**
 * `stub.part.method()` under the test plugin. The plugin puts a wrapper in front of each object: it passes on the calls of
 * methods, and of a property it makes a function without properties of its own. The platform itself needs none of this.
 */
import { DurableObject, RpcTarget } from "cloudflare:workers";
import { PART_NAMES } from "../../durable-objects/identity/rpcParts.ts";

type Methods = Readonly<Record<string, (...args: unknown[]) => unknown>>;
/** What the wrapper calls first: it makes the object, and gives it. */
type Ensure = () => Promise<{ readonly instance: Readonly<Record<string, Methods>> }>;

function ensureOf(wrapper: object): Ensure | undefined {
  for (let at: object | null = wrapper; at !== null; at = Reflect.getPrototypeOf(at)) {
    const symbol = Object.getOwnPropertySymbols(at).find(({ description }) => description === "kEnsureInstance");
    if (symbol !== undefined) return (Reflect.get(at, symbol, wrapper) as Ensure).bind(wrapper);
  }
  return undefined;
}

/** A target with every method that is asked for: each calls the same method of the object's part. */
function partOf(ensure: Ensure, part: string): RpcTarget {
  class Part extends RpcTarget {}
  Reflect.setPrototypeOf(
    Part.prototype,
    new Proxy(RpcTarget.prototype, {
      get: (target, method, receiver) =>
        typeof method !== "string" || method === "then" || Reflect.has(target, method)
          ? Reflect.get(target, method, receiver)
          : async (...args: unknown[]) => {
              const { instance } = await ensure();
              return await instance[part]?.[method]?.(...args);
            },
    }),
  );
  return new Part();
}

/** Gives the wrappers the parts of a login as properties. An object's own properties go before. */
export function reachParts(): void {
  for (const part of PART_NAMES) {
    Object.defineProperty(DurableObject.prototype, part, {
      configurable: true,
      get(this: object) {
        const ensure = ensureOf(this);
        return ensure === undefined ? undefined : partOf(ensure, part);
      },
    });
  }
}
