import { fail, NOT_APPLICABLE, PASS } from '../../audit/judge.ts';
import type { Rule } from '../../audit/rule.ts';
import { printable } from '../../text.ts';
import { COLLECTOR_NAMES } from '../collectors.ts';
import { sceneOf } from '../scene.ts';
import { daemonAddressOf, otlpEndpointOf } from '../senders.ts';
import type { TracedTask } from '../subject.ts';

/** An application that is told an address outside of the task has its collector there. */
const sendsAway = (kind: string): boolean => kind === 'at' || kind === 'computed';

export const collectorPresent: Rule<TracedTask> = {
  id: 'XRY-1',
  slug: 'collector-present',
  severity: 'high',
  requires:
    'A trace collector runs beside the application: in its task, or on EC2 as a daemon service on every instance.',
  risk: 'Nobody takes the traces; over UDP the application is not even told.',
  fix: 'Add a collector to the task: taskwire remediate attach-sidecar shows how. On EC2 a daemon service with a collector counts, too.',
  page: 'https://docs.aws.amazon.com/xray/latest/devguide/xray-daemon-ecs.html',
  check: (subject) => {
    const { task, wanted, daemonCollector } = subject;
    const { sidecars, applications } = sceneOf(subject);
    // A task of collectors alone is the daemon service itself; without a network nobody sends anything.
    if (task.networkMode === 'none' || applications.length === 0) return NOT_APPLICABLE;
    if (sidecars.some(({ kind }) => wanted === 'any' || kind === wanted)) return PASS;
    const asked = wanted === 'any' ? 'a trace collector' : COLLECTOR_NAMES[wanted];
    if (sidecars.length > 0 && wanted !== 'any') {
      const there = sidecars.map(({ kind }) => COLLECTOR_NAMES[kind]).join(' and ');
      return fail(`The collector in the task is ${there}; ${asked} is wanted.`, {
        fix: `Replace it by ${asked}, or set the tag taskwire:collector to what runs.`,
        path: [...task.path, 'containerDefinitions'],
      });
    }
    if (!task.fargate && daemonCollector === true) return PASS;
    // Any container of an unknown image may be the collector.
    if (task.containers.some(({ image }) => image === undefined)) return NOT_APPLICABLE;
    const elsewhere = applications.some(
      (each) => sendsAway(daemonAddressOf(each).kind) || sendsAway(otlpEndpointOf(each).kind),
    );
    if (!task.fargate && daemonCollector === undefined && elsewhere) return NOT_APPLICABLE;
    return fail(
      `No container of ${printable(task.name)} is ${asked}${task.fargate ? ', and on Fargate only one in the task counts' : ''}.`,
      {
        path: [...task.path, 'containerDefinitions'],
      },
    );
  },
};
