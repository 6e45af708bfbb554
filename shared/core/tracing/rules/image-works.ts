import { fail, PASS, together } from '../../audit/judge.ts';
import type { Rule } from '../../audit/rule.ts';
import { quote } from '../../text.ts';
import type { CollectorKind } from '../collectors.ts';
import { imageNameOf } from '../image.ts';
import { sceneOf } from '../scene.ts';
import type { TracedTask } from '../subject.ts';

/** A version that is known not to work, and who says so. */
interface Broken {
  readonly kind: CollectorKind;
  readonly version: RegExp;
  readonly why: string;
  readonly instead: string;
}

const BROKEN: readonly Broken[] = [
  {
    kind: 'xray',
    version: /^alpha$/,
    why: 'is built from the daemon’s main branch and is not for production',
    instead: '3.x',
  },
  {
    // https://github.com/aws/aws-xray-daemon/issues/135
    kind: 'xray',
    version: /^3\.3\.[0-2]$/,
    why: 'does not open TCP port 2000 to other containers, so the SDK gets no sampling rules',
    instead: '3.x',
  },
  {
    // https://github.com/aws/aws-xray-daemon/blob/master/CHANGELOG.md: released on 2025-08-27, taken back a day later.
    kind: 'xray',
    version: /^3\.4\.0$/,
    why: 'was taken back by its makers the day after its release',
    instead: '3.x',
  },
  {
    // https://github.com/aws-observability/aws-otel-collector/issues/2079
    kind: 'adot',
    version: /^v?0\.29\.0$/,
    why: 'ends with a nil pointer while it works',
    instead: 'v0.29.1 or later',
  },
];

/** X-Ray and OTLP came into the CloudWatch agent with this one; the middle number of its versions counts. */
const AGENT_WITH_TRACES = 300_025;

const agentTooOld = (tag: string): boolean => {
  const digits = /^(?:v)?1\.(\d+)\./.exec(tag)?.[1];
  return digits !== undefined && Number(digits) < AGENT_WITH_TRACES;
};

export const imageWorks: Rule<TracedTask> = {
  id: 'XRY-19',
  slug: 'collector-version-works',
  severity: 'high',
  requires: 'The collector’s version is a release that is not known to be broken.',
  risk: 'It fails in a way that others have met already.',
  fix: 'Use a release that works.',
  page: 'https://docs.aws.amazon.com/xray/latest/devguide/xray-daemon.html',
  check: (subject) =>
    together(
      sceneOf(subject).sidecars.map(({ container, kind }) => {
        const { tag = '' } = imageNameOf(container.image ?? '');
        const more = { container: container.name, path: [...container.path, 'image'] };
        const version = `Version ${quote(tag)} of container ${quote(container.name)}`;
        if (kind === 'cloudwatch-agent' && agentTooOld(tag)) {
          return fail(`${version} does not receive traces yet.`, { ...more, fix: 'Use 1.300025.0 or later.' });
        }
        const broken = BROKEN.find((each) => each.kind === kind && each.version.test(tag));
        return broken === undefined
          ? PASS
          : fail(`${version} ${broken.why}.`, { ...more, fix: `Use ${broken.instead}.` });
      }),
    ),
};
