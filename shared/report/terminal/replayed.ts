import { EMPTY, type Line, line, type Tone } from './text.ts';
import { count } from './words.ts';

/** What came of one event. */
export interface ReplayedEvent {
  readonly source: string;
  readonly about: string;
  readonly result: 'dropped' | 'nothing' | 'changes' | 'failed' | 'sent-back';
  readonly problem?: string;
  readonly changes: readonly unknown[];
}

const TONES: Readonly<Record<ReplayedEvent['result'], Tone>> = {
  dropped: 'bad',
  nothing: 'dim',
  changes: 'good',
  failed: 'bad',
  'sent-back': 'good',
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
    case 'sent-back':
      return 'back to the function’s queue';
  }
};

const eventLine = (event: ReplayedEvent): Line => ({
  spans: [
    { text: `${event.source}  `, tone: 'dim' },
    { text: event.about && `${event.about}: ` },
    { text: wordsOf(event), tone: TONES[event.result] },
  ],
  indent: 2,
  hang: 6,
});

/** What came of each event, in the order of the files. */
export const replayedLines = (events: readonly ReplayedEvent[]): readonly Line[] => {
  if (events.length === 0) return [line('The files hold no event.')];
  return [line(`${count(events.length, 'event')}:`, 'strong'), ...events.map(eventLine), EMPTY];
};

/** What came of one message of a failure queue. */
export interface ReplayedFailure extends ReplayedEvent {
  readonly from: 'function' | 'invocation' | 'rule' | 'redrive';
  readonly cause?: string;
  readonly stays: boolean;
}

const CAUSES: Readonly<Record<ReplayedFailure['from'], string>> = {
  function: 'The function parked it: ',
  invocation: 'An invocation failed: ',
  rule: 'EventBridge could not deliver it: ',
  redrive:
    'No cause: SQS moved it here by itself, after its last receive. The function ended before it could say why; see its log.',
};

/**
 * What came of each message of a failure queue, with what had put it there.
 * @param made Whether it was done, or only shown.
 */
export const failureLines = (queue: string, events: readonly ReplayedFailure[], made: boolean): readonly Line[] => {
  if (events.length === 0) return [line(`${queue} holds no message.`)];
  const staying = events.filter(({ stays }) => stays).length;
  const summary =
    staying === 0
      ? `${count(events.length, 'message was', 'messages were')} handled and removed from the queue.`
      : `${events.length - staying} of ${count(events.length, 'message')} handled and removed; ${staying} stay${staying === 1 ? 's' : ''} in the queue.`;
  return [
    line(`${count(events.length, 'message')} of ${queue}:`, 'strong'),
    ...events.flatMap((event): readonly Line[] => [
      eventLine(event),
      { spans: [{ text: CAUSES[event.from] + (event.cause ?? ''), tone: 'dim' }], indent: 6, hang: 6 },
    ]),
    ...(made ? [line(summary)] : []),
    EMPTY,
  ];
};
