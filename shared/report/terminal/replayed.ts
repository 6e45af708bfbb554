import { EMPTY, type Line, line, type Tone } from './text.ts';
import { count } from './words.ts';

/** What came of one event. */
export interface ReplayedEvent {
  readonly source: string;
  readonly about: string;
  readonly result: 'dropped' | 'nothing' | 'changes' | 'failed';
  readonly problem?: string;
  readonly changes: readonly unknown[];
}

const TONES: Readonly<Record<ReplayedEvent['result'], Tone>> = {
  dropped: 'bad',
  nothing: 'dim',
  changes: 'good',
  failed: 'bad',
};

const wordsOf = ({ result, problem, changes }: ReplayedEvent): string => {
  switch (result) {
    case 'dropped':
      return `dropped: ${problem ?? ''}`;
    case 'failed':
      return `failed: ${problem ?? ''}`;
    case 'nothing':
      return 'nothing to do';
    case 'changes':
      return count(changes.length, 'change');
  }
};

/** What came of each event, in the order of the files. */
export const replayedLines = (events: readonly ReplayedEvent[]): readonly Line[] => {
  if (events.length === 0) return [line('The files hold no event.')];
  return [
    line(`${count(events.length, 'event')}:`, 'strong'),
    ...events.map((event) => ({
      spans: [
        { text: `${event.source}  `, tone: 'dim' as const },
        { text: event.about && `${event.about}: ` },
        { text: wordsOf(event), tone: TONES[event.result] },
      ],
      indent: 2,
      hang: 6,
    })),
    EMPTY,
  ];
};
