import { createBindings } from '../../shared/app/bindings.ts';
import { createFactBook } from '../../shared/app/fact-book.ts';
import type { RegisterTargetsDeps } from '../../shared/app/register-targets.ts';
import { createSettledBook } from '../../shared/app/settled-book.ts';
import { createTold } from '../../shared/app/told.ts';
import { createAddresses } from '../../shared/aws/addresses.ts';
import { createCallBudgets } from '../../shared/aws/call-budget.ts';
import { createClients } from '../../shared/aws/clients.ts';
import { createEvents } from '../../shared/aws/events.ts';
import { createFillers } from '../../shared/aws/fillers.ts';
import { createQueue } from '../../shared/aws/queue.ts';
import { createServices } from '../../shared/aws/services.ts';
import { createTargetGroups } from '../../shared/aws/target-groups.ts';
import { createTasks } from '../../shared/aws/tasks.ts';
import { renderLaterWork } from '../../shared/contracts/later-work.ts';
import { parseSettings } from '../../shared/contracts/settings.ts';
import { isStandby, parseStandby } from '../../shared/contracts/standby-tag.ts';
import { wiringReaders } from '../../shared/contracts/wiring-readers.ts';
import type { Wired } from '../../shared/runtime/define-handler.ts';
import { createSystemClock } from '../../shared/runtime/system-clock.ts';

/**
 * Instances that share the account's budgets: two that follow events (the event source's maximum concurrency, SQS
 * allows no less) and the sweep.
 */
export const INSTANCES = 3;

/** Builds what the function works with, from its environment. @throws {SettingsError} Naming all settings that are wrong. */
export const wire = (): RegisterTargetsDeps & Wired => {
  const settings = parseSettings(process.env);
  const { tagPrefix, queueUrl, failureQueueUrl } = settings;
  const clock = createSystemClock();
  const budgets = createCallBudgets({ clock, ...settings, parts: INSTANCES, byWork: true });
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
    events: createEvents(clients),
    queue: createQueue(clients, {
      ...(queueUrl !== undefined && { queueUrl }),
      ...(failureQueueUrl !== undefined && { failureQueueUrl }),
    }),
    settledBook: createSettledBook(clock.nowMs),
    told: createTold(),
    mode: settings.mode,
    brakePercent: settings.brakePercent,
    renderLaterWork,
    calls: clients.calls,
    begin: clients.begin,
    abortAll: clients.abortAll,
  };
};
