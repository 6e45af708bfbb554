import { fail, NOT_APPLICABLE, PASS, together } from '../../audit/judge.ts';
import type { Rule } from '../../audit/rule.ts';
import { quote } from '../../text.ts';
import { sceneOf } from '../scene.ts';
import type { TracedTask } from '../subject.ts';

export const daemonMigration: Rule<TracedTask> = {
  id: 'XRY-20',
  slug: 'daemon-is-in-maintenance',
  severity: 'info',
  requires: 'The collector is one that is still developed.',
  risk: 'The X-Ray daemon and SDKs are in maintenance mode since 2026-02-25: security fixes only.',
  fix: 'Plan the move to OpenTelemetry: the ADOT collector or the CloudWatch agent receive the X-Ray SDK’s segments, too, so the collector can go first.',
  page: 'https://docs.aws.amazon.com/xray/latest/devguide/xray-sdk-daemon-timeline.html',
  check: (subject) => {
    // Who asks for the daemon by tag has decided.
    if (subject.wanted === 'xray') return NOT_APPLICABLE;
    return together(
      sceneOf(subject).sidecars.map(({ container, kind }) =>
        kind === 'xray'
          ? fail(`Container ${quote(container.name)} is the X-Ray daemon, which is in maintenance mode.`, {
              container: container.name,
              path: [...container.path, 'image'],
            })
          : PASS,
      ),
    );
  },
};
