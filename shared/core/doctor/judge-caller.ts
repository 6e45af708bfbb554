import { printable } from '../text.ts';
import { type Diagnosis, type Problem, well } from './diagnosis.ts';
import type { Caller } from './seen.ts';

const SECOND_MS = 1_000;
/** Beyond it AWS refuses signatures. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html */
const REFUSED_FROM_MS = 5 * 60 * SECOND_MS;
/** AWS tells its time to the second, and an answer takes a while. */
const TOLD_FROM_MS = 60 * SECOND_MS;

/** Who asks, in a few words. */
export const judgeCaller = ({ arn, account, region }: Caller): Diagnosis =>
  well(`${printable(arn)}, account ${printable(account)}, Region ${printable(region)}`);

/** @param nowMs The clock here, at the same moment. */
export const judgeClock = ({ serverTimeMs }: Caller, nowMs: number): Diagnosis => {
  if (serverTimeMs === undefined) {
    return { ...well('not compared'), unseen: [{ resource: 'the clock', why: 'AWS’s answer told no time.' }] };
  }
  const offMs = Math.abs(nowMs - serverTimeMs);
  if (offMs < TOLD_FROM_MS) return well('within a minute of AWS’s');
  const seconds = Math.round(offMs / SECOND_MS);
  const refused = offMs >= REFUSED_FROM_MS;
  return {
    found: '',
    problems: [
      {
        resource: 'the clock of this machine',
        severity: refused ? 'high' : 'low',
        summary: `It is ${seconds} s ${nowMs > serverTimeMs ? 'ahead of' : 'behind'} AWS’s.${refused ? ' AWS refuses signatures that are more than 5 minutes off.' : ''}`,
        fix: 'Set the clock by NTP (`timedatectl set-ntp true`, or the time service of the container’s host).',
      },
    ],
  };
};

/** What of a principal's rights is missing. */
export interface MissingRights {
  readonly look: readonly string[];
  readonly change: readonly string[];
  /** How it was found out. */
  readonly by: 'simulation' | 'calls';
}

const list = (actions: readonly string[]): string => actions.join(', ');

/** The rights of the person who asks. */
export const judgeOwnRights = (caller: string, { look, change, by }: MissingRights): Diagnosis => {
  const resource = printable(caller);
  const problems: Problem[] = [];
  if (look.length > 0) {
    problems.push({
      resource,
      summary: `You may not call ${list(look)}: plan, explain and audit cannot see everything.`,
      fix: 'Give yourself the reads that docs/permissions.md lists for register-targets and adjust-scaling.',
    });
  }
  if (change.length > 0) {
    problems.push({
      resource,
      severity: 'info',
      summary: `You may not call ${list(change)}: apply and remediate would be refused.`,
      fix: 'Nothing, if you only look. To apply, take a role with the changes that docs/permissions.md lists, or invoke the function remediate.',
    });
  }
  return {
    found: by === 'simulation' ? 'all that looking and changing needs' : 'what looking needs, by harmless calls',
    problems,
  };
};
