import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedService } from '../../subject.ts';
import { isWished } from './as-planned.ts';
import { nameOf } from './seen.ts';

export const spotOnFargate: Rule<AuditedService> = {
  id: 'SCL-24',
  slug: 'spot-reaction-on-fargate',
  severity: 'low',
  requires: 'The reaction spot is asked for by services on Fargate.',
  risk: 'Nothing happens: on EC2 no task is told two minutes ahead, the instance is.',
  fix: 'Take spot out of the reactions tag, and let managed draining of the capacity provider handle Spot instances.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html',
  check: (audited) => {
    const { service } = audited;
    if (!isWished(audited) || service.scaling.wish?.reactions.has('spot') !== true) return NOT_APPLICABLE;
    return service.onFargate
      ? PASS
      : fail(`${nameOf(audited)} asks for the reaction spot and does not run on Fargate.`);
  },
};
