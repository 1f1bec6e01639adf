/**
 * Invisible characters that change how a text looks or compares: control characters, marks of direction and joining,
 * fillers, spaces of other widths, line and paragraph separators, lone surrogates. Two names that differ by them alone
 * look the same, and a mark of direction reverses the text after it.
 */
const HIDDEN =
  /[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u2800\ufff9-\ufffb]|[\p{Zs}--[\u0020\u3000]]/v;

const HIDDEN_NEXT = new RegExp(HIDDEN, "gv");

/** Emoji contain some of them, and are visible. To look for one costs a microsecond: only where one may begin. */
const EMOJI_HERE = /(?=\p{Emoji})\p{RGI_Emoji}/vy;

/** In these scripts joiners between letters are part of the spelling. */
const JOINING =
  "\\p{sc=Arab}\\p{sc=Deva}\\p{sc=Beng}\\p{sc=Gujr}\\p{sc=Guru}\\p{sc=Knda}\\p{sc=Mlym}\\p{sc=Orya}\\p{sc=Sinh}\\p{sc=Taml}\\p{sc=Telu}";
const JOINER_HERE = new RegExp(`(?<=[${JOINING}])[\\u200c\\u200d](?=[${JOINING}])`, "vy");

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/** True for most texts; none of these characters is invisible. */
export function isPrintableAscii(text: string): boolean {
  return PRINTABLE_ASCII.test(text);
}

/** True when a text contains invisible characters. The time is in proportion to those before the first such one. */
export function hasHiddenCharacters(text: string): boolean {
  if (isPrintableAscii(text)) return false;
  for (let from = 0; ;) {
    HIDDEN_NEXT.lastIndex = from;
    const at = HIDDEN_NEXT.exec(text)?.index;
    if (at === undefined) return false;
    const end = emojiEnd(text, from, at);
    JOINER_HERE.lastIndex = at;
    if (end === at && !JOINER_HERE.test(text)) return true;
    from = Math.max(end, at + 1);
  }
}

/**
 * Where the emoji ends that begins at `from` or later and has the invisible character at `at`; `at` without one. Its
 * first invisible character follows its first character, or the colour of the skin after it.
 */
function emojiEnd(text: string, from: number, at: number): number {
  const base = before(text, at);
  for (const start of [before(text, base), base]) {
    if (start < from || start === at) continue;
    EMOJI_HERE.lastIndex = start;
    if (EMOJI_HERE.test(text) && EMOJI_HERE.lastIndex > at) return EMOJI_HERE.lastIndex;
  }
  return at;
}

/** Where the character before `at` begins; `at` at the start. */
function before(text: string, at: number): number {
  if (at === 0) return 0;
  return at > 1 && (text.codePointAt(at - 2) ?? 0) > 0xffff ? at - 2 : at - 1;
}

/** Removes invisible characters from text that an earlier release accepted, or that has another source. */
export function withoutHiddenCharacters(text: string): string {
  return hasHiddenCharacters(text) ? text.replace(new RegExp(HIDDEN, "gv"), "") : text;
}
