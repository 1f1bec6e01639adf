/**
 * Learns from the relay when an account has changed: a socket of the trading stream, opened with the credentials of the
 * request. So the relay counts it among the account's sockets, and closes it when the credentials end, and neither it nor
 * the account stays awake for a stream that has nothing to send.
 */
import { ApiFault, ask } from "../../../protocol/http/apiFault.ts";
import type { AppContext } from "../context.ts";
import { streamCredentialsOf } from "../middleware/authenticate.ts";
import { streamRequest } from "../quotesWorker.ts";

/** `idle`: nothing happened for as long as was asked. `ended`: there will be no further change. */
export type Change = "changed" | "idle" | "ended";

export interface Changes {
  /** Resolves at the next change, at once when there was one since the last call, or after so many milliseconds. */
  next(ms: number): Promise<Change>;
  /** Why it has ended, for the client; empty before. */
  readonly reason: string;
  close(): void;
}

interface Frame {
  readonly stream?: string;
  readonly data?: { readonly status?: string; readonly code?: number };
}

const LISTEN = JSON.stringify({ action: "listen", data: { streams: ["account_updates"] } });
/** Of the stream's errors: too many connections. */
const CONNECTION_LIMIT = 406;
const RETRY_AFTER_SECONDS = 60;
const REVOKED = 4401;

/** Opens the socket, and resolves when it listens. A refusal ends the request. */
export async function accountChanges(c: AppContext): Promise<Changes> {
  const { token, message } = await streamCredentialsOf(c);
  const { webSocket: socket } = await ask(() => c.env.QUOTES.fetch(streamRequest(c, token)));
  if (socket === null) throw new ApiFault({ reason: "unavailable" });
  const changes = new SocketChanges(socket);
  await new Promise<void>((listening, refused) => {
    socket.addEventListener("message", ({ data }) => {
      const { stream, data: told } = JSON.parse(String(data)) as Frame;
      if (stream === "account_updates") changes.changed();
      else if (stream === "listening") listening();
      else if (told?.status === "authorized") socket.send(LISTEN);
      else if (told?.status === "unauthorized") refused(new ApiFault({ reason: "forbidden" }));
      else if (told?.code === CONNECTION_LIMIT)
        refused(new ApiFault({ reason: "rate_limited", retryAfterSeconds: RETRY_AFTER_SECONDS }));
    });
    socket.addEventListener("close", ({ code }) => {
      changes.end(code === REVOKED ? "these credentials have ended" : "the stream was interrupted");
      refused(new ApiFault({ reason: "unavailable" }));
    });
    socket.accept();
    if (message !== null) socket.send(JSON.stringify(message));
  });
  return changes;
}

class SocketChanges implements Changes {
  readonly #socket: WebSocket;
  #pending = false;
  #reason = "";
  #waiting: ((change: Change) => void) | null = null;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  get reason(): string {
    return this.#reason;
  }

  async next(ms: number): Promise<Change> {
    if (this.#reason !== "") return "ended";
    if (!this.#pending) {
      let timer: ReturnType<typeof setTimeout> | null = null;
      const change = await new Promise<Change>((resolve) => {
        this.#waiting = resolve;
        timer = setTimeout(() => resolve("idle"), ms);
      });
      if (timer !== null) clearTimeout(timer);
      this.#waiting = null;
      if (change !== "changed") return change;
    }
    this.#pending = false;
    return "changed";
  }

  changed(): void {
    this.#pending = true;
    this.#waiting?.("changed");
  }

  end(reason: string): void {
    if (this.#reason === "") this.#reason = reason;
    this.#waiting?.("ended");
  }

  close(): void {
    this.end("closed");
    try {
      this.#socket.close(1000);
    } catch {
      // The relay has closed it.
    }
  }
}
