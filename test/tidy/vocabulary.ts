/**
 * Words that this project does not use, because a reader from the field would need a glossary for them, and what to
 * write instead (docs/SPEC.md, "Model and vocabulary").
 */
export interface BannedWord {
  /** Words in lower case, as they follow one another in prose or in an identifier: "ride home" is also `rideHome`. */
  readonly words: readonly string[];
  readonly instead: string;
  /** Paths where it is banned; everywhere if not given. For words that are standard elsewhere. */
  readonly where?: RegExp;
  /** Lines where it stays, because it is stored or sent by a running exchange, or somebody else's word. */
  readonly except?: RegExp;
}

const ACCOUNT = /^(domain\/(account|order)|durable-objects\/account)\//;

/** Words of accounts and their orders. */
const ACCOUNT_WORDS: readonly BannedWord[] = [
  { words: ["order desk", "cash desk", "timer desk"], instead: "order, transfer or timer service" },
  { words: ["read ticket"], instead: "validated order" },
  { words: ["venue hours"], instead: "session rules", where: /^(domain|durable-objects)\// },
  { words: ["keeper of"], instead: "hold owner" },
  { words: ["whence"], instead: "client info" },
  { words: ["misheld"], instead: "hold mismatch" },
  { words: ["pass day"], instead: "roll trading day" },
  { words: ["finish replace", "reject replace"], instead: "on replaced, on replace rejected" },
  { words: ["standing"], instead: "balance snapshot, rate limit status", where: ACCOUNT },
  { words: ["sealed", "seal", "sealing"], instead: "encrypted, encrypt", where: ACCOUNT },
  {
    words: ["desk", "mail", "meter"],
    instead: "service, messages, rate limiter",
    where: ACCOUNT,
    except: /"meter"|"mail_parked"/,
  },
  { words: ["heir", "twin", "twins", "keeper"], instead: "linked exit, other order, hold owner", where: ACCOUNT },
  { words: ["on its way", "on their way"], instead: "pending, in transit", where: ACCOUNT },
  { words: ["gives back", "give back", "given back"], instead: "releases", where: ACCOUNT },
  { words: ["comes to life", "come to life"], instead: "is activated", where: ACCOUNT },
  { words: ["booked"], instead: "applied", where: ACCOUNT },
  { words: ["anew"], instead: "again, from the beginning", where: ACCOUNT },
];

const STREAMS = /^(workers\/quotes|protocol|test\/relay|docs\/streams)\//;

/** Words of streams and of the relay. */
const STREAM_WORDS: readonly BannedWord[] = [
  { words: ["crowd", "crowded"], instead: "connection limiter, connection limit", where: STREAMS },
  { words: ["strangers", "stranger"], instead: "unauthenticated", where: STREAMS },
  { words: ["doorstep", "doors"], instead: "authentication timeouts, stream authentication", where: STREAMS },
  { words: ["verdict", "verdicts"], instead: "authentication result, credential cache", where: STREAMS },
  { words: ["viewers"], instead: "subscribers", where: STREAMS, except: /Traders and viewers/ },
  { words: ["catch up"], instead: "sequenced reader, gap fill", where: STREAMS },
  { words: ["misspelt"], instead: "unknown field", where: STREAMS, except: /a misspelt one|something misspelt/ },
  { words: ["hidden text"], instead: "hidden characters", where: STREAMS },
  { words: ["visitor", "visitors"], instead: "connection", where: STREAMS },
  { words: ["payer"], instead: "client", where: STREAMS },
  { words: ["knock"], instead: "connect", where: STREAMS },
];

const GATEWAY = /^(workers\/gateway|test\/gateway|ops\/api)\//;

/** Words of the gateway. */
const GATEWAY_WORDS: readonly BannedWord[] = [
  { words: ["front door"], instead: "gateway" },
  { words: ["evenly"], instead: "constant time", where: GATEWAY },
  { words: ["anew"], instead: "bypass cache, again", where: GATEWAY },
  { words: ["stranger", "strangers"], instead: "unknown clients", where: GATEWAY },
  { words: ["tries"], instead: "attempts", where: GATEWAY, except: /failed_tries/ },
  {
    words: ["sealed", "seal", "seals", "unseal"],
    instead: "encrypted",
    // History that is written to files is sealed.
    where: /^(?!.*sealedHistory)(workers\/gateway|test\/gateway|ops\/api)\//,
    except: /sealed cookie"|sealedHistory|sealedFile|TapeRpc|Sealed history|is sealed\./,
  },
  { words: ["let in", "lets in", "let into"], instead: "authorized", where: GATEWAY, except: /[lL]etIn/ },
  { words: ["paid"], instead: "metered", where: GATEWAY },
  { words: ["well formed", "granted to"], instead: "unwrap", where: GATEWAY, except: /isWellFormed/ },
  { words: ["astray"], instead: "wants page", where: GATEWAY },
];

/** Words of approvals and transfers. */
const APPROVALS = /^(durable-objects\/(approvals|transfers)|domain\/transfers)\//;
const APPROVAL_WORDS: readonly BannedWord[] = [
  { words: ["desk"], instead: "service", where: APPROVALS },
  { words: ["standing", "hindrance"], instead: "login status, refusal", where: APPROVALS },
  {
    words: ["carry out", "carried out", "carries out"],
    instead: "execute",
    where: APPROVALS,
    except: /not_carried_out/,
  },
  { words: ["make first"], instead: "create the first administrator", where: APPROVALS },
];

const IDENTITY = /^(durable-objects\/(identity|oauth|oauthProvider|vault|directory)|protocol\/rpc\/identity)\//;

/** Words of logins. Stored names of tables, keys and kinds stay. */
const IDENTITY_WORDS: readonly BannedWord[] = [
  { words: ["chore", "chores"], instead: "background task" },
  { words: ["session desk", "privacy desk"], instead: "session service, privacy service" },
  { words: ["entry chore", "leaving parts"], instead: "directory entry task, erasure dependencies" },
  {
    words: ["master key", "master keys", "masters"],
    instead: "key-encryption key",
    where: /^(domain|protocol|durable-objects|workers|ops)\//,
    except: /PII_MASTER_KEYS/,
  },
  {
    words: ["letter", "letters"],
    instead: "e-mail; character",
    where: IDENTITY,
    except: /(INTO|FROM|UPDATE|TABLE) letter\b|letter: \{|"letters"/,
  },
  { words: ["sealed", "seal", "seals"], instead: "encrypted, encrypt", where: IDENTITY, except: /sealed_mail/ },
  {
    words: ["let in", "lets in", "show out"],
    instead: "authorize, revoke",
    where: IDENTITY,
    except: /app_let_in|apps_let_in/,
  },
  { words: ["stranger", "strangers"], instead: "unknown client", where: IDENTITY },
  { words: ["anew"], instead: "again", where: IDENTITY },
  { words: ["residence", "front door", "half a link"], instead: "region, gateway, link", where: IDENTITY },
  { words: ["home"], instead: "region", where: IDENTITY, except: /"home"|home: "/ },
  { words: ["noted"], instead: "recorded", where: IDENTITY },
  { words: ["ways in"], instead: "other credentials", where: IDENTITY },
  {
    words: ["person", "persons"],
    instead: "user",
    where: IDENTITY,
    except: /["']person["']|person: "|(FROM|INTO|TABLE) person\b|person: \{|the person has ended/,
  },
];

/** The actor kernel, the objects that run on it without accounts, and what tests them. */
const KERNEL = /^(durable-objects\/(actor|orderbook|audit)|test\/(simulation|crash|rig|journals|object|relay)|bench)\//;

/** Words of actors, their messages and their simulation. */
const ACTOR_WORDS: readonly BannedWord[] = [
  { words: ["ride home", "rides home", "rode home", "riding home"], instead: "piggyback" },
  { words: ["hurry", "hurried"], instead: "flush" },
  { words: ["patience"], instead: "delay, timeout" },
  { words: ["poison"], instead: "failing message" },
  { words: ["decree", "decrees"], instead: "admin action" },
  { words: ["wish", "wishes"], instead: "order intent, order generator" },
  { words: ["crew"], instead: "worker pool" },
  { words: ["dice"], instead: "random" },
  { words: ["reckoning"], instead: "final checks" },
  { words: ["front door"], instead: "gateway" },
  { words: ["stand in", "stand ins"], instead: "fake", where: /^(test|bench)\// },
  { words: ["timetable", "keep time"], instead: "schedule, apply due entries" },
  { words: ["rang", "rung"], instead: "fired", where: KERNEL },
  { words: ["put aside", "puts aside"], instead: "dead-letter", where: KERNEL },
  { words: ["owed", "owes", "owing"], instead: "pending", where: KERNEL },
  { words: ["on its way", "on their way"], instead: "in flight", where: KERNEL },
  { words: ["nudge"], instead: "position", where: KERNEL },
  { words: ["desk"], instead: "book client", where: KERNEL },
  { words: ["leap", "leaps", "leapt"], instead: "time jump", where: /^test\/simulation\// },
];

const MARKETS = /^(domain\/(market|matching|order|transfers)|test\/(model|conformance|tables))\/|^docs\/matching\.md/;

/** Words of the order book and its second implementation. */
const MATCHING_WORDS: readonly BannedWord[] = [
  { words: ["gives way", "give way"], instead: "is closed by self-trade prevention", where: MARKETS },
  { words: ["leans on", "lean on", "leant"], instead: "is in a limit state", where: MARKETS },
  { words: ["comes in", "come in", "came in"], instead: "enters", where: MARKETS },
  { words: ["what rests", "what waits"], instead: "resting orders, orders that wait", where: MARKETS },
  { words: ["order of cash", "orders of cash"], instead: "notional order", where: MARKETS },
  { words: ["comes to life", "come to life"], instead: "is activated", where: MARKETS },
  { words: ["judged", "anew", "told", "whoever"], instead: "checked, again, reported, the caller", where: MARKETS },
  {
    words: ["special", "plain order", "plain path"],
    instead: "complex order, simple order",
    where: /^domain\/matching\//,
  },
  {
    words: ["takes part", "take part"],
    instead: "is eligible",
    where: /^(domain\/matching|test\/model)\/.*(?<!\.test)\.ts$/,
  },
  { words: ["bring in", "brings in"], instead: "submit", where: /^(domain\/matching|test\/model)\// },
  { words: ["pass time"], instead: "expire due", where: /^domain\/matching\// },
  { words: ["venue"], instead: "exchange", where: /^domain\/(matching|market)\// },
  { words: ["dice", "happening", "happenings"], instead: "random, event", where: /^test\/(model|conformance)\// },
];

/** Words of protocol, quotes, the database, tools and their tests. */
const EDGES = /^(protocol|workers\/quotes|db|dev|ops|bench|examples|test\/(relay|system|crash))\//;
const EDGE_WORDS: readonly BannedWord[] = [
  { words: ["anew"], instead: "again, new", where: EDGES },
  { words: ["lets in", "lets apps in", "let in"], instead: "authorized", where: EDGES, except: /let_in|[lL]etIn/ },
  { words: ["whoever", "came to nothing", "said goodbye"], instead: "the caller, failed, switched off", where: EDGES },
  { words: ["goes on", "go on", "going on"], instead: "continues", where: EDGES },
  { words: ["stands in for"], instead: "fakes, replaces", where: EDGES },
  { words: ["release before", "answer before"], instead: "previous release, previous answer", where: EDGES },
  { words: ["no longer kept"], instead: "no longer stored", where: EDGES },
];

export const BANNED: readonly BannedWord[] = [
  ...ACCOUNT_WORDS,
  ...STREAM_WORDS,
  ...GATEWAY_WORDS,
  ...APPROVAL_WORDS,
  ...IDENTITY_WORDS,
  ...ACTOR_WORDS,
  ...MATCHING_WORDS,
  ...EDGE_WORDS,
];

/** Identifiers and prose of a line as words in lower case: `rideHome`, `RIDE_HOME` and "ride home" are the same. */
export function wordsOf(line: string): string {
  return (
    line
      .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
      .replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
      .match(/[A-Za-z]+/g)
      ?.join(" ")
      .toLowerCase() ?? ""
  );
}

/**
 * Each banned word of a text, with its line: `12: mailbox (inbox or outbox state)`. A phrase may go over a line's end.
 */
export function bannedWords(path: string, text: string, banned: readonly BannedWord[] = BANNED): string[] {
  const lines = text.split("\n");
  const words = lines.map(wordsOf);
  return banned
    .filter(({ where }) => where === undefined || where.test(path))
    .flatMap(({ words: phrases, instead, except }) =>
      phrases.flatMap((phrase) =>
        words.flatMap((own, index) => {
          if (except?.test(lines[index] ?? "") === true) return [];
          const here = ` ${own} `;
          const wrapped = phrase.includes(" ") ? ` ${own} ${words[index + 1] ?? ""} ` : here;
          const next = ` ${words[index + 1] ?? ""} `;
          const found =
            wrapped.includes(` ${phrase} `) && !(next.includes(` ${phrase} `) && !here.includes(` ${phrase} `));
          return found ? [`${path}:${index + 1}: ${phrase} (${instead})`] : [];
        }),
      ),
    );
}
