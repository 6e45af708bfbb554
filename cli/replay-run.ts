import { type RegisterTargetsDeps, registerTargets } from '../shared/app/register-targets.ts';
import type { IsShown } from '../shared/app/settle-group.ts';
import { createTold } from '../shared/app/told.ts';
import { renderLaterWork } from '../shared/contracts/later-work.ts';
import type { Change, HeldChange, Mode } from '../shared/core/outcome.ts';
import type { Report } from '../shared/report/report.ts';
import { createRecordingQueue, type Replayed, type SourcedMessage, whatCameOf } from './replayed.ts';
import type { VerbTools } from './verb-tools.ts';

/** What is replayed: what was understood, and what was not. */
export interface Read {
  readonly messages: readonly SourcedMessage[];
  readonly dropped: readonly Replayed[];
}

/** The report of a replay: an Outcome, and what came of each event. */
export interface ReplayReport extends Report {
  readonly events: readonly Replayed[];
}

/** Ids of messages are told apart across files, since what failed is told by id. */
const numbered = (messages: readonly SourcedMessage[]): readonly SourcedMessage[] =>
  messages.map(({ source, message }, index) => ({ source, message: { ...message, id: `${index} ${message.id}` } }));

/** What an event and a sweep both would do is one change: only shown, neither knows of the other. */
const distinct = <C extends Change | HeldChange>(changes: readonly C[]): readonly C[] => [
  ...new Map(
    changes.map((change) => [JSON.stringify([change.action, change.resource, change.target]), change]),
  ).values(),
];

/**
 * Hands messages to what `register-targets` does with them; what it would send to its queues is only told.
 * @param mode `observe`: nothing is changed.
 * @param isShown Which changes may be made: those that a person was shown. `undefined`: all.
 */
export const replayIn = async (
  mode: Mode,
  read: Read,
  { deps, settings, calls }: VerbTools,
  isShown?: IsShown,
): Promise<ReplayReport> => {
  const queue = createRecordingQueue();
  const messages = numbered(read.messages);
  const all: RegisterTargetsDeps = {
    ...deps,
    queue,
    // What a person does by hand is told to that person.
    events: { send: async () => [] },
    told: createTold(),
    mode,
    brakePercent: settings.brakePercent,
    renderLaterWork,
    calls,
  };
  const { outcome, failed } = await registerTargets(
    messages.map(({ message }) => message),
    all,
    isShown === undefined ? {} : { isShown },
  );
  const [changes, held] = [distinct(outcome.changes), distinct(outcome.held)];
  const came = whatCameOf(messages, changes, failed, queue.unfinished);
  const events = [...read.dropped, ...came];
  return { ...outcome, changes, held, function: 'replay', mode, events, failures: failuresOf(events) };
};

/** What failed, as a report tells it. */
export const failuresOf = (events: readonly Replayed[]): Report['failures'] =>
  events.flatMap(({ source, problem }) => (problem === undefined ? [] : [{ resource: source, message: problem }]));
