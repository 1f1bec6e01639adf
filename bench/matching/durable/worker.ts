/**
 * The engine inside a Durable Object: the same runs as in Node. Its clock does not advance during a request, so the
 * client times it.
 */
import { DurableObject } from "cloudflare:workers";
import { Runner } from "../run/runner.ts";
import type { Run } from "../run/runner.ts";
import { readStream } from "../run/stream.ts";

/** The same bundle is measured in Node; see bench/matching/child.ts. */
export * from "../run/measured.ts";

interface Env {
  readonly BOOK: DurableObjectNamespace;
}

export default {
  /** GET: health check. POST: a call to the only book. */
  fetch(request: Request, env: Env): Promise<Response> | Response {
    if (request.method === "GET") return new Response("up");
    return env.BOOK.getByName("book").fetch(request);
  },
};

/** The state of a run stays in memory between its calls. */
export class MatchingBook extends DurableObject<Env> {
  #runner: Runner | null = null;
  #run: Run | null = null;

  /**
   * POST /load/{name} receives a stream; /start creates and fills a book; /finish runs the timed messages; /check
   * compares the result with the expected one, and returns the number of reports and their hash.
   */
  override async fetch(request: Request): Promise<Response> {
    const [, call, name] = new URL(request.url).pathname.split("/");
    try {
      return Response.json(call === "load" ? await this.#load(name ?? "", request) : this.#perform(call));
    } catch (error) {
      return new Response(String(error), { status: 500 });
    }
  }

  async #load(name: string, request: Request): Promise<object> {
    this.#runner = new Runner(readStream(name, new Uint8Array(await request.arrayBuffer())));
    this.#run = null;
    return {};
  }

  #perform(call: string | undefined): object {
    const runner = this.#runner;
    if (runner === null) throw new Error("no stream was loaded");
    if (call === "start") {
      this.#run = runner.start();
      return {};
    }
    const run = this.#run;
    if (run === null) throw new Error("no run was started");
    if (call === "finish") {
      run.finish();
      return {};
    }
    const { events } = run.engine;
    runner.keepLog(events);
    return { reports: events.count, sha256: run.check().sha256 };
  }
}
