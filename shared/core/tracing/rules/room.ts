import { fail, NOT_APPLICABLE, PASS, together } from '../../audit/judge.ts';
import type { Rule, RuleResult } from '../../audit/rule.ts';
import { printable, quote } from '../../text.ts';
import { isComputed, sceneOf } from '../scene.ts';
import { cpuOf, memoryOf } from '../size.ts';
import type { TracedTask } from '../subject.ts';

export const room: Rule<TracedTask> = {
  id: 'XRY-16',
  slug: 'room-for-the-collector',
  severity: 'high',
  requires: 'The cpu and memory of all containers, the collector’s included, fit into the task’s.',
  risk: 'AWS refuses the task definition; or the collector is killed for want of memory.',
  fix: 'Raise the task’s cpu and memory to the next valid size, or give the containers less.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html',
  check: (subject) => {
    const { task, sidecars } = sceneOf(subject);
    if (sidecars.length === 0) return NOT_APPLICABLE;
    const unsure = (member: string): boolean =>
      task.computed.has([...task.path, member].join('.')) ||
      task.containers.some((each) => isComputed(task, each, member));
    const fits = (what: string, sum: number, most: number | undefined, unit: string): RuleResult => {
      if (most === undefined || unsure(what)) return NOT_APPLICABLE;
      if (sum <= most) return PASS;
      const found = `The containers of ${printable(task.name)} take ${sum} ${unit} of ${what} together, the task has ${most}.`;
      return fail(found, { path: [...task.path, what] });
    };
    const unlimited = sidecars
      .filter(
        ({ container }) => task.memory === undefined && memoryOf(container) === undefined && task.source !== 'compose',
      )
      .filter(({ container }) => !unsure('memory') && !isComputed(task, container, 'memoryReservation'));
    return together([
      fits(
        'cpu',
        task.containers.reduce((sum, each) => sum + cpuOf(each), 0),
        task.cpu,
        'units',
      ),
      unsure('memoryReservation')
        ? NOT_APPLICABLE
        : fits(
            'memory',
            task.containers.reduce((sum, each) => sum + (memoryOf(each) ?? 0), 0),
            task.memory,
            'MiB',
          ),
      ...unlimited.map(({ container }) =>
        fail(
          `Container ${quote(container.name)} has neither memory nor memoryReservation, and the task has no memory either.`,
          {
            fix: 'Give the collector a memoryReservation, 256 for instance.',
            container: container.name,
            path: container.path,
          },
        ),
      ),
      ...(task.memory === undefined && unlimited.length === 0 ? [PASS] : []),
    ]);
  },
};
