/** A report on paper: headings, facts and tables of text. pdf.ts draws it. */

export interface Column {
  readonly name: string;
  /** Its part of the width; columns share it in proportion. */
  readonly width: number;
  /** Amounts are aligned to the right. */
  readonly amount?: true;
}

export interface Section {
  readonly heading: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  /** What stands below the table. */
  readonly notes: readonly string[];
}

export interface Report {
  readonly title: string;
  /** Lines below the title: account, period. */
  readonly facts: readonly string[];
  readonly sections: readonly Section[];
  /** On every page. */
  readonly footer: string;
}
