/** Tapes of one month over HTTP. Their bucket is a folder, which the runtime writes. */
import { tapeIndexObject, tapeObject } from "../../../durable-objects/actor/namespaces.ts";
import { Tape as RealTape } from "../../../durable-objects/tape/object.ts";
export { TapeIndex } from "../../../durable-objects/tape/indexObject.ts";

interface SealsEnv {
  readonly TAPE: DurableObjectNamespace;
  readonly TAPE_INDEX: DurableObjectNamespace;
  readonly FILES: Fetcher;
}

/** R2's methods as tapes call them, over a service that keeps files. */
function bucketOf(files: Fetcher) {
  const urlOf = (key: string): string => `http://files/${key}`;
  return {
    async put(key: string, value: Uint8Array<ArrayBuffer>): Promise<void> {
      const { status } = await files.fetch(urlOf(key), { method: "PUT", body: value });
      if (status >= 300) throw new Error(`PUT of ${key}: ${status}`);
    },
    async get(key: string, options?: { range: { offset: number; length: number } }) {
      const answer = await files.fetch(urlOf(key));
      if (answer.status === 404) return null;
      if (!answer.ok) throw new Error(`GET of ${key}: ${answer.status}`);
      const bytes = await answer.arrayBuffer();
      const { offset = 0, length = bytes.byteLength } = options?.range ?? {};
      return { arrayBuffer: () => Promise.resolve(bytes.slice(offset, offset + length)) };
    },
  };
}

export class Tape extends RealTape {
  constructor(ctx: DurableObjectState, env: CoreEnv & SealsEnv) {
    super(ctx, Object.assign({}, env, { HISTORY: bucketOf(env.FILES) as unknown as R2Bucket }));
  }
}

export default {
  async fetch(request: Request, env: SealsEnv): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const [, symbol = "", month = "", what = ""] = pathname.split("/");
    if (what === "") return new Response("ready");
    const tape = tapeObject(env, symbol, month);
    if (what === "append") {
      await tapeIndexObject(env, symbol).open(month);
      const { through } = await tape.append({ trades: new Uint8Array(await request.arrayBuffer()), acceptGap: false });
      return Response.json({ through });
    }
    if (what === "sealed") {
      const end = await tape.sealedEnd();
      return Response.json({ end, sealed: await tape.sealed() });
    }
    const cursor = searchParams.has("cursor") ? Number(searchParams.get("cursor")) : null;
    const query = { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 10_000, descending: false, cursor };
    return Response.json(await tape.trades(query));
  },
} satisfies ExportedHandler<SealsEnv>;
