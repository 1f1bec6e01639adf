/** Limits of a relay, with units and reasons. */
import type { TokenRate } from "./tokenBucket.ts";

/**
 * A subscriber gets one frame a window. With the interval of a book (20 ms) and a share of a timer, a change reaches it
 * within 100 ms.
 */
export const WINDOW_MS = 75;

/** Between two heartbeats of a client that asked for them. */
export const HEARTBEAT_MS = 1_000;

/** Alpaca allows "a few seconds" to authenticate. */
export const AUTHENTICATION_TIMEOUT_MS = 10_000;

/** Symbols a socket may name over all channels: keeps its session far inside the 16,384 bytes of an attachment. */
export const SYMBOLS_MAX = 1_000;

/** The most names in an error text. */
export const NAMES_SHOWN = 20;

/** The most waiting messages of one socket. */
export const MESSAGES_WAITING_MAX = 64;

/** Of a socket: a reconnect that resumes every symbol costs about 40, and some SDKs send a frame for each symbol. */
export const SOCKET_TOKENS: TokenRate = { burst: 200, perSecond: 20 };
/** Of all sockets of one account, and of the unauthenticated sockets of one network, at one relay. */
export const ACCOUNT_TOKENS: TokenRate = { burst: 600, perSecond: 60 };
export const NETWORK_TOKENS: TokenRate = { burst: 100, perSecond: 10 };
/** Refused frames before the socket is closed. */
export const OVERDRAFT_MAX = 50;
/**
 * How long a closed socket makes the next ones of its account wait at their authentication, and those of its network be
 * refused if it had not authenticated: a client that connects again at once has a full bucket.
 */
export const ENDED_MS = 5_000;
export const ENDED_WAIT_MS = 2_000;
/** The most stored buckets of accounts and networks; a dropped one is full when it is created again. */
export const SHARED_BUCKETS_MAX = 20_000;
/** Concurrent calls for missed data of one account. */
export const ACCOUNT_RESUMES_MAX = 8;
/** Calls of one book for data that the sockets of one account missed: each may be some 200 KB. */
export const SYMBOL_RESUMES: TokenRate = { burst: 20, perSecond: 1 };

/** Malformed frames before a socket is closed. */
export const MALFORMED_FRAMES_MAX = 10;

/** Sockets of one relay. An object may hold 32,768; memory (about 110 KB each when busy, of 128 MB) ends earlier. */
export const SOCKETS_MAX = 8_000;

/** Sockets of one network, and unauthenticated ones: an office has fewer. */
export const NETWORK_SOCKETS_MAX = 100;
export const UNAUTHENTICATED_SOCKETS_MAX = 25;
/** Sockets of one account, so that one customer cannot use up a relay. */
export const ACCOUNT_SOCKETS_MAX = 50;

/** Unsent bytes above which a subscriber's frames are held back and merged; a frame has some hundred bytes. */
export const UNSENT_HOLD_BYTES = 64 * 1024;
/** Unsent bytes at which a subscriber is closed as too slow. */
export const UNSENT_MAX_BYTES = 1024 * 1024;
/** Held-back bytes at which a subscriber is closed as too slow: trades are never dropped, so they add up. */
export const BUFFERED_MAX_BYTES = 512 * 1024;

/** How long data may wait for a client that takes none: then it is closed, so that the relay can hibernate. */
export const HELD_MAX_MS = 30_000;
/** Frames of data that a client may have granted and not received yet. */
export const CREDIT_FRAMES_MAX = 1_000;
/** Delay before the credit that is left is stored with the socket. */
export const CREDIT_SAVE_MS = 2_000;
/** Unread bytes of a client with credit above which its data is held back, whatever its credit. */
export const CREDIT_UNREAD_BYTES = 512 * 1024;
/**
 * What a client is sent that gives no sign of reading, on a runtime that does not count what was sent: hours of twenty
 * symbols. Then it is closed, and a client that does read connects again.
 */
export const UNREAD_MAX_BYTES = 16 * 1024 * 1024;
/** The same of all sockets of an account; above it those that have at least the minimum are closed. */
export const UNREAD_OF_OWNER_MAX_BYTES = 32 * 1024 * 1024;
export const UNREAD_OF_OWNER_MIN_BYTES = 1024 * 1024;
/** Unread bytes of sockets that do not answer a close frame, above which the relay restarts: half of what an object has. */
export const CLOSING_UNREAD_MAX_BYTES = 64 * 1024 * 1024;

/** How long a valid key is cached: the longest time for which a revoked key could still open a stream. */
export const VALID_CREDENTIALS_TTL_MS = 5_000;
/** How long an invalid key is cached. A wrong secret never becomes right, but a key may be created at any time. */
export const INVALID_CREDENTIALS_TTL_MS = 30_000;
export const CACHED_CREDENTIALS_MAX = 5_000;
/**
 * Invalid credentials are answered after this time: some clients reconnect hundreds of times a second, and a shorter
 * time would reveal whether the login exists. It doubles with the refusals of the network, and ends before the time to
 * authenticate does.
 */
export const FAILURE_DELAY_MS = 1_000;
export const FAILURE_DELAY_MAX_MS = 8_000;
export const FAILURE_DELAY_DOUBLES_AFTER = 5;
/** Refusals of a network that are remembered, and how fast they are forgotten. */
export const FAILURES_FORGOTTEN: TokenRate = { burst: 16, perSecond: 0.1 };
/** Refusals of all networks together, above which each takes the longest time. */
export const FAILURES_OF_ALL: TokenRate = { burst: 100, perSecond: 10 };
/** Credentials from one network that one login may refuse, and all logins together, before they are not asked. */
export const LOGIN_GUESSES: TokenRate = { burst: 20, perSecond: 0.2 };
export const NETWORK_GUESSES: TokenRate = { burst: 100, perSecond: 1 };

/** Attempts of one subscription at a book or account, and the first wait between them, which doubles. */
export const SUBSCRIBE_TRIES = 3;
export const SUBSCRIBE_RETRY_MS = 200;

/** How long a book without subscribers is kept, for clients that unsubscribe and subscribe again. */
export const LINGER_MS = 5_000;

/** Subscriptions are renewed this often, in case a book or account has dropped this relay. */
export const RENEW_MS = 120_000;

/** Attempts of one pull of missing items, and the first wait between them, which doubles. */
export const GAP_FILL_TRIES = 4;
export const GAP_FILL_RETRY_MS = 200;
/** Pushed items that are buffered during a pull; more are dropped, and pulled as well. */
export const BUFFERED_ITEMS_MAX = 1_000;

/** Trade updates per call: some 500 KB. */
export const UPDATES_PAGE = 500;

/** Delay before the positions of readers are stored, which costs a row. */
export const POSITIONS_SAVE_MS = 2_000;

/** How long a lease of cancel-on-disconnect lasts without a renewal. */
export const LEASE_MS = 60_000;
export const LEASE_RENEW_MS = 20_000;
/** A socket with a lease must send something this often, if only `ping`, so that a dead connection is detected. */
export const LEASE_IDLE_MS = 30_000;
