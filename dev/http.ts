/**
 * A small JSON client over keep-alive connections. It needs half the CPU of fetch, and its errors tell whether to
 * retry.
 */
import { Agent, request as send } from "node:http";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { Agent as TlsAgent, request as sendTls } from "node:https";
import { errorText } from "./failure.ts";

export interface HttpAnswer {
  readonly status: number;
  /** Parsed JSON; null for an empty body, the text itself when it is no JSON. */
  readonly body: unknown;
  /** The header Retry-After, in seconds. */
  readonly retryAfter: number | null;
}

/** There was no answer: connection refused or broken, or a timeout. The request may have had its effect. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

export interface HttpClient {
  /** Rejects with NoAnswer only; every status is an answer. */
  request(method: string, path: string, headers: Readonly<Record<string, string>>, body?: unknown): Promise<HttpAnswer>;
  /** The open connections; tests close some of them. */
  sockets(): Socket[];
  close(): void;
}

/** A client of one server, with at most `connections` open at a time; further requests wait for one. */
export function httpClient(baseUrl: string, connections: number, timeoutMs: number): HttpClient {
  const base = new URL(baseUrl);
  const tls = base.protocol === "https:";
  const options = { keepAlive: true, maxSockets: connections };
  const agent = tls ? new TlsAgent(options) : new Agent(options);
  const prefix = base.pathname.replace(/\/$/, "");

  async function request(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body?: unknown,
  ): Promise<HttpAnswer> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const { incoming, answer } = await new Promise<{ incoming: IncomingMessage; answer: string }>((resolve, reject) => {
      const fail = (error: unknown): void =>
        reject(new NoAnswer(`${method} ${path}: ${errorText(error)}`, { cause: error }));
      const outgoing = (tls ? sendTls : send)(
        {
          protocol: base.protocol,
          hostname: base.hostname,
          port: base.port,
          path: prefix + path,
          method,
          agent,
          signal: AbortSignal.timeout(timeoutMs),
          headers:
            text === undefined
              ? headers
              : { ...headers, "content-type": "application/json", "content-length": String(Buffer.byteLength(text)) },
        },
        (incoming) => {
          let received = "";
          incoming.setEncoding("utf8");
          incoming.on("data", (chunk: string) => (received += chunk));
          incoming.on("end", () => resolve({ incoming, answer: received }));
          incoming.on("error", fail);
        },
      );
      outgoing.on("error", fail);
      outgoing.end(text);
    });
    const seconds = Number(incoming.headers["retry-after"] ?? Number.NaN);
    const retryAfter = Number.isFinite(seconds) ? seconds : null;
    return { status: incoming.statusCode ?? 0, body: parseBody(answer), retryAfter };
  }

  const sockets = (): Socket[] =>
    [agent.sockets, agent.freeSockets].flatMap((byHost) => Object.values(byHost).flatMap((list) => list ?? []));
  return { request, sockets, close: () => agent.destroy() };
}

function parseBody(text: string): unknown {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
