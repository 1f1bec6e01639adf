import { expect, test } from "vitest";
import { ConnectionLimiter } from "./connectionLimiter.ts";
import { ACCOUNT_SOCKETS_MAX, NETWORK_SOCKETS_MAX, UNAUTHENTICATED_SOCKETS_MAX } from "./limits.ts";

const connections = (count: number): object[] => Array.from({ length: count }, () => ({}));

test("RL-6: a network has a limit of sockets, and a lower one of unauthenticated sockets", () => {
  const limiter = new ConnectionLimiter();
  const all = connections(NETWORK_SOCKETS_MAX);
  for (const [i, connection] of all.entries()) {
    expect(limiter.isNetworkAllowed("home"), `socket ${i + 1}`).toBe(true);
    limiter.update(connection, { network: "home", accountId: null });
    limiter.update(connection, { network: "home", accountId: `account-${i}` });
  }
  expect(limiter.isNetworkAllowed("home")).toBe(false);
  expect(limiter.isNetworkAllowed("elsewhere")).toBe(true);
  for (const connection of all.slice(0, 40)) limiter.remove(connection);
  for (const connection of connections(UNAUTHENTICATED_SOCKETS_MAX)) {
    expect(limiter.isNetworkAllowed("home")).toBe(true);
    limiter.update(connection, { network: "home", accountId: null });
  }
  expect(limiter.isNetworkAllowed("home")).toBe(false);
});

test("RL-6: sockets that closed unnoticed are removed by comparison with those that are open", () => {
  const limiter = new ConnectionLimiter();
  const [here, gone] = [{}, {}];
  for (const connection of [here, gone]) limiter.update(connection, { network: "home", accountId: null });
  limiter.retain(new Set([here]));
  expect(limiter.size).toBe(1);
  limiter.remove(gone);
  expect(limiter.size).toBe(1);
});

test("RL-6: an account has a limit of sockets over all networks; a closed socket is subtracted once", () => {
  const limiter = new ConnectionLimiter();
  const all = connections(ACCOUNT_SOCKETS_MAX);
  for (const [i, connection] of all.entries()) {
    expect(limiter.isAccountAllowed("a")).toBe(true);
    limiter.update(connection, { network: `network-${i}`, accountId: "a" });
    limiter.update(connection, { network: `network-${i}`, accountId: "a" });
  }
  expect(limiter.isAccountAllowed("a")).toBe(false);
  expect(limiter.isAccountAllowed("b")).toBe(true);
  const [first = {}, second = {}] = all;
  for (const connection of [first, first, {}]) limiter.remove(connection);
  limiter.update(second, { network: "network-1", accountId: "a" });
  expect(limiter.isAccountAllowed("a")).toBe(true);
  limiter.update(first, { network: "network-0", accountId: "a" });
  expect(limiter.isAccountAllowed("a")).toBe(false);
});

test("RL-6: sockets of unknown networks are not counted as one network", () => {
  const limiter = new ConnectionLimiter();
  for (const connection of connections(500)) limiter.update(connection, { network: "", accountId: null });
  expect(limiter.isNetworkAllowed("")).toBe(true);
});
