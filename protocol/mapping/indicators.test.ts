import { expect, test } from "vitest";
import { INDICATORS } from "../../domain/indicators/catalogue.ts";
import { wireIndicator } from "../wire/indicators.ts";
import { indicatorToWire } from "./indicators.ts";

test("MD-84: every entry of the catalogue has its parameters with bounds, and its outputs", () => {
  for (const definition of INDICATORS) {
    const wire = indicatorToWire(definition);
    expect(wireIndicator.parse(wire)).toEqual(wire);
    expect(wire.parameters.map(({ name }) => name)).toEqual(Object.keys(definition.parameters));
    expect(wire.outputs).not.toEqual([]);
    for (const { minimum, maximum, default: value } of wire.parameters) {
      expect([minimum <= value, value <= maximum]).toEqual([true, true]);
    }
  }
});
