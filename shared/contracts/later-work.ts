import * as v from 'valibot';
import type { LaterWork } from '../core/message.ts';
import { clusterArn, targetGroupArn, taskArn } from './ecs-arn.ts';
import { check } from './problem.ts';
import { parseTaskEvent, renderTaskEvent } from './task-event.ts';

/** The detail-type of work that the function sends to its own queue. It never goes over an event bus. */
export const LATER_WORK = 'Taskwire Look Again';

const milliseconds = v.pipe(
  v.number('epoch milliseconds'),
  v.safeInteger('epoch milliseconds'),
  v.minValue(0, 'epoch milliseconds'),
);

const schema = v.variant(
  'kind',
  [
    v.object({
      kind: v.literal('look'),
      clusterArn,
      taskArns: v.array(taskArn, 'a list'),
      act: v.picklist(['stopped', 'all'], '"stopped" or "all"'),
    }),
    v.object({
      kind: v.literal('confirm'),
      targetGroupArn,
      seen: v.array(
        v.object(
          {
            id: v.pipe(v.string('a target id'), v.regex(/^[\w.:-]{1,255}$/, 'a target id')),
            port: v.pipe(
              v.number('a port'),
              v.integer('a port'),
              v.minValue(1, 'a port'),
              v.maxValue(65_535, 'a port'),
            ),
            firstSeenMs: milliseconds,
          },
          'an object',
        ),
        'a list',
      ),
    }),
    v.object({ kind: v.literal('refresh'), targetGroupArn }),
    v.object({ kind: v.literal('follow'), events: v.array(v.unknown(), 'a list') }),
  ],
  '"look", "confirm", "refresh" or "follow"',
);

/**
 * Reads the `detail` of work that Taskwire sent to itself.
 * @throws {InputError} Names the path that is wrong and quotes what is there.
 */
export const parseLaterWork = (detail: unknown): LaterWork => {
  const work = check(schema, detail, LATER_WORK);
  return work.kind === 'follow' ? { ...work, events: work.events.map(parseTaskEvent) } : work;
};

/** The body of the message that carries this work; `parseInput` reads it back. */
export const renderLaterWork = (work: LaterWork): string =>
  JSON.stringify({
    source: 'taskwire',
    'detail-type': LATER_WORK,
    detail: work.kind === 'follow' ? { ...work, events: work.events.map(renderTaskEvent) } : work,
  });
