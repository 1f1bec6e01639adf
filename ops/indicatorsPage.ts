/** The page of indicators, generated from their catalogue. */
import { defaultsOf, INDICATORS } from "../domain/indicators/catalogue.ts";
import type { Definition } from "../domain/indicators/definition.ts";
import { bullet, paragraph, table } from "./markdown.ts";

const code = (word: string): string => `\`${word}\``;

/** The whole page, as Markdown. */
export function indicatorsPage(): string {
  const parts = [
    "# Indicators",
    paragraph(
      "`npm run docs:indicators` makes this page from the catalogue in `domain/indicators/`, by which requests are read, " +
        "too. `GET /v1/indicators` returns it as JSON.",
    ),
    paragraph(
      "`GET /v1/indicators/{name}` computes an indicator over the bars of a symbol, of any timeframe that bars have. With " +
        "`start` it returns the values from then on, oldest first and in pages of `limit` (100 when left out, at most " +
        "1,000); without, the newest ones. `t` is the beginning of the bar. The newest bar may still be open: its values " +
        "change until it ends.",
    ),
    "## Warm-up",
    paragraph(
      "An output is null until there are enough bars. Averages with memory (exponential ones and Wilder's) also depend on " +
        "where the calculation began, for as many bars as `settled` says; then their first value has less than a millionth " +
        "of the weight. So each request reads `settled` − 1 bars before its first value. Its `warm_up.read` says how many " +
        "there were, and `complete` whether they were enough. Pages agree to about five digits, and values of windows " +
        "exactly. A request reads at most 5,000 bars before its first value, and counts towards the limits as one for each " +
        "1,000 bars that it may need: `limit` and `settled` − 1.",
    ),
    "## All of them",
    "With the default parameters; `first` is the first bar with all outputs, `settled` as above.",
    table(["name", "outputs", "first", "settled"], INDICATORS.map(row)),
    ...INDICATORS.map(section),
  ];
  return `${parts.join("\n\n")}\n`;
}

function row(definition: Definition): string[] {
  const defaults = defaultsOf(definition);
  const outputs = Object.keys(definition.outputs).map(code).join(", ");
  const settled = { bars: String(definition.settled(defaults)), session: "with its session", start: "never" };
  return [code(definition.name), outputs, String(definition.warmUp(defaults)), settled[definition.countedFrom]];
}

function section({ name, title, meaning, parameters, outputs }: Definition): string {
  const ofParameters = Object.entries(parameters).map(([parameter, each]) =>
    bullet(`${code(parameter)}: ${each.meaning}; ${each.min} to ${each.max}, ${each.default} when left out`),
  );
  const named = Object.entries(outputs).map(([output, text]) => `${code(output)}: ${text}`);
  const ofOutputs = paragraph(`Outputs: ${named.join("; ")}.`);
  return [`### ${title} (${code(name)})`, paragraph(meaning), ofParameters.join("\n"), ofOutputs]
    .filter((part) => part !== "")
    .join("\n\n");
}
