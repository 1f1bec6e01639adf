/**
 * Decides how a stream answers each message of its client. Pure: from a session and a message it computes the next
 * session, the replies, and the effects that the relay must perform before it sends them.
 */
import { hashText } from "../../../domain/ids.ts";
import type { Instruments } from "../../../domain/market/instruments.ts";
import { networkOf } from "../../../protocol/http/origin.ts";
import {
  actionsOf,
  forbiddenChannel,
  isPermittedOnStream,
  type RelayStream,
} from "../../../protocol/stream/permissions.ts";
import { MALFORMED } from "../../../protocol/stream/codec.ts";
import {
  type DataMessage,
  type SubscriptionMessage,
  CURSOR_REFUSED,
  dataErrorFrame,
  INDICATOR_REFUSED,
  dataMessage,
  STREAM_ERRORS,
  subscriptionFrame,
  successFrame,
  SYMBOL_NOT_FOUND,
} from "../../../protocol/stream/data.ts";
import { eachChannel, CHANNEL_NAMES } from "../../../protocol/stream/channels.ts";
import { type StreamCredentials, TOKEN_KEY } from "../../../protocol/stream/authMessage.ts";
import {
  type ListenMessage,
  type TradingMessage,
  authorizationFrame,
  NOTICE_STREAMS,
  noticesFrame,
  TRADE_UPDATES,
  tradingErrorFrame,
  tradingMessage,
} from "../../../protocol/stream/trading.ts";
import { SYMBOLS_MAX } from "./limits.ts";
import type { Handshake } from "./handshake.ts";
import { instrumentsOf } from "./streamFeed.ts";
import { type StreamSession, isPermitted, principalOf } from "./streamSession.ts";
import { indicatorsAfter, INDICATORS_MAX } from "./indicators/subscription.ts";
import { listOf, backfillRequestOf, listed, union, withoutNames } from "./channelSymbols.ts";
import { CLOSE_POLICY } from "./closeCodes.ts";
import { onInternalError, onMalformed, onRateLimitIgnored } from "./refusalSteps.ts";
import {
  type AuthenticationResult,
  closingStep,
  type Effect,
  errorFrame,
  forbiddenFrame,
  type Step,
  step,
} from "./step.ts";

/** The session of a socket that was just accepted. The data stream sends a greeting; the trading stream must not. */
export function openSession(opening: Handshake<RelayStream>, now: number): Step {
  const { stream, codec, origin, token, accountId, begins, feed } = opening;
  const session: StreamSession = {
    stream,
    codec,
    openedAt: now,
    accountId: null,
    ...(accountId === undefined ? {} : { namedAccount: accountId }),
    ...(begins === undefined ? {} : { begins }),
    ...(feed === undefined ? {} : { feed }),
    // A digest suffices for counting, so the session does not keep the address.
    network: origin.ip === "" ? "" : hashText(networkOf(origin.ip)).toString(36),
    channels: eachChannel(() => []),
    resumes: false,
    listening: false,
    origin,
    lease: null,
    malformed: 0,
  };
  return step(
    session,
    stream === "data" ? [successFrame("connected")] : [],
    token === undefined ? [] : [authenticating(session, { keyId: TOKEN_KEY, secret: token })],
  );
}

/** The account of the message takes precedence over that of the upgrade. */
function authenticating({ namedAccount }: StreamSession, { keyId, secret, accountId }: StreamCredentials): Effect {
  const named = accountId ?? namedAccount;
  return { kind: "authenticate", keyId, secret, ...(named === undefined ? {} : { accountId: named }) };
}

/** Handles a decoded message; MALFORMED when decoding failed. */
export function onMessage(session: StreamSession, message: unknown, instruments: Instruments): Step {
  const read =
    message === MALFORMED
      ? null
      : session.stream === "data"
        ? dataMessage.safeParse(message)
        : tradingMessage.safeParse(message);
  if (read === null || !read.success) return onMalformed(session);
  const known: DataMessage | TradingMessage = read.data;
  const refused =
    session.accountId === null ? undefined : actionsOf(known).find((action) => !isPermitted(session, action));
  if (refused !== undefined) return step(session, [forbiddenFrame(session, refused)]);
  switch (known.kind) {
    case "auth":
      if (session.accountId !== null) return step(session, [errorFrame(session, 403)]);
      return step(session, [], [authenticating(session, known)]);
    case "credit":
      if (session.accountId === null) return step(session, [errorFrame(session, 401)]);
      return step(session, [], [{ kind: "credit", frames: known.frames, mark: known.mark }]);
    case "listen":
    case "unlisten":
      return session.accountId === null
        ? step(session, [authorizationFrame("unauthorized", "listen")])
        : onListen(session, known);
    case "subscribe":
    case "unsubscribe":
      return session.accountId === null
        ? step(session, [errorFrame(session, 401)])
        : onSubscription(session, ofFeed(session, known), instrumentsOf(session.feed, instruments));
  }
}

/**
 * Handles the result of an `authenticate` effect. A failure closes the socket, because some clients would try again on
 * it for ever.
 */
export function onAuthenticationResult(session: StreamSession, result: AuthenticationResult): Step {
  const data = session.stream === "data";
  if (result === "unavailable") return onInternalError(session);
  if (result === "limited") return onRateLimitIgnored(session);
  if (result === "connection_limit")
    return closingStep(session, errorFrame(session, 406), CLOSE_POLICY, STREAM_ERRORS[406]);
  if (result === "wrong" || !isPermittedOnStream(result.principal, session.stream, "open")) {
    const refusal = data ? errorFrame(session, 402) : authorizationFrame("unauthorized", "authenticate");
    return closingStep(session, refusal, CLOSE_POLICY, "auth failed");
  }
  const { principal, credential } = result;
  const { accountId } = principal;
  const { begins, ...rest } = session;
  const opened = { ...rest, accountId, principal, credential, origin: data ? null : session.origin };
  const reply = data ? successFrame("authenticated") : authorizationFrame("authorized", "authenticate");
  return step(opened, [reply], begins === undefined ? [] : [{ kind: "begin", message: begins }]);
}

function onListen(session: StreamSession, { kind, streams, cursor, cancelOnDisconnect }: ListenMessage): Step {
  const named = streams.includes(TRADE_UPDATES);
  const notices =
    kind === "listen"
      ? NOTICE_STREAMS.filter((name) => streams.includes(name))
      : (session.notices ?? []).filter((name) => !streams.includes(name));
  if (kind === "listen" && named) {
    if (cursor === "malformed") return step(session, [tradingErrorFrame(CURSOR_REFUSED, MALFORMED_CURSOR)]);
    return step(session, [], [{ kind: "listen", cursor, cancelOnDisconnect, notices }]);
  }
  if (kind === "unlisten" && !named && session.listening) {
    const kept = session.lease !== null && isPermitted(session, "cancel_on_disconnect");
    return step(session, [], [{ kind: "listen", cursor: null, cancelOnDisconnect: kept, notices }]);
  }
  const subscribes: readonly Effect[] = notices.length > 0 ? [{ kind: "subscribe_account" }] : [];
  const after = { ...session, listening: false, notices };
  return step(after, [noticesFrame(notices)], [{ kind: "unlisten" }, ...subscribes]);
}

const MALFORMED_CURSOR = "cursor must be the number of an update, as text";

/** The test feed has no past to resume. */
function ofFeed({ feed }: StreamSession, message: SubscriptionMessage): SubscriptionMessage {
  return feed === "test" ? { ...message, cursors: {} } : message;
}

function onSubscription(session: StreamSession, message: SubscriptionMessage, instruments: Instruments): Step {
  const { channels: named } = message;
  if (message.kind === "unsubscribe") {
    const channels = eachChannel((channel) => withoutNames(session.channels[channel], named[channel], instruments));
    const { ids } = indicatorsAfter(session, message, instruments);
    const left = session.indicators === undefined ? {} : { indicators: ids };
    return step({ ...session, channels, ...left }, [subscriptionFrame(channels, left.indicators)], [{ kind: "flush" }]);
  }
  const forbidden = forbiddenChannel(principalOf(session), withBarsOfIndicators(message));
  if (forbidden !== undefined) return step(session, [forbiddenFrame(session, `subscribe to ${forbidden}`)]);
  const sizes = CHANNEL_NAMES.map((channel) => new Set([...session.channels[channel], ...named[channel]]).size);
  if (sizes.reduce((sum, size) => sum + size) > SYMBOLS_MAX) return step(session, [errorFrame(session, 405)]);
  const malformed = Object.keys(message.cursors).filter((name) => message.cursors[name] === "malformed");
  if (malformed.length > 0) {
    return step(session, [dataErrorFrame(CURSOR_REFUSED, `cursor is no sequence: ${listOf(malformed)}`)]);
  }
  const indicators = indicatorsAfter(session, message, instruments);
  if (indicators.ids.length > INDICATORS_MAX) return step(session, [errorFrame(session, 405)]);
  const channels = eachChannel((channel) => union(session.channels[channel], named[channel], instruments));
  const resumes = session.resumes || Object.keys(message.cursors).length > 0;
  const heartbeats = message.heartbeats ?? session.heartbeats;
  const own = message.indicators === undefined ? session.indicators : indicators.ids;
  const after = {
    ...session,
    channels,
    resumes,
    ...(heartbeats === undefined ? {} : { heartbeats }),
    ...(own === undefined ? {} : { indicators: own }),
  };
  // The acknowledgement is always sent, and first; errors about unlisted symbols follow it.
  const replies: unknown[] = [subscriptionFrame(channels, own)];
  if (message.unserved.length > 0) replies.push(errorFrame(session, 410));
  const unknown = [...new Set(Object.values(named).flat())].filter((name) => listed(name, instruments) === null);
  if (unknown.length > 0) replies.push(dataErrorFrame(SYMBOL_NOT_FOUND, `symbol not found: ${listOf(unknown)}`));
  if (indicators.refused.length > 0) {
    replies.push(dataErrorFrame(INDICATOR_REFUSED, `no such indicator: ${listOf(indicators.refused)}`));
  }
  const credit: readonly Effect[] =
    message.credit === undefined ? [] : [{ kind: "credit", frames: message.credit, mark: null }];
  return step(after, replies, [
    ...credit,
    {
      kind: "subscribe_books",
      backfill: backfillRequestOf(session.channels, channels, message, instruments),
      ...(indicators.added === 0 ? {} : { indicators: indicators.added }),
    },
  ]);
}

/** Who subscribes to an indicator reads bars. */
function withBarsOfIndicators(message: SubscriptionMessage): SubscriptionMessage {
  if (message.indicators === undefined) return message;
  return { ...message, channels: { ...message.channels, bars: [...message.channels.bars, "*"] } };
}
