import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { createTold } from '../../../shared/app/told.ts';
import { createTracingBook } from '../../../shared/app/tracing-book.ts';
import { createVerdicts, verifyXray } from '../../../shared/app/verify-xray.ts';
import { parseTaskDefinition } from '../../../shared/contracts/task-definition-file.ts';
import { parseTracingInput } from '../../../shared/contracts/tracing-input.ts';
import { LIFE_RULES } from '../../../shared/core/tracing/life.ts';
import { READABLE_REVISION } from '../../../shared/core/tracing/verdict.ts';
import { NotFoundError } from '../../../shared/errors.ts';
import { loadEvent } from '../../support/load-event.ts';

/** What a person says of a sighting of a task. */
interface Life {
  readonly about: string;
  /** File of the corpus of definitions; null where ECS describes none. */
  readonly definition: string | null;
  readonly containers: readonly { readonly name: string; readonly lastStatus: string }[];
  readonly task?: Readonly<Record<string, unknown>>;
  readonly onInstance?: boolean;
  /** What DescribeTasks tells of containers. */
  readonly health?: Readonly<Record<string, string>>;
  /** When the event is handled, after it was sent. Default 0. */
  readonly minutesLate?: number;
  /** It is looked at once more, later. */
  readonly again?: boolean;
  /** Rules, sorted. */
  readonly findings: readonly string[];
}

const readJson = (file: string) => JSON.parse(readFileSync(`test/corpus/${file}.json`, 'utf8'));
const LIVES: Readonly<Record<string, Life>> = readJson('tracing-lives');
const REVISION = 'arn:aws:ecs:eu-central-1:111122223333:task-definition/web:7';

/** What `verify-xray` makes of the event of such a task. */
const verified = async (life: Life) => {
  const { definition, containers, task, onInstance = false, health = {}, minutesLate = 0 } = life;
  const event = loadEvent('task-state-change/running', {
    taskDefinitionArn: REVISION,
    group: 'family:web',
    startedBy: undefined,
    containers,
    ...(onInstance && { containerInstanceArn: 'arn:aws:ecs:eu-central-1:111122223333:container-instance/p/i1' }),
    ...task,
  });
  const nowMs = Date.parse(event.time) + minutesLate * 60_000;
  const clock = { nowMs: () => nowMs, sleep: async () => undefined };
  const { messages } = parseTracingInput(event, nowMs);
  const seen = messages.map(({ input }) => ({
    ...input.event.task,
    containers: input.event.task.containers.map((each) => {
      const says = health[each.name];
      return says === undefined ? each : { ...each, health: says };
    }),
  }));
  const sentAgain: unknown[] = [];
  const { outcome, failed } = await verifyXray(
    messages,
    {
      tasks: { describe: async () => ({ tasks: seen, missing: [], failed: [] }) },
      book: createTracingBook({
        services: { describe: async () => [] },
        definitions: {
          describe: async (arn) => {
            if (definition === null) throw new NotFoundError(`${arn} is not there.`);
            const forTargets = { taskDefinitionArn: arn, networkMode: 'none' as const, containers: [] };
            return { definition: readJson(`tracing/${definition}`), forTargets, tags: {} };
          },
        },
        daemons: { definitions: async () => ({ arns: [], complete: true }) },
        clock,
        tracing: 'required',
        parseTags: () => ({ findings: [] }),
        readDefinition: (each, name) => parseTaskDefinition(each, name)[0]?.task,
      }),
      verdicts: createVerdicts(),
      events: { send: async () => [] },
      queue: {
        sendAgain: async (sent) => {
          sentAgain.push(...sent);
          return [];
        },
        park: async () => [],
      },
      clock,
      told: createTold(),
      mode: 'enforce',
      clusters: [],
      calls: () => ({}),
    },
    { fromQueue: false },
  );
  expect(failed).toEqual([]);
  return { rules: outcome.findings.map(({ rule }) => rule).toSorted(), again: sentAgain.length > 0 };
};

describe('the corpus of sightings', () => {
  test.each(Object.entries(LIVES))('%s', async (_, life) => {
    expect(await verified(life)).toEqual({ rules: life.findings, again: life.again ?? false });
  });

  test('breaks each rule about the life of a collector at least twice', () => {
    const broken = Object.values(LIVES).flatMap(({ findings }) => findings);
    for (const { id } of [...LIFE_RULES, READABLE_REVISION])
      expect([id, broken.filter((each) => each === id).length >= 2]).toEqual([id, true]);
  });
});
