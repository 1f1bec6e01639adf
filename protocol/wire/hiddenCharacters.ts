/**
 * Invisible characters that change how a text looks or compares: control characters, marks of direction and joining,
 * fillers, spaces of other widths, line and paragraph separators, lone surrogates. Two names that differ by them alone
 * look the same, and a mark of direction reverses the text after it.
 */
const HIDDEN =
  /[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u2800\ufff9-\ufffb]|[\p{Zs}--[\u0020\u3000]]/v;

/** Emoji contain some of them, and are visible. */
const EMOJI = /\p{RGI_Emoji}/gv;

/** In these scripts joiners between letters are part of the spelling. */
const JOINING =
  "\\p{sc=Arab}\\p{sc=Deva}\\p{sc=Beng}\\p{sc=Gujr}\\p{sc=Guru}\\p{sc=Knda}\\p{sc=Mlym}\\p{sc=Orya}\\p{sc=Sinh}\\p{sc=Taml}\\p{sc=Telu}";
const JOINERS = new RegExp(`(?<=[${JOINING}])[\\u200c\\u200d](?=[${JOINING}])`, "gv");

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/** True for most texts; none of these characters is invisible. */
export function isPrintableAscii(text: string): boolean {
  return PRINTABLE_ASCII.test(text);
}

/** True when a text contains invisible characters. */
export function hasHiddenCharacters(text: string): boolean {
  if (isPrintableAscii(text)) return false;
  return HIDDEN.test(text.replace(EMOJI, "").replace(JOINERS, ""));
}

/** Removes invisible characters from text that an earlier release accepted, or that has another source. */
export function withoutHiddenCharacters(text: string): string {
  return hasHiddenCharacters(text) ? text.replace(new RegExp(HIDDEN, "gv"), "") : text;
}
