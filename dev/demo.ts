/** The users of the demo market, created through the API: administrators, two traders, market makers and a taker. */
import * as z from "zod";
import { INSTRUMENTS, requireInstrument } from "../domain/market/listing.ts";
import type { Plan } from "../domain/rateLimit.ts";
import { administrationOf, Approver, APPROVER_EMAIL, signInApprover } from "./administration.ts";
import type { Api } from "./api.ts";
import type { Administration } from "./peopleApi.ts";
import { readJsonFile, writeJsonFile } from "./files.ts";
import type { Secrets } from "./secrets.ts";
import { DemoUser, ensureUser } from "./users.ts";

const TRADER_CASH = "100000";
const TRADER_SHARES: Readonly<Record<string, string>> = { AAPL: "100", MSFT: "40", NVDA: "100", SPY: "20", F: "500" };
const MAKERS = 3;
/** The initial inventory of a maker; makers/inventory.ts keeps it near that. */
export const MAKER_SHARES = 200_000;
export const TAKER_SHARES = 20_000;
const MAKER_CASH = "100000000";
/** What is held of a coin, of which one deposit is at most 10,000. */
const COIN_SHARE = 1 / 20;

/** The target position in a symbol of a participant who holds so many shares of each. */
export function inventoryOf(symbol: string, shares: number): number {
  return requireInstrument(symbol).assetClass === "crypto" ? shares * COIN_SHARE : shares;
}

/** The content of `.dev/demo.json`: the exchange's URL and the traders' credentials. */
export const Demo = z.object({
  url: z.string(),
  databaseUrl: z.string(),
  traders: z.array(DemoUser),
  admin: DemoUser,
  /** The second administrator; only with FOUR_EYES=on. */
  approver: Approver.optional(),
});

/** The content of `.dev/makers.json`: the makers' accounts and the symbols that each quotes. */
export const MakersFile = z.object({
  makers: z.array(z.object({ user: DemoUser, symbols: z.array(z.string()) })),
  taker: DemoUser,
});

export type Demo = z.infer<typeof Demo>;
export type MakersFile = z.infer<typeof MakersFile>;

export interface DemoPlace {
  readonly url: string;
  readonly databaseUrl: string;
  readonly demoFile: string;
  readonly makersFile: string;
  /** The second factor of the second administrator. */
  readonly approverFile: string;
  /** FOUR_EYES=on: a second administrator must approve. */
  readonly fourEyes: boolean;
}

/** Symbols with a demo market, the coin last. */
export const QUOTED = [
  ...INSTRUMENTS.filter(({ assetClass }) => assetClass === "us_equity"),
  ...INSTRUMENTS.filter(({ assetClass }) => assetClass === "crypto"),
].map(({ symbol }) => symbol);

/** Creates the demo users if they do not exist, funds each once, and writes demo.json and makers.json. */
export async function prepareDemo(api: Api, place: DemoPlace, secrets: Secrets): Promise<Demo> {
  const knownDemo = readJsonFile(place.demoFile, Demo);
  const knownMakers = readJsonFile(place.makersFile, MakersFile);
  const { fourEyes } = place;
  const password = secrets.demoPassword;
  const second = fourEyes ? APPROVER_EMAIL : undefined;
  const admin = await ensureUser(
    api,
    { email: "admin@demo.exchange", password, by: { bootstrapSecret: secrets.bootstrapSecret, second } },
    knownDemo?.admin,
  );
  const approving = fourEyes ? await signInApprover(api, place.approverFile, password) : undefined;
  const by: Administration = {
    ...(await administrationOf(api, admin, undefined)),
    ...(approving === undefined ? {} : { approver: approving.session }),
  };
  const known = [
    ...(knownDemo?.traders ?? []),
    ...(knownMakers === null ? [] : [knownMakers.taker, ...knownMakers.makers.map(({ user }) => user)]),
  ];
  const user = (name: string, plan: Plan): Promise<DemoUser> => {
    const email = `${name}@demo.exchange`;
    return ensureUser(
      api,
      { email, password, by: { ...by, plan } },
      known.find((one) => one.email === email),
    );
  };
  const [first, other, taker, ...makers] = await Promise.all([
    user("trader1", "pro"),
    user("trader2", "pro"),
    user("taker", "market_maker"),
    ...Array.from({ length: MAKERS }, (_, i) => user(`maker${i + 1}`, "market_maker")),
  ]);
  // Cancels orders of a killed run, so that all quotes are those of this run.
  await Promise.all([taker, ...makers].map((one) => api.cancelAllOrders(one)));
  // Who buys and sells all day keeps few tax lots when what was bought last is sold first.
  await Promise.all([taker, ...makers].map((one) => api.setLotMethod(one, "lifo")));
  const shares = (symbols: readonly string[], each: number): Readonly<Record<string, string>> =>
    Object.fromEntries(symbols.map((symbol) => [symbol, String(inventoryOf(symbol, each))]));
  const quoting = makers.map((maker, i) => ({
    user: maker,
    symbols: QUOTED.filter((_, symbol) => symbol % MAKERS === i),
  }));
  await Promise.all([
    fund(api, by, first.accountId, TRADER_CASH, TRADER_SHARES),
    fund(api, by, other.accountId, TRADER_CASH, TRADER_SHARES),
    fund(api, by, taker.accountId, MAKER_CASH, shares(QUOTED, TAKER_SHARES)),
    ...quoting.map((maker) => fund(api, by, maker.user.accountId, MAKER_CASH, shares(maker.symbols, MAKER_SHARES))),
  ]);
  const { url, databaseUrl } = place;
  const traders = [first, other];
  const demo: Demo = { url, databaseUrl, traders, admin, ...(approving && { approver: approving.approver }) };
  writeJsonFile(place.makersFile, { makers: quoting, taker } satisfies MakersFile);
  writeJsonFile(place.demoFile, demo);
  return demo;
}

/** Deposits with constant references, so that a repeated start does not deposit again. */
async function fund(
  api: Api,
  by: Administration,
  accountId: string,
  cash: string,
  shares: Readonly<Record<string, string>>,
): Promise<void> {
  await api.deposit(by, accountId, "demo-cash", cash);
  for (const [symbol, amount] of Object.entries(shares)) {
    await api.deposit(by, accountId, `demo-${symbol}`, amount, symbol);
  }
}
