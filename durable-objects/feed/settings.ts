/** The settings of feeds, from the variables of the deployment. */
import * as z from "zod";
import type { FeedSourceName } from "../../protocol/rpc/feed.ts";

/** The variables and the secret of feeds. */
export interface FeedVariables {
  readonly FEED_SOURCE: string;
  readonly FEED_URL: string;
  readonly FEED_DATA_URL: string;
  readonly FEED_NAME: string;
  readonly FEED_SPEED: string;
  readonly FEED_CREDENTIALS: string;
}

export interface FeedSettings {
  readonly source: FeedSourceName;
  /** Base of the upstream's streams, or the address of a recorded day. */
  readonly url: string;
  /** Base of the upstream's REST API. */
  readonly dataUrl: string;
  /** The feed of shares: `iex`, `sip`. */
  readonly name: string;
  /** How fast a recorded day is played. */
  readonly speed: number;
  readonly credentials: { readonly key: string; readonly secret: string };
}

const Credentials = z.strictObject({ key: z.string().min(1), secret: z.string().min(1) });
const Source = z.enum(["none", "alpaca", "replay"]);

/** Throws when the variables are invalid; the message contains no secret. */
export function feedSettings(variables: FeedVariables): FeedSettings {
  const source = Source.safeParse(variables.FEED_SOURCE);
  if (!source.success) throw new Error('FEED_SOURCE must be "none", "alpaca" or "replay"');
  const speed = Number(variables.FEED_SPEED);
  if (!(speed > 0)) throw new Error("FEED_SPEED must be a number above zero");
  const base = (url: string): string => url.replace(/\/+$/, "");
  return {
    source: source.data,
    url: base(variables.FEED_URL),
    dataUrl: base(variables.FEED_DATA_URL),
    name: variables.FEED_NAME,
    speed,
    credentials: source.data === "alpaca" ? readCredentials(variables.FEED_CREDENTIALS) : { key: "", secret: "" },
  };
}

function readCredentials(text: string): FeedSettings["credentials"] {
  try {
    return Credentials.parse(JSON.parse(text));
  } catch {
    throw new Error('FEED_CREDENTIALS must be {"key": …, "secret": …}');
  }
}
