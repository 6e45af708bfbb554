import { expect, test } from '@jest/globals';
import { indexSnapshot } from '../../../../shared/core/audit/index-snapshot.ts';
import type { SeenTask } from '../../../../shared/core/audit/snapshot.ts';
import {
  aSeenRevision,
  aSeenService,
  aSeenTask,
  aSnapshot,
  type SeenRevisionSays,
  type SeenServiceSays,
} from '../../../support/snapshot.ts';

const LIMITS = { brakePercent: 50, brakeReleased: false };
const onInstance = aSeenTask('b', {
  containerInstanceArn: 'arn:aws:ecs:eu-central-1:111122223333:container-instance/production/1',
});
const onFargate = aSeenTask('a');

interface Row {
  readonly it: string;
  readonly revision?: SeenRevisionSays;
  readonly tasks?: readonly SeenTask[];
  readonly service?: SeenServiceSays;
  readonly runsOn: readonly ('fargate' | 'instances')[];
}

const FOR_EC2 = { on: 'awsvpc', has: { app: {} } } as const;

test.each<Row>([
  { it: 'tasks on Fargate, whatever it is made for', revision: FOR_EC2, tasks: [onFargate], runsOn: ['fargate'] },
  { it: 'tasks on instances', tasks: [onInstance], runsOn: ['instances'] },
  { it: 'tasks on both', tasks: [onFargate, onInstance], runsOn: ['fargate', 'instances'] },
  { it: 'no task: its service', revision: FOR_EC2, service: { onFargate: true }, runsOn: ['fargate'] },
  { it: 'a task says more than its service', tasks: [onInstance], service: { onFargate: true }, runsOn: ['instances'] },
  { it: 'only a stopped task', tasks: [{ ...onInstance, lastStatus: 'STOPPED' }], runsOn: ['fargate'] },
  { it: 'nothing: what it is made for', revision: FOR_EC2, runsOn: ['instances'] },
  {
    it: 'a task on bridge that has no instance yet',
    revision: { on: 'bridge', has: { app: {} } },
    tasks: [onFargate],
    runsOn: ['instances'],
  },
])('$it', ({ revision, tasks = [], service, runsOn }) => {
  const services = service === undefined ? [] : [aSeenService(service)];
  const snapshot = aSnapshot({ revisions: [aSeenRevision('web:1', revision)], tasks, services });
  const [audited] = indexSnapshot(snapshot, [], LIMITS).revisions;
  expect(audited?.runsOn).toEqual({ fargate: runsOn.includes('fargate'), instances: runsOn.includes('instances') });
});
