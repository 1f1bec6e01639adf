/** An element has some hundred characters. */
const LINE_MAX = 65_536;

/** The lines of a text at an address, as they arrive; a day is larger than the memory of an object. */
export async function* linesOf(url: string): AsyncGenerator<string> {
  const answer = await fetch(url, { redirect: "manual" });
  if (!answer.ok || answer.body === null) throw new Error(`the recorded day was answered with ${answer.status}`);
  const text = answer.body.pipeThrough(new TextDecoderStream());
  let rest = "";
  for await (const chunk of text) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > LINE_MAX) throw new Error("the recorded day has a line that does not end");
    yield* lines;
  }
  if (rest !== "") yield rest;
}
