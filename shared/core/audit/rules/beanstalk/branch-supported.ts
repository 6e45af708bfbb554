import { printable } from '../../../text.ts';
import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedEnvironment } from '../../subject.ts';
import { isAlive } from './alive.ts';
import { type Platform, platformOf } from './platform.ts';

/**
 * When the branches of a system were retired: a day, and the moment it ended, epoch milliseconds.
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/platforms-schedule.html
 */
const RETIRED: Readonly<Record<NonNullable<Platform['system']>, { day: string; atMs: number } | undefined>> = {
  'amazon-linux-1': { day: '2022-07-18', atMs: 1_658_188_800_000 },
  'amazon-linux-2': { day: '2026-06-30', atMs: 1_782_864_000_000 },
  'amazon-linux-2023': undefined,
};

export const branchSupported: Rule<AuditedEnvironment> = {
  id: 'EBS-1',
  slug: 'platform-branch-is-supported',
  severity: 'high',
  requires:
    'The environment’s platform branch is not retired: Amazon Linux 2023, not Amazon Linux (2022) or Amazon Linux 2 (2026).',
  risk: 'A retired branch gets no security updates, and a new environment of it cannot be made where this one is lost.',
  fix: 'Make an environment of an Amazon Linux 2023 branch beside it, deploy there, and swap the URLs.',
  page: 'https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/platforms-support-policy.html',
  check: ({ environment, takenAtMs }) => {
    const { system } = platformOf(environment.platform);
    if (system === undefined || !isAlive(environment)) return NOT_APPLICABLE;
    const retired = RETIRED[system];
    if (retired === undefined || takenAtMs < retired.atMs) return PASS;
    return fail(
      `${printable(environment.name)} runs ${printable(environment.platform)}, whose branch was retired on ${retired.day}.`,
    );
  },
};
