/** Every bound of a relay, with its unit and its reason. */

/** One frame per window per subscriber: ten a second is more than an eye or most programs can use. */
export const WINDOW_MS = 100;

/** Alpaca allows "a few seconds" to authenticate. */
export const AUTHENTICATION_TIMEOUT_MS = 10_000;

/** Symbols a socket may name over all channels: keeps its session far inside the 16,384 bytes of an attachment. */
export const SYMBOLS_MAX = 1_000;

/** Names that an error lists of those that it is about. */
export const NAMES_SHOWN = 20;

/** Messages of one socket that may wait for the one being handled. */
export const MESSAGES_WAITING_MAX = 64;

/** A bucket of tokens: how many there may be, and how many come back in a second. */
export interface TokenRate {
  readonly burst: number;
  readonly perSecond: number;
}

/** What a socket may ask: a reconnect that resumes every symbol costs about 40, some SDKs send a frame for each symbol. */
export const SOCKET_TOKENS: TokenRate = { burst: 200, perSecond: 20 };
/** What all sockets of one account may ask of one relay, and those of one network that have not authenticated. */
export const ACCOUNT_TOKENS: TokenRate = { burst: 600, perSecond: 60 };
export const NETWORK_TOKENS: TokenRate = { burst: 100, perSecond: 10 };
/** Frames that may follow on a refusal before the socket is closed. */
export const OVERDRAFT_MAX = 50;
/** Buckets of accounts and networks that are remembered; one that is forgotten is full again. */
export const SHARED_BUCKETS_MAX = 20_000;
/** Books that one account may be asking at a time for what it missed: the others wait. */
export const ACCOUNT_RESUMES_MAX = 8;

/** Malformed frames before a socket is closed: a client that is wrong this often will not get better. */
export const MALFORMED_FRAMES_MAX = 10;

/** Sockets of one relay. An object may hold 32,768; memory (about 110 KB each when busy, of 128 MB) ends earlier. */
export const SOCKETS_MAX = 8_000;

/** Of them, sockets of one network, and those of it that have not authenticated: a household, or an office, has fewer. */
export const NETWORK_SOCKETS_MAX = 100;
export const UNAUTHENTICATED_SOCKETS_MAX = 25;
/** Of them, sockets of one account, so that one customer's bots cannot take the room of all. */
export const ACCOUNT_SOCKETS_MAX = 50;

/** Unsent bytes above which a viewer's frames are held back and merged; a frame is some hundred bytes. */
export const UNSENT_HOLD_BYTES = 64 * 1024;
/** Unsent bytes at which a subscriber is closed as too slow. */
export const UNSENT_MAX_BYTES = 1024 * 1024;
/** Held-back bytes at which a subscriber is closed as too slow: trades are never dropped, so they add up. */
export const BUFFERED_MAX_BYTES = 512 * 1024;

/** A right key is asked for again after this long: how late a revoked key can still open a stream. */
export const VALID_CREDENTIALS_TTL_MS = 5_000;
/** A wrong secret never becomes right, but keys are made at any time. */
export const INVALID_CREDENTIALS_TTL_MS = 30_000;
export const CACHED_CREDENTIALS_MAX = 5_000;
/**
 * Wrong credentials wait this long for their answer: some clients reconnect hundreds of times a second, and how long a login
 * took would tell whether there is one.
 */
export const AUTHENTICATION_FAILURE_DELAY_MS = 1_000;

/** Tries of one subscription to a book or account, and the first wait between them; it doubles. */
export const SUBSCRIBE_TRIES = 3;
export const SUBSCRIBE_RETRY_MS = 200;

/** Subscriptions are renewed this often, so that a book or account that dropped this relay takes it up again. */
export const RENEW_MS = 120_000;

/** Tries of one pull of what is missing, and the first wait between them; it doubles. */
export const GAP_FILL_TRIES = 4;
export const GAP_FILL_RETRY_MS = 200;
/** Pushed items that wait for a pull to end; beyond it they are dropped and pulled, too. */
export const BUFFERED_ITEMS_MAX = 1_000;

/** Trade updates asked for at once: some 500 KB. */
export const UPDATES_PAGE = 500;

/** How soon the positions of books are stored after they moved, so that they survive hibernation: a row each time. */
export const POSITIONS_SAVE_MS = 2_000;

/** The lease of a socket that wants its orders cancelled when it is cut off: how long it lasts without a renewal. */
export const LEASE_MS = 60_000;
export const LEASE_RENEW_MS = 20_000;
/** Such a socket must send something this often, if only `ping`: a connection that is dead without a close ends so. */
export const LEASE_IDLE_MS = 30_000;
