/** Draws a report as PDF, on pages of U.S. letter. The library is loaded with the first report. */
import type { PDFDocument, PDFFont, PDFPage } from "@cantoo/pdf-lib";
import type { Column, Report, Section } from "./report.ts";

const [WIDTH, HEIGHT, MARGIN] = [612, 792, 42];
const SIZE = 8;
const LINE = 12;
const GAP = 4;
const FOOTER = 24;

interface Fonts {
  readonly text: PDFFont;
  readonly bold: PDFFont;
}

/** The bytes of the report. */
export async function pdfOf(report: Report): Promise<Uint8Array> {
  const { PDFDocument: Document, StandardFonts, rgb } = await import("@cantoo/pdf-lib");
  const document = await Document.create();
  document.setTitle(report.title);
  const fonts = {
    text: await document.embedFont(StandardFonts.Helvetica),
    bold: await document.embedFont(StandardFonts.HelveticaBold),
  };
  const grey = rgb(0.45, 0.45, 0.45);
  const sheet = new Sheet(document, fonts, (page, y) => {
    const ends = { start: { x: MARGIN, y }, end: { x: WIDTH - MARGIN, y } };
    page.drawLine({ ...ends, thickness: 0.5, color: grey });
  });
  sheet.line([{ text: report.title, x: MARGIN, font: fonts.bold, size: 16 }], 22);
  for (const fact of report.facts) sheet.line([{ text: fact, x: MARGIN, font: fonts.text, size: 9 }], LINE + 1);
  for (const section of report.sections) sheet.section(section);
  const pages = document.getPages();
  for (const [nth, page] of pages.entries()) {
    const text = drawable(fonts.text, `${report.footer}   Page ${nth + 1} of ${pages.length}`);
    page.drawText(text, { x: MARGIN, y: FOOTER, size: 7, font: fonts.text, color: grey });
  }
  return document.save();
}

interface Piece {
  readonly text: string;
  readonly x: number;
  readonly font: PDFFont;
  readonly size: number;
}

/** The page that is being drawn, from the top down. */
class Sheet {
  readonly #document: PDFDocument;
  readonly #fonts: Fonts;
  readonly #rule: (page: PDFPage, y: number) => void;
  #page: PDFPage;
  #y = HEIGHT - MARGIN;

  constructor(document: PDFDocument, fonts: Fonts, rule: (page: PDFPage, y: number) => void) {
    this.#document = document;
    this.#fonts = fonts;
    this.#rule = rule;
    this.#page = document.addPage([WIDTH, HEIGHT]);
  }

  /** Draws pieces on one line; a new page begins when there is no room. */
  line(pieces: readonly Piece[], height: number): void {
    this.#y -= height;
    if (this.#y < MARGIN + FOOTER / 2) this.#turn(height);
    for (const { text, x, font, size } of pieces) this.#page.drawText(text, { x, y: this.#y, font, size });
  }

  section({ heading, columns, rows, notes }: Section): void {
    const { bold, text } = this.#fonts;
    // A heading stays with the first rows of its table.
    if (this.#y < MARGIN + FOOTER + 5 * LINE) this.#turn(0);
    this.#y -= LINE / 2;
    this.line([{ text: drawable(bold, heading), x: MARGIN, font: bold, size: 11 }], LINE + 6);
    const places = placesOf(columns);
    const head = () => {
      this.line(
        this.#cells(
          columns.map(({ name }) => name),
          columns,
          places,
          bold,
        ),
        LINE + 2,
      );
      this.#rule(this.#page, this.#y - 3);
      this.#y -= 3;
    };
    if (rows.length > 0) head();
    for (const row of rows) {
      if (this.#y - LINE < MARGIN + FOOTER / 2) {
        this.#turn(0);
        head();
      }
      this.line(this.#cells(row, columns, places, text), LINE);
    }
    for (const note of notes) this.line([{ text: drawable(text, note), x: MARGIN, font: text, size: SIZE }], LINE + 2);
  }

  #cells(row: readonly string[], columns: readonly Column[], places: readonly number[], font: PDFFont): Piece[] {
    return columns.map((column, nth) => {
      const [from = MARGIN, to = WIDTH - MARGIN] = [places[nth], places[nth + 1]];
      const room = to - from - GAP;
      const text = fitted(font, row[nth] ?? "", room);
      const x = column.amount === true ? to - GAP - font.widthOfTextAtSize(text, SIZE) : from;
      return { text, x, font, size: SIZE };
    });
  }

  #turn(height: number): void {
    this.#page = this.#document.addPage([WIDTH, HEIGHT]);
    this.#y = HEIGHT - MARGIN - height;
  }
}

/** Where each column begins, and the end of the last one. */
function placesOf(columns: readonly Column[]): number[] {
  const total = columns.reduce((sum, { width }) => sum + width, 0);
  const places = [MARGIN];
  for (const { width } of columns) places.push((places.at(-1) ?? 0) + (width / total) * (WIDTH - 2 * MARGIN));
  return places;
}

/** The text, with its end left out when it has no room. */
function fitted(font: PDFFont, given: string, room: number): string {
  const text = drawable(font, given);
  if (font.widthOfTextAtSize(text, SIZE) <= room) return text;
  // Measuring a text costs more than all else here, so its length is found by halves.
  let [fits, tooLong] = [1, text.length];
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >>> 1;
    if (font.widthOfTextAtSize(`${text.slice(0, middle)}...`, SIZE) <= room) fits = middle;
    else tooLong = middle;
  }
  return `${text.slice(0, fits)}...`;
}

/** The code points that a font can draw. */
const lettersOf = new WeakMap<PDFFont, ReadonlySet<number>>();

/** Letters that the font does not have become question marks: references of deposits are any text. */
function drawable(font: PDFFont, text: string): string {
  let known = lettersOf.get(font);
  if (known === undefined) lettersOf.set(font, (known = new Set(font.getCharacterSet())));
  const has = known;
  return Array.from(text, (letter) => (has.has(letter.codePointAt(0) ?? 0) ? letter : "?")).join("");
}
