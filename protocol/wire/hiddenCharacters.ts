/**
 * Characters that nobody sees but that change how a text looks or compares: control characters, marks of direction and
 * joining, fillers, spaces of other widths, line and paragraph separators, broken halves. Two names that differ by them
 * alone look the same, and a mark of direction turns around what is written after it.
 */
const HIDDEN =
  /[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u2800\ufff9-\ufffb]|[\p{Zs}--[\u0020\u3000]]/v;

/** Emoji are made of some of them, and are seen. */
const EMOJI = /\p{RGI_Emoji}/gv;

/** Where letters join, or do not, is spelling in these scripts. */
const JOINING =
  "\\p{sc=Arab}\\p{sc=Deva}\\p{sc=Beng}\\p{sc=Gujr}\\p{sc=Guru}\\p{sc=Knda}\\p{sc=Mlym}\\p{sc=Orya}\\p{sc=Sinh}\\p{sc=Taml}\\p{sc=Telu}";
const JOINERS = new RegExp(`(?<=[${JOINING}])[\\u200c\\u200d](?=[${JOINING}])`, "gv");

/** True when there is something in a text that nobody sees. */
export function hasHiddenCharacters(text: string): boolean {
  return HIDDEN.test(text.replace(EMOJI, "").replace(JOINERS, ""));
}

/** A text without what nobody sees in it: for what was taken by an earlier release, or comes from elsewhere. */
export function withoutHiddenCharacters(text: string): string {
  return hasHiddenCharacters(text) ? text.replace(new RegExp(HIDDEN, "gv"), "") : text;
}
