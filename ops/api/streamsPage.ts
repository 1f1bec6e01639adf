/** The page /docs/streams: the messages of the streams, generated from the AsyncAPI document. */
import { asyncapi } from "./asyncapi.ts";
import { docsPage, escapeHtml, inline, prose } from "./html.ts";
import type { Json } from "./schemas.ts";
import { shapeHtml } from "./schemaHtml.ts";

interface Channel {
  readonly address: string;
  readonly title: string;
  readonly description: string;
  readonly messages: Record<string, unknown>;
}

/** A sample conversation for each channel; our frames are shortened. */
export const EXAMPLES: Readonly<Record<string, readonly (readonly [by: "you" | "exchange", frame: string])[]>> = {
  trading: [
    ["you", '{"action":"auth","key":"<key id>","secret":"<secret>"}'],
    ["exchange", '{"stream":"authorization","data":{"status":"authorized","action":"authenticate"}}'],
    ["you", '{"action":"listen","data":{"streams":["trade_updates"]}}'],
    ["exchange", '{"stream":"trade_updates","data":{"event":"fill", …},"cursor":"124"}'],
  ],
  data: [
    ["you", '{"action":"auth","key":"<key id>","secret":"<secret>"}'],
    ["exchange", '[{"T":"success","msg":"authenticated"}]'],
    ["you", '{"action":"subscribe","trades":["AAPL"],"quotes":["AAPL"]}'],
    ["exchange", '[{"T":"t","S":"AAPL","p":268.1,"s":10, …}]'],
  ],
  orders: [
    ["you", '{"action":"auth","key":"<key id>","secret":"<secret>"}'],
    ["exchange", '{"T":"success","msg":"authenticated","window":1000,"commands_max":100}'],
    ["you", '{"action":"orders","id":"r1","commands":[{"action":"cancel_all"}]}'],
    [
      "exchange",
      '{"T":"ack","id":"r1","seq":1,"results":[{"id":"r1:0","status":207,"body":[]}],"times":{…},"rate":{…}}',
    ],
  ],
};

function exampleOf(id: string): string {
  const frames = EXAMPLES[id] ?? [];
  const lines = frames.map(([by, frame]) => `${by === "you" ? "&gt;" : "&lt;"} ${escapeHtml(frame)}`);
  return lines.length === 0 ? "" : `<pre><code>${lines.join("\n")}</code></pre>`;
}

/** Elements of market data come in arrays; what is named is one of them. */
const plainTitle = (title: string): string => title.replace(/^an array of /, "");

/** The page. */
export function streamsHtml(): string {
  const document = asyncapi();
  const channels = Object.entries(document["channels"] as Record<string, Channel>);
  const { messages, schemas } = document["components"] as {
    messages: Record<string, { title: string; payload: Json }>;
    schemas: Record<string, Json>;
  };
  const body = channels.map(([id, { address, title, description, messages: names }]) => {
    const parts = Object.keys(names).map((name) => {
      const message = messages[name];
      if (message === undefined) return "";
      const { payload } = message;
      const sent = name.endsWith("Request");
      const what = plainTitle(message.title);
      // A frame of market data is an array of elements.
      const inner = payload["type"] === "array" ? (payload["items"] as Json) : payload;
      return `<article id="${name}"><h3>${sent ? "You send" : inline(what)} <a class="here" href="#${name}" aria-label="link to ${escapeHtml(what)}">#</a></h3>\n${shapeHtml(inner)}</article>`;
    });
    return `<section>\n<h2 id="${id}">${inline(title)}</h2>\n<p class="call"><span class="method get">WebSocket</span> <code>${escapeHtml(address)}</code></p>\n${prose(description)}\n${exampleOf(id)}\n${parts.join("\n")}\n</section>`;
  });
  const menu = channels.map(
    ([id, { title, messages: names }]) =>
      `<h2><a href="#${id}">${inline(title)}</a></h2>\n<ul>\n${Object.keys(names)
        .map(
          (name) =>
            `<li><a href="#${name}">${name.endsWith("Request") ? "You send" : inline(plainTitle(messages[name]?.title ?? name))}</a></li>`,
        )
        .join("\n")}\n</ul>`,
  );
  const shapes = Object.entries(schemas).map(
    ([name, schema]) => `<article id="shape-${name}"><h3>${name}</h3>\n${shapeHtml(schema)}</article>`,
  );
  const { description } = document["info"] as { description: string };
  return docsPage({
    title: "Streams",
    current: "/docs/streams",
    menu: menu.join("\n"),
    body: `<h1>Streams</h1>
${prose(description)}
<p>For machines: <a href="/v1/asyncapi.json">AsyncAPI 3.0</a>.</p>
${body.join("\n")}${shapes.length === 0 ? "" : `\n<section>\n<h2 id="shapes">Named shapes</h2>\n${shapes.join("\n")}\n</section>`}`,
  });
}
