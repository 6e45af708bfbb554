import type { AdjustScalingDeps } from '../../shared/app/adjust-scaling.ts';
import { createBindings } from '../../shared/app/bindings.ts';
import { createTold } from '../../shared/app/told.ts';
import { createCallBudgets } from '../../shared/aws/call-budget.ts';
import { createClients } from '../../shared/aws/clients.ts';
import { createEvents } from '../../shared/aws/events.ts';
import { createFillers } from '../../shared/aws/fillers.ts';
import { createQueue } from '../../shared/aws/queue.ts';
import { createScaledServices } from '../../shared/aws/scaled-services.ts';
import { createScaling } from '../../shared/aws/scaling.ts';
import { createServices } from '../../shared/aws/services.ts';
import { createTargetGroups } from '../../shared/aws/target-groups.ts';
import { createTasks } from '../../shared/aws/tasks.ts';
import { parseScalingTags } from '../../shared/contracts/scaling-tags.ts';
import { parseSettings } from '../../shared/contracts/settings.ts';
import { wiringReaders } from '../../shared/contracts/wiring-readers.ts';
import type { Wired } from '../../shared/runtime/define-handler.ts';
import { createSystemClock } from '../../shared/runtime/system-clock.ts';

/** One writer takes from the queue, and a person may plan by hand beside it. */
export const INSTANCES = 2;

/** Builds what the function works with, from its environment. @throws {SettingsError} Naming all settings that are wrong. */
export const wire = (): AdjustScalingDeps & Wired => {
  const settings = parseSettings(process.env);
  const { tagPrefix, clusters, queueUrl, failureQueueUrl } = settings;
  const clock = createSystemClock();
  const clients = createClients({ budgets: createCallBudgets({ clock, ...settings, parts: INSTANCES }) });
  const targetGroups = createTargetGroups(clients);
  return {
    scaling: createScaling(clients),
    scaledServices: createScaledServices(clients),
    tasks: createTasks(clients),
    targetGroups,
    bindings: createBindings({
      targetGroups,
      services: createServices(clients),
      fillers: createFillers(clients),
      clock,
      tagPrefix,
      ...wiringReaders(settings),
    }),
    clock,
    tagPrefix,
    parseScalingTags: (tags, resource) =>
      parseScalingTags(tags, { prefix: tagPrefix, resource, maxTasks: settings.maxTasks }),
    events: createEvents(clients),
    queue: createQueue(clients, {
      ...(queueUrl !== undefined && { queueUrl }),
      ...(failureQueueUrl !== undefined && { failureQueueUrl }),
    }),
    queued: queueUrl !== undefined,
    told: createTold(),
    mode: settings.mode,
    brakePercent: settings.brakePercent,
    holdMinutes: settings.holdMinutes,
    clusters,
    calls: clients.calls,
    begin: clients.begin,
    abortAll: clients.abortAll,
  };
};
