/** A reader of the events of activities. */
import { expect, vi } from "vitest";

// oxlint-disable-next-line typescript/no-explicit-any -- events have many shapes
type Event = any;

export interface EventStream {
  /** What has come, each with its id. */
  readonly events: readonly { readonly id: string; readonly data: Event }[];
  /** Waits for so many events. */
  has(count: number): Promise<void>;
  /** The rest of the stream when it has ended: its comments. */
  readonly ended: Promise<string>;
  close(): Promise<void>;
}

const EVENT = /^id: (\S+)\ndata: (\{.*\})$/;

/** Opens `/v2beta1/events/activities` with the credentials in these headers, and waits for the response. */
export async function activityStream(
  base: string,
  query: string,
  headers: Readonly<Record<string, string>>,
): Promise<EventStream> {
  const accept = { Accept: "text/event-stream" };
  const response = await fetch(`${base}/v2beta1/events/activities${query}`, { headers: { ...headers, ...accept } });
  expect(response.status, await refusal(response)).toBe(200);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  const events: { id: string; data: Event }[] = [];
  let rest = "";
  const comments: string[] = [];
  const read = async (): Promise<string> => {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const blocks = (rest + decoder.decode(next.value, { stream: true })).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const [, id, data] = EVENT.exec(block) ?? [];
        if (id === undefined || data === undefined) comments.push(block);
        else events.push({ id, data: JSON.parse(data) });
      }
    }
    return comments.join("\n");
  };
  const ended = read();
  // A test that fails leaves its stream to the exchange, which is closed.
  ended.catch(() => null);
  return {
    events,
    has: (count) => vi.waitFor(() => expect(events.length).toBeGreaterThanOrEqual(count), { timeout: 10_000 }),
    ended,
    close: () => reader.cancel(),
  };
}

const refusal = async (response: Response): Promise<string> => (response.ok ? "" : response.text());
