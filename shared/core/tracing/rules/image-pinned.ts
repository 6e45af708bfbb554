import { fail, NOT_APPLICABLE, PASS, together } from '../../audit/judge.ts';
import type { Rule } from '../../audit/rule.ts';
import { quote } from '../../text.ts';
import { imageNameOf } from '../image.ts';
import { sceneOf } from '../scene.ts';
import type { TracedTask } from '../subject.ts';

/** Tags that move to whatever was released, or built, last. */
const MOVING: ReadonlySet<string> = new Set(['latest', 'stable', 'main', 'master', 'edge', 'nightly', 'dev']);

export const imagePinned: Rule<TracedTask> = {
  id: 'XRY-18',
  slug: 'collector-image-is-pinned',
  severity: 'low',
  requires: 'The collector’s image has a version or a digest.',
  risk: 'Two tasks of one revision run two collectors, and a release that breaks arrives with the next task.',
  fix: 'Name a version: public.ecr.aws/xray/aws-xray-daemon:3.x, public.ecr.aws/aws-observability/aws-otel-collector:v0.49.0.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-considerations.html',
  check: (subject) =>
    together(
      sceneOf(subject).sidecars.map(({ container }) => {
        const { tag, digest } = imageNameOf(container.image ?? '');
        if (digest !== undefined || (tag !== undefined && !MOVING.has(tag.toLowerCase()))) {
          return tag?.includes('${') ? NOT_APPLICABLE : PASS;
        }
        const instead =
          tag === undefined ? 'has no tag, so it is the latest' : `has the tag ${quote(tag)}, which moves`;
        return fail(`The image of container ${quote(container.name)} ${instead}.`, {
          container: container.name,
          path: [...container.path, 'image'],
        });
      }),
    ),
};
