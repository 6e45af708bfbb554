import type { HistoryEntry } from '../../core/history/join.ts';
import { targetGroupNameOf, taskIdOf } from '../../core/task/arn.ts';
import { EMPTY, type Line, line } from './text.ts';
import { targetText } from './words.ts';

/** Older ones are only counted on a terminal. */
const TOLD = 200;
const HANG = 22;

const idsOf = ({ requestId, eventId, invocationId }: HistoryEntry): string =>
  [requestId && `request ${requestId}`, eventId && `event ${eventId}`, invocationId && `invocation ${invocationId}`]
    .filter(Boolean)
    .join(', ');

const placeOf = ({ target: { id, port } }: HistoryEntry): string =>
  port === undefined ? `${id} (the group’s port)` : targetText({ id, port });

const whoOf = ({ who, byTaskwire }: HistoryEntry): string =>
  byTaskwire ? `Taskwire${who === undefined ? '' : ` (${who.words})`}` : (who?.words ?? 'unknown');

const entryLines = (entry: HistoryEntry, withGroup: boolean): readonly Line[] => {
  const { atMs, action, targetGroup, task, reason, note } = entry;
  const ids = idsOf(entry);
  return [
    {
      spans: [
        { text: `${new Date(atMs).toISOString().replace(/\.\d{3}Z$/, 'Z')}  `, tone: 'dim' },
        { text: `${action.padEnd(10)}  `, tone: action === 'register' ? 'good' : 'bad' },
        { text: placeOf(entry), tone: 'strong' },
        ...(withGroup ? [{ text: `  ${targetGroupNameOf(targetGroup)}` }] : []),
      ],
      hang: HANG,
    },
    {
      spans: [
        { text: `by ${whoOf(entry)}${reason === undefined ? '' : `: ${reason}`}` },
        ...(task === undefined || reason?.includes(taskIdOf(task)) ? [] : [{ text: ` (task ${taskIdOf(task)})` }]),
      ],
      indent: HANG,
      hang: HANG,
    },
    ...(note === undefined ? [] : [line(note, 'warn', HANG)]),
    ...(ids === '' ? [] : [line(ids, 'dim', HANG)]),
  ];
};

/** What happened, oldest first: time, what, target, who, why, and ids to look it up by. */
export const historyLines = (
  title: string,
  entries: readonly HistoryEntry[],
  { withGroup, notes }: { readonly withGroup: boolean; readonly notes: readonly string[] },
): readonly Line[] => {
  const told = entries.slice(-TOLD);
  const older = entries.length - told.length;
  return [
    { spans: [{ text: title, tone: 'strong' }], hang: 2 },
    EMPTY,
    ...(older > 0 ? [line(`${older} older ones are left out here; --json tells all.`, 'dim'), EMPTY] : []),
    ...told.flatMap((entry) => entryLines(entry, withGroup)),
    ...(told.length === 0 ? [line('Nothing was recorded.')] : []),
    EMPTY,
    ...notes.map((note) => ({ spans: [{ text: note, tone: 'warn' as const }], hang: 2 })),
    ...(notes.length > 0 ? [EMPTY] : []),
  ];
};
