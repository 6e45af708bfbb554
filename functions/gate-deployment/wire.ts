import { createFactBook } from '../../shared/app/fact-book.ts';
import { createFactBooks } from '../../shared/app/fact-books.ts';
import type { GateDeploymentDeps } from '../../shared/app/gate-deployment.ts';
import { createGateGroups } from '../../shared/app/gate-groups.ts';
import { createStackPause } from '../../shared/app/stack-pause.ts';
import { createAddresses } from '../../shared/aws/addresses.ts';
import { createCallBudgets } from '../../shared/aws/call-budget.ts';
import { createClients } from '../../shared/aws/clients.ts';
import { createEvents } from '../../shared/aws/events.ts';
import { createServices } from '../../shared/aws/services.ts';
import { taggedResources } from '../../shared/aws/tagged-resources.ts';
import { createTargetGroups } from '../../shared/aws/target-groups.ts';
import { createTasks } from '../../shared/aws/tasks.ts';
import { parsePausedTime } from '../../shared/contracts/paused-tag.ts';
import { parseSettings } from '../../shared/contracts/settings.ts';
import { isStandby } from '../../shared/contracts/standby-tag.ts';
import { wiringReaders } from '../../shared/contracts/wiring-readers.ts';
import type { Wired } from '../../shared/runtime/define-handler.ts';
import { createSystemClock } from '../../shared/runtime/system-clock.ts';

/** Deployments that are expected to be gated at once; ECS calls again after 30 s, so that more of them share these. */
const INSTANCES = 2;

/** Builds what the function works with, from its environment. @throws {SettingsError} Naming all settings that are wrong. */
export const wire = (): GateDeploymentDeps & Wired => {
  const settings = parseSettings(process.env);
  const { tagPrefix } = settings;
  const clock = createSystemClock();
  const clients = createClients({ budgets: createCallBudgets({ clock, ...settings, parts: INSTANCES }) });
  const tasks = createTasks(clients);
  const targetGroups = createTargetGroups(clients);
  const addresses = createAddresses(clients);
  return {
    tasks,
    targetGroups,
    groups: createGateGroups({
      targetGroups,
      services: createServices(clients),
      clock,
      tagPrefix,
      ...wiringReaders(settings),
    }),
    factBookOf: createFactBooks(() => createFactBook(tasks, addresses)),
    stackPause: createStackPause({
      // Of whatever kind, as every command asks for it: the pause is a tag of a queue.
      stackSwitches: { marked: (tagKey) => taggedResources(clients, undefined, tagKey, 'resources') },
      timeOf: parsePausedTime,
      clock,
      tagPrefix,
    }),
    isStandby: (task) => isStandby(task.tags, tagPrefix),
    events: createEvents(clients),
    clock,
    mode: settings.mode,
    calls: clients.calls,
    begin: clients.begin,
    abortAll: clients.abortAll,
  };
};
