import { expect, test } from "vitest";
import { ConnectionLimiter } from "./connectionLimiter.ts";
import { ACCOUNT_SOCKETS_MAX, NETWORK_SOCKETS_MAX, UNAUTHENTICATED_SOCKETS_MAX } from "./limits.ts";

const connections = (count: number): object[] => Array.from({ length: count }, () => ({}));

test("RL-6: a network has so many sockets, and fewer that have not said who they are", () => {
  const crowd = new ConnectionLimiter();
  const all = connections(NETWORK_SOCKETS_MAX);
  for (const [i, connection] of all.entries()) {
    expect(crowd.isNetworkAllowed("home"), `socket ${i + 1}`).toBe(true);
    crowd.update(connection, { network: "home", accountId: null });
    crowd.update(connection, { network: "home", accountId: `account-${i}` });
  }
  expect(crowd.isNetworkAllowed("home")).toBe(false);
  expect(crowd.isNetworkAllowed("elsewhere")).toBe(true);
  for (const connection of all.slice(0, 40)) crowd.remove(connection);
  for (const connection of connections(UNAUTHENTICATED_SOCKETS_MAX)) {
    expect(crowd.isNetworkAllowed("home")).toBe(true);
    crowd.update(connection, { network: "home", accountId: null });
  }
  expect(crowd.isNetworkAllowed("home")).toBe(false);
});

test("RL-6: who has gone without a word is found out by who is still there", () => {
  const crowd = new ConnectionLimiter();
  const [here, gone] = [{}, {}];
  for (const connection of [here, gone]) crowd.update(connection, { network: "home", accountId: null });
  crowd.retain(new Set([here]));
  expect(crowd.size).toBe(1);
  crowd.remove(gone);
  expect(crowd.size).toBe(1);
});

test("RL-6: an account has so many sockets, wherever they come from; who has left is not counted, and only once", () => {
  const crowd = new ConnectionLimiter();
  const all = connections(ACCOUNT_SOCKETS_MAX);
  for (const [i, connection] of all.entries()) {
    expect(crowd.isAccountAllowed("a")).toBe(true);
    crowd.update(connection, { network: `network-${i}`, accountId: "a" });
    crowd.update(connection, { network: `network-${i}`, accountId: "a" });
  }
  expect(crowd.isAccountAllowed("a")).toBe(false);
  expect(crowd.isAccountAllowed("b")).toBe(true);
  const [first = {}, second = {}] = all;
  for (const connection of [first, first, {}]) crowd.remove(connection);
  crowd.update(second, { network: "network-1", accountId: "a" });
  expect(crowd.isAccountAllowed("a")).toBe(true);
  crowd.update(first, { network: "network-0", accountId: "a" });
  expect(crowd.isAccountAllowed("a")).toBe(false);
});

test("RL-6: sockets of which nobody knows where they came from are not counted together", () => {
  const crowd = new ConnectionLimiter();
  for (const connection of connections(500)) crowd.update(connection, { network: "", accountId: null });
  expect(crowd.isNetworkAllowed("")).toBe(true);
});
