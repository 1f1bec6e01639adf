import * as z from "zod";
import { uuid } from "../../../../protocol/wire/primitives.ts";
import {
  addToWatchlistRequest,
  createWatchlistRequest,
  updateWatchlistRequest,
  watchlistNameQuery,
  wireWatchlist,
  wireWatchlistHead,
} from "../../../../protocol/wire/watchlists.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

const path = { id: uuid };
const query = watchlistNameQuery;
const found = { responses: { 200: wireWatchlist }, errorStatuses: [404] } as const;
const gone = { responses: { 204: null }, errorStatuses: [404] } as const;

const ADDING = "A symbol that is in the list already stays where it is.";

export const description: Descriptions<typeof ACCESS> = {
  "GET /v2/watchlists": {
    id: "listWatchlists",
    summary: "List watchlists",
    description: "In the order of creation, without their assets.",
    responses: { 200: z.array(wireWatchlistHead) },
    example: {},
  },
  "POST /v2/watchlists": {
    id: "createWatchlist",
    summary: "Create a watchlist",
    description:
      "An account has at most 200, each with a name of its own and at most 500 symbols. Changes are sent to sockets that listen to " +
      "`watchlist_updates` on `/stream`.",
    requestBody: createWatchlistRequest,
    responses: { 200: wireWatchlist },
    example: { body: { name: "Tech", symbols: ["AAPL", "MSFT"] } },
  },
  "GET /v2/watchlists:by_name": { id: "getWatchlistByName", summary: "Get a watchlist by name", query, ...found },
  "PUT /v2/watchlists:by_name": {
    id: "updateWatchlistByName",
    summary: "Update a watchlist by name",
    query,
    requestBody: updateWatchlistRequest,
    ...found,
  },
  "POST /v2/watchlists:by_name": {
    id: "addToWatchlistByName",
    summary: "Add a symbol to a watchlist by name",
    description: ADDING,
    query,
    requestBody: addToWatchlistRequest,
    ...found,
  },
  "DELETE /v2/watchlists:by_name": {
    id: "deleteWatchlistByName",
    summary: "Delete a watchlist by name",
    query,
    ...gone,
  },
  "GET /v2/watchlists/:id": { id: "getWatchlist", summary: "One watchlist", path, ...found },
  "PUT /v2/watchlists/:id": {
    id: "updateWatchlist",
    summary: "Update a watchlist",
    description: "Sets the name, the symbols in their order, or both.",
    path,
    requestBody: updateWatchlistRequest,
    ...found,
  },
  "PATCH /v2/watchlists/:id": {
    id: "patchWatchlist",
    summary: "Update a watchlist",
    description: "The same as PUT.",
    path,
    requestBody: updateWatchlistRequest,
    ...found,
  },
  "POST /v2/watchlists/:id": {
    id: "addToWatchlist",
    summary: "Add a symbol to a watchlist",
    description: ADDING,
    path,
    requestBody: addToWatchlistRequest,
    ...found,
  },
  "DELETE /v2/watchlists/:id": { id: "deleteWatchlist", summary: "Delete a watchlist", path, ...gone },
  "DELETE /v2/watchlists/:id/:symbol": {
    id: "removeFromWatchlist",
    summary: "Remove a symbol from a watchlist",
    path,
    ...found,
  },
};
