import type { Outcome } from "../../../../domain/account/entry/refusal.ts";
import { ApiFault, unwrap } from "../../../../protocol/http/apiFault.ts";
import type { Read } from "../../../../protocol/http/readRequest.ts";
import {
  additionFromBody,
  creationFromBody,
  updateFromBody,
  watchlistHeadToWire,
  watchlistToWire,
} from "../../../../protocol/mapping/watchlists.ts";
import type { Watchlist, WatchlistChange, WatchlistKey } from "../../../../protocol/rpc/watchlists.ts";
import { isUuid, noQuery } from "../../../../protocol/wire/query.ts";
import { watchlistNameQuery } from "../../../../protocol/wire/watchlists.ts";
import { accountOf } from "../../accounts.ts";
import { readJson } from "../../body.ts";
import type { AppContext } from "../../context.ts";
import { instrumentsOf, namedInstrument } from "../../instruments.ts";
import { queryOf } from "../../query.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** Reads a body into a change of the named watchlist. */
type FromBody = typeof updateFromBody;

/** The caller's watchlists. */
export const watchlistsResource = defineResource("watchlists", ACCESS, {
  "/v2/watchlists": {
    GET: async (c) => {
      queryOf(c, noQuery);
      const { accountId } = c.var.caller.principal;
      const lists = await accountOf(c).watchlists();
      return c.json(lists.map((list) => watchlistHeadToWire(accountId, list)));
    },

    POST: async (c) => {
      queryOf(c, noQuery);
      const body = await readJson(c.req.raw);
      return answerChange(c, creationFromBody(body, await instrumentsOf(c.env)));
    },
  },

  // Before the routes with an id: the colon is part of the name, not a parameter.
  "/v2/watchlists:by_name": {
    GET: (c) => answerList(c, named(c)),
    PUT: (c) => changeByBody(c, named(c), updateFromBody),
    POST: (c) => changeByBody(c, named(c), additionFromBody),
    DELETE: (c) => deleteList(c, named(c)),
  },

  "/v2/watchlists/:id": {
    GET: (c) => answerList(c, identified(c)),
    PUT: (c) => changeByBody(c, identified(c), updateFromBody),
    // As the TypeScript SDK updates a watchlist.
    PATCH: (c) => changeByBody(c, identified(c), updateFromBody),
    POST: (c) => changeByBody(c, identified(c), additionFromBody),
    DELETE: (c) => deleteList(c, identified(c)),
  },

  "/v2/watchlists/:id/:symbol": {
    DELETE: async (c) => {
      const of = identified(c);
      const { symbol } = await namedInstrument(c, c.req.param("symbol"));
      return answerChange(c, { ok: true, value: { kind: "remove", of, symbol } });
    },
  },
});

/** The watchlist that the query names. */
function named(c: AppContext): WatchlistKey {
  return { name: queryOf(c, watchlistNameQuery).name };
}

/** The watchlist that the path names; a text that is no id names none. */
function identified(c: AppContext): WatchlistKey {
  queryOf(c, noQuery);
  const id = c.req.param("id") ?? "";
  if (!isUuid(id)) throw new ApiFault({ reason: "watchlist_not_found", watchlist: id.slice(0, ID_LENGTH) });
  return { id: id.toLowerCase() };
}

const ID_LENGTH = 36;

async function answerList(c: AppContext, key: WatchlistKey): Promise<Response> {
  const list = await accountOf(c).watchlist(key);
  if (list !== null) return answer(c, list);
  throw new ApiFault({ reason: "watchlist_not_found", watchlist: "id" in key ? key.id : key.name });
}

async function changeByBody(c: AppContext, key: WatchlistKey, read: FromBody): Promise<Response> {
  const body = await readJson(c.req.raw);
  return answerChange(c, read(key, body, await instrumentsOf(c.env)));
}

async function deleteList(c: AppContext, of: WatchlistKey): Promise<Response> {
  unwrap(await accountOf(c).changeWatchlist(c.var.caller.principal, { kind: "delete", of }));
  return c.body(null, 204);
}

async function answerChange(
  c: AppContext,
  change: Read<WatchlistChange> | Outcome<WatchlistChange>,
): Promise<Response> {
  return answer(c, unwrap(await accountOf(c).changeWatchlist(c.var.caller.principal, unwrap(change))));
}

async function answer(c: AppContext, list: Watchlist): Promise<Response> {
  return c.json(watchlistToWire(c.var.caller.principal.accountId, list, await instrumentsOf(c.env)));
}
