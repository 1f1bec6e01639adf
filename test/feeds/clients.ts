/** The quote that the five npm clients read of an externally priced symbol, whose answers have a field that they do not know. */
import { createRequire } from "node:module";
import { Alpaca } from "@alpacahq/alpaca-trade-api";
import ccxt from "ccxt";
import type { Key } from "../../dev/credentials.ts";

// The clients have types of their own, which differ from version to version.
// oxlint-disable-next-line typescript/no-explicit-any -- clients of five packages without common types
type Any = any;

const TYPESCRIPT_SDK: string = "@alpacahq/typescript-sdk";
const MASTER_CHIEF: string = "@master-chief/alpaca";

/** The bid of a symbol by the name of each client. */
export async function bidsByClient(url: string, { keyId, secret }: Key, symbol: string): Promise<Map<string, number>> {
  const bids = new Map<string, number>();
  const v4: Any = new Alpaca({
    keyId,
    secret,
    fetchApi: (input, init) => {
      const { pathname, search } = new URL(String(input));
      return fetch(url + pathname + search, init);
    },
  });
  bids.set("v4", (await v4.marketData.stocks.stockLatestQuoteSingle({ symbol })).quote.bp);
  const V3: Any = createRequire(import.meta.url)("alpaca-trade-api-v3");
  const v3 = new V3({ keyId, secretKey: secret, baseUrl: url, dataBaseUrl: url });
  bids.set("v3", (await v3.getLatestQuote(symbol)).BidPrice);
  const { createClient }: Any = await import(TYPESCRIPT_SDK);
  const sdk = createClient({ key: keyId, secret, baseURL: url });
  bids.set("typescript-sdk", (await sdk.getStocksQuotesLatest({ symbols: symbol })).quotes[symbol].bp);
  const { AlpacaClient }: Any = await import(MASTER_CHIEF);
  const rest = {
    account: `${url}/v2`,
    beta: `${url}/v1beta1`,
    market_data_v1: `${url}/v1`,
    market_data_v2: `${url}/v2`,
  };
  const chief = new AlpacaClient({ credentials: { key: keyId, secret, paper: false }, endpoints: { rest } });
  bids.set("master-chief", (await chief.getSnapshot({ symbol })).latestQuote.bp);
  const api = { trader: url, market: url, broker: url };
  const ccxtClient: Any = new ccxt.alpaca({ apiKey: keyId, secret, enableRateLimit: false, urls: { api } });
  await ccxtClient.loadHttpProxyAgent();
  await ccxtClient.loadMarkets();
  bids.set("ccxt", (await ccxtClient.fetchTicker(`${symbol}/USD`)).bid);
  return bids;
}
