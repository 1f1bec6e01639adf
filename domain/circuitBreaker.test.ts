import { expect, test } from "vitest";
import { CircuitBreaker, CIRCUIT_FAILURES, CIRCUIT_TRY_MS, CircuitBreakers } from "./circuitBreaker.ts";

function opened(at: number): CircuitBreaker {
  const circuit = new CircuitBreaker();
  for (let call = 0; call < CIRCUIT_FAILURES; call++) {
    expect(circuit.enter(at)).toBe(0);
    circuit.failed(at);
  }
  return circuit;
}

test("GW-20: five consecutive failures open the circuit; a success resets the count", () => {
  const circuit = new CircuitBreaker();
  for (let call = 0; call < CIRCUIT_FAILURES - 1; call++) circuit.failed(0);
  circuit.succeeded();
  for (let call = 0; call < CIRCUIT_FAILURES - 1; call++) circuit.failed(0);
  expect(circuit.enter(0)).toBe(0);
  circuit.failed(0);
  expect(circuit.enter(0)).toBe(1_000);
  expect(circuit.enter(999)).toBe(1);
});

test("GW-20: after the wait one trial call is made, and other calls wait for its result", () => {
  const circuit = opened(0);
  expect(circuit.enter(1_000)).toBe(0);
  expect(circuit.enter(1_000)).toBe(CIRCUIT_TRY_MS);
  circuit.succeeded();
  expect([circuit.enter(1_001), circuit.enter(1_001)]).toEqual([0, 0]);
});

test("GW-20: a failed trial doubles the wait, to at most a minute; a success resets it", () => {
  const circuit = opened(0);
  let now = 0;
  for (const wait of [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]) {
    expect(circuit.enter(now)).toBe(wait);
    now += wait;
    expect(circuit.enter(now)).toBe(0);
    circuit.failed(now);
  }
  now += 60_000;
  expect(circuit.enter(now)).toBe(0);
  circuit.succeeded();
  for (let call = 0; call < CIRCUIT_FAILURES; call++) circuit.failed(now);
  expect(circuit.enter(now)).toBe(1_000);
});

test("GW-20: a trial without a result is repeated, and a late failure of an earlier call does not lengthen the wait", () => {
  const circuit = opened(0);
  circuit.failed(500);
  expect(circuit.enter(1_000)).toBe(0);
  expect(circuit.enter(1_000 + CIRCUIT_TRY_MS - 1)).toBe(1);
  expect(circuit.enter(1_000 + CIRCUIT_TRY_MS)).toBe(0);
});

test("GW-20: each service has its own circuit breaker, and the least recently used are evicted", () => {
  const circuits = new CircuitBreakers(2);
  const a = circuits.of("a");
  const b = circuits.of("b");
  expect(circuits.of("a")).toBe(a);
  circuits.of("c");
  expect(circuits.of("a")).toBe(a);
  expect(circuits.of("b")).not.toBe(b);
});
