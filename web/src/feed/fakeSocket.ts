/** A socket whose other end is a test. */
import type { Socket } from "./keptSocket.ts";

export class FakeSocket implements Socket {
  static readonly all: FakeSocket[] = [];
  readonly url: string;
  readonly sent: unknown[] = [];
  readyState = 0;
  bufferedAmount = 0;
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;

  constructor(url: string) {
    this.url = url;
    FakeSocket.all.push(this);
  }

  static get last(): FakeSocket {
    const last = FakeSocket.all.at(-1);
    if (last === undefined) throw new Error("no socket was opened");
    return last;
  }

  send(data: unknown): void {
    this.sent.push(data === "ping" ? data : JSON.parse(String(data)));
  }

  close(): void {
    this.readyState = 3;
  }

  opened(): this {
    this.readyState = 1;
    this.onopen?.call(this as never, {} as Event);
    return this;
  }

  says(message: unknown): this {
    this.onmessage?.call(this as never, { data: JSON.stringify(message) } as MessageEvent);
    return this;
  }

  lost(): void {
    this.readyState = 3;
    this.onclose?.call(this as never, {} as CloseEvent);
  }
}
