import { fail, NOT_APPLICABLE, PASS } from '../../audit/judge.ts';
import type { Rule } from '../../audit/rule.ts';
import { printable } from '../../text.ts';
import { listenersOf, sceneOf } from '../scene.ts';
import type { TracedTask } from '../subject.ts';

const SEND = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'];
/** Only the X-Ray SDK asks for these, through the collector's TCP port. */
const SAMPLE = ['xray:GetSamplingRules', 'xray:GetSamplingTargets'];

/** All that a collector of X-Ray may call. */
export const XRAY_ACTIONS: readonly string[] = [...SEND, ...SAMPLE];

export const taskRoleAllows: Rule<TracedTask> = {
  id: 'XRY-13',
  slug: 'task-role-allows-xray',
  severity: 'high',
  requires:
    'The task role allows what the collector calls: sending segments and telemetry, and for the X-Ray SDK asking for sampling rules.',
  risk: 'AWS refuses the collector’s calls; only its own log says so.',
  fix: 'Attach the policy AWSXRayDaemonWriteAccess to the task role.',
  page: 'https://docs.aws.amazon.com/xray/latest/devguide/security_iam_id-based-policy-examples.html',
  check: (subject) => {
    const { allowedActions } = subject;
    const { sidecars, xraySenders } = sceneOf(subject);
    if (sidecars.length === 0 || allowedActions === undefined) return NOT_APPLICABLE;
    const samples = xraySenders.length > 0 && listenersOf(sidecars, 'xray-tcp').length > 0;
    const missing = [...SEND, ...(samples ? SAMPLE : [])].filter((action) => !allowedActions.has(action));
    if (missing.length === 0) return PASS;
    return fail(`The task role of ${printable(subject.task.name)} does not allow ${missing.join(', ')}.`, {
      path: [...subject.task.path, 'taskRoleArn'],
    });
  },
};
