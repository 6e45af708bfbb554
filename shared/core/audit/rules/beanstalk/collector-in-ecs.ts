import { printable } from '../../../text.ts';
import { sendsOtlp, sendsXRay } from '../../../tracing/senders.ts';
import { collectorsOf } from '../../../tracing/verdict.ts';
import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { SeenRevision } from '../../snapshot.ts';
import type { AuditedEnvironment } from '../../subject.ts';
import { isAlive } from './alive.ts';
import { platformOf } from './platform.ts';

const isTraced = ({ task, tracing }: SeenRevision): boolean =>
  tracing.some(({ expected }) => expected.tracing === 'required') ||
  task.containers.some((container) => sendsXRay(container) || sendsOtlp(container));

export const collectorInEcs: Rule<AuditedEnvironment> = {
  id: 'EBS-2',
  slug: 'collector-among-the-containers',
  severity: 'medium',
  requires: 'An ECS-managed environment that is to be traced has a trace collector among its own containers.',
  risk: 'The platform installs no X-Ray daemon on its instances, so nobody takes the traces.',
  fix: 'Add a container with the X-Ray daemon, or the CloudWatch agent, to containerDefinitions of Dockerrun.aws.json, and link the others to it.',
  page: 'https://docs.aws.amazon.com/xray/latest/devguide/xray-daemon-beanstalk.html',
  check: ({ environment, revisions }) => {
    if (platformOf(environment.platform).kind !== 'ecs' || !isAlive(environment)) return NOT_APPLICABLE;
    if (revisions.length === 0) return NOT_APPLICABLE;
    if (environment.xrayEnabled !== true && !revisions.some(isTraced)) return NOT_APPLICABLE;
    const none = revisions.filter(({ task }) => collectorsOf({ task }).length === 0);
    if (none.length === 0) return PASS;
    return none.map(({ task }) =>
      fail(`${printable(task.name)} of ${printable(environment.name)} has no trace collector among its containers.`),
    );
  },
};
