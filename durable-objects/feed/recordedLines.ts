/** The lines of a text at an address, as they arrive; a day is larger than the memory of an object. */
export async function* linesOf(url: string): AsyncGenerator<string> {
  const answer = await fetch(url, { redirect: "manual" });
  if (!answer.ok || answer.body === null) throw new Error(`the recorded day was answered with ${answer.status}`);
  const text = answer.body.pipeThrough(new TextDecoderStream());
  let rest = "";
  for await (const chunk of text) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}
