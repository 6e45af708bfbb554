import { expect, test } from '@jest/globals';
import { createVerdicts } from '../../../shared/app/verify-xray.ts';
import type { TracedTask } from '../../../shared/core/tracing/subject.ts';
import { aTracedTask } from '../../support/traced.ts';

const ARN = 'arn:aws:ecs:eu-central-1:111122223333:task-definition/web:7';
const BARE = aTracedTask({ has: { app: {} } });

test('a revision is judged once, and anew for whatever else the verdict depends on', () => {
  const verdicts = createVerdicts();
  const verdict = (subject: TracedTask = BARE, tracing: 'required' | 'optional' = 'required', arn = ARN) =>
    verdicts.of(arn, subject, tracing);
  const first = verdict();
  expect(first.map(({ rule }) => rule)).toEqual(['XRY-1']);
  // The very same list: not judged, but remembered.
  expect(verdict()).toBe(first);
  expect(verdict(BARE, 'optional')).toEqual([]);
  expect(verdict({ ...BARE, wanted: 'adot' })).not.toBe(first);
  expect(verdict({ ...BARE, daemonCollector: true })).not.toBe(first);
  expect(verdict({ ...BARE, task: { ...BARE.task, fargate: false } })).not.toBe(first);
  expect(verdict(BARE, 'required', `${ARN}1`)).not.toBe(first);
});
