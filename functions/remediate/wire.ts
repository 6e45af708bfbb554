import { createBindings } from '../../shared/app/bindings.ts';
import { createFactBook } from '../../shared/app/fact-book.ts';
import type { RemediateDeps } from '../../shared/app/remediate.ts';
import { createTold } from '../../shared/app/told.ts';
import { createAddresses } from '../../shared/aws/addresses.ts';
import { createCallBudgets } from '../../shared/aws/call-budget.ts';
import { createClients } from '../../shared/aws/clients.ts';
import { createDefinitions } from '../../shared/aws/definitions.ts';
import { createEvents } from '../../shared/aws/events.ts';
import { createFillers } from '../../shared/aws/fillers.ts';
import { createRollouts } from '../../shared/aws/rollouts.ts';
import { createScaledServices } from '../../shared/aws/scaled-services.ts';
import { createScaling } from '../../shared/aws/scaling.ts';
import { createServices } from '../../shared/aws/services.ts';
import { createTargetGroups } from '../../shared/aws/target-groups.ts';
import { createTasks } from '../../shared/aws/tasks.ts';
import { readTask } from '../../shared/contracts/read-task.ts';
import { parseRemediateSettings } from '../../shared/contracts/remediate-settings.ts';
import { parseScalingTags } from '../../shared/contracts/scaling-tags.ts';
import { isStandby, parseStandby } from '../../shared/contracts/standby-tag.ts';
import { parseTracingTags } from '../../shared/contracts/tracing-tags.ts';
import { wiringReaders } from '../../shared/contracts/wiring-readers.ts';
import type { Wired } from '../../shared/runtime/define-handler.ts';
import { sha256 } from '../../shared/runtime/sha256.ts';
import { createSystemClock } from '../../shared/runtime/system-clock.ts';

/** One person repairs at a time; a second one's share would be taken from the events. */
const INSTANCES = 1;
/**
 * Three instances of register-targets share the configured registration rate, 3 of the account's 4 per second. A person's
 * repair takes no more than one of them does, so that it cannot starve the events.
 */
const LIKE_INSTANCES = 3;

/** Builds what the function works with, from its environment. @throws {SettingsError} Naming all settings that are wrong. */
export const wire = (): RemediateDeps & Wired => {
  const settings = parseRemediateSettings(process.env);
  const { tagPrefix, clusters } = settings;
  const clock = createSystemClock();
  const registrationsPerSecond = settings.registrationsPerSecond / LIKE_INSTANCES;
  const budgets = createCallBudgets({ clock, ...settings, registrationsPerSecond, parts: INSTANCES });
  const clients = createClients({ budgets });
  const tasks = createTasks(clients);
  const targetGroups = createTargetGroups(clients);
  const addresses = createAddresses(clients);
  const services = createServices(clients);
  return {
    tasks,
    targetGroups,
    addresses,
    services,
    scaling: createScaling(clients),
    scaledServices: createScaledServices(clients),
    budget: budgets.registration,
    clock,
    bindings: createBindings({
      targetGroups,
      services,
      fillers: createFillers(clients),
      clock,
      tagPrefix,
      ...wiringReaders(settings),
    }),
    factBook: createFactBook(tasks, addresses),
    isStandby: (task) => isStandby(task.tags, tagPrefix),
    standbyFindingsOf: (task) => parseStandby(task.tags, tagPrefix, task.taskArn).findings,
    tagPrefix,
    parseScalingTags: (tags, resource) =>
      parseScalingTags(tags, { prefix: tagPrefix, resource, maxTasks: settings.maxTasks }),
    holdMinutes: settings.holdMinutes,
    clusters,
    rollouts: createRollouts(clients, clock),
    definitions: createDefinitions(clients),
    tracing: settings.tracing,
    collectorImages: settings.collectorImages,
    parseTracingTags: (tags, resource) => parseTracingTags(tags, { prefix: tagPrefix, resource }),
    readTask,
    passRoles: settings.passRoles,
    events: createEvents(clients),
    told: createTold(),
    mode: settings.mode,
    sha256,
    brakePercent: settings.brakePercent,
    calls: clients.calls,
    begin: clients.begin,
    abortAll: clients.abortAll,
  };
};
