import { expect, test } from "vitest";
import { defaultsOf, INDICATORS } from "../../domain/indicators/catalogue.ts";
import { valuesOfBars } from "../../domain/indicators/indicator.ts";
import { NAMES, named, randomBars, sessionOf, shortParameters } from "./bars.ts";

test.each(NAMES)("MD-82: %s has all outputs from its stated warm-up on, and not all before", (name) => {
  const definition = named(name);
  for (const parameters of [defaultsOf(definition), shortParameters(definition)]) {
    const values = valuesOfBars(definition, parameters, randomBars(200, 5), sessionOf);
    expect(values.findIndex((each) => each.every((value) => value !== null)) + 1).toBe(definition.warmUp(parameters));
  }
});

test.each(NAMES)("MD-82: %s no longer depends on where it began once it has settled", (name) => {
  const definition = named(name);
  const parameters = defaultsOf(definition);
  if (definition.countedFrom !== "bars") return;
  const bars = randomBars(4_000, 17);
  const settled = definition.settled(parameters);
  const whole = valuesOfBars(definition, parameters, bars, sessionOf);
  for (const from of [500, 1_234, 2_000]) {
    const part = valuesOfBars(definition, parameters, bars.slice(from), sessionOf);
    for (let row = settled; row < settled + 300; row++) {
      const expected = whole[from + row]?.map((value) => expect.closeTo(value ?? NaN, 3));
      expect(part[row]).toEqual(expected);
    }
  }
});

test("MD-82: no indicator needs more bars than a request reads, whatever its parameters", () => {
  for (const { name, parameters, settled, warmUp } of INDICATORS) {
    const largest = Object.fromEntries(Object.entries(parameters).map(([each, { max }]) => [each, max]));
    expect([name, settled(largest) <= 5_000, warmUp(largest) <= settled(largest)]).toEqual([name, true, true]);
  }
});
