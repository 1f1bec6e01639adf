import type { Mutant } from "./mutants.ts";

/** Faults planted in the rules of risk. */
export const riskMutants: readonly Mutant[] = [
  {
    name: "risk: the owner's kill switch lets replaces through",
    file: "domain/risk/rules.ts",
    find: '  rule("kill_switch", ["controls", "flattening"], checkKillSwitch),\n',
    replace:
      '  rule("kill_switch", ["controls", "flattening", "change"], (facts) => facts.change === null ? checkKillSwitch(facts) : null),\n',
  },
  {
    name: "risk: a restart forgets the kill switch",
    file: "domain/account/settings/riskState.ts",
    find: "  if (controls !== NO_CONTROLS) saved.controls = controls;\n",
    replace: "",
  },
];
