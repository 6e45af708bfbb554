import picocolors from 'picocolors';
import { printable } from '../../core/text.ts';

export type Tone = 'strong' | 'dim' | 'good' | 'bad' | 'warn';

/** Joins two words that no line break may part. */
export const NO_BREAK = '\u00a0';

/** A piece of a line; outside text needs no care, `paint` makes it printable. */
export interface Span {
  readonly text: string;
  readonly tone?: Tone;
}

/** A line, or a paragraph that is broken into several at blanks. */
export interface Line {
  readonly spans: readonly Span[];
  /** Columns before the first line, and before those that follow. */
  readonly indent?: number;
  readonly hang?: number;
}

/** How a terminal shows text. */
export interface Look {
  readonly colour: boolean;
  /** Columns. */
  readonly width: number;
}

/** A line of one text. */
export const line = (text: string, tone?: Tone, indent = 0): Line => ({
  spans: [{ text, ...(tone !== undefined && { tone }) }],
  indent,
  hang: indent,
});

export const EMPTY: Line = { spans: [] };

const tones = (colour: boolean): Readonly<Record<Tone, (text: string) => string>> => {
  const colours = picocolors.createColors(colour);
  return {
    strong: colours.bold,
    dim: colours.dim,
    good: colours.green,
    bad: colours.red,
    warn: colours.yellow,
  };
};

interface Word {
  readonly text: string;
  readonly tone: Tone | undefined;
  /** How many blanks stand before it, where it does not begin a line. */
  readonly gap: number;
}

const wordsOf = (spans: readonly Span[]): readonly Word[] => {
  const words: Word[] = [];
  let gap = 0;
  for (const { text, tone } of spans) {
    for (const part of printable(text).split(/( +)/)) {
      if (part === '') continue;
      if (part.startsWith(' ')) gap += part.length;
      else {
        words.push({ text: part.replaceAll(NO_BREAK, ' '), tone, gap });
        gap = 0;
      }
    }
  }
  return words;
};

/**
 * Lines as text for a terminal: outside text made printable, broken at blanks to the width, coloured where wanted. A
 * word that is longer than a line (an ARN) is left whole, so that it can be copied. Ends with a line break.
 */
export const paint = (lines: readonly Line[], { colour, width }: Look): string => {
  const tone = tones(colour);
  const painted = lines.map(({ spans, indent = 0, hang = indent }) => {
    let text = ' '.repeat(indent);
    let column = indent;
    let begun = false;
    /** Words of one tone, coloured together. */
    let run: { text: string; readonly tone: Tone | undefined } | undefined;
    const end = (): void => {
      if (run !== undefined) text += run.tone === undefined ? run.text : tone[run.tone](run.text);
      run = undefined;
    };
    for (const word of wordsOf(spans)) {
      if (begun && column + word.gap + word.text.length > width) {
        end();
        text += `\n${' '.repeat(hang)}`;
        column = hang;
      } else if (run !== undefined && run.tone === word.tone) {
        run.text += ' '.repeat(word.gap);
        column += word.gap;
      } else {
        end();
        text += ' '.repeat(word.gap);
        column += word.gap;
      }
      if (run === undefined) run = { text: word.text, tone: word.tone };
      else run.text += word.text;
      column += word.text.length;
      begun = true;
    }
    end();
    return begun ? `${text}\n` : '\n';
  });
  return painted.join('');
};
