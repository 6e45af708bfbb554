import { createAccess } from '../shared/aws/access.ts';
import { createAddresses } from '../shared/aws/addresses.ts';
import { createCallBudgets } from '../shared/aws/call-budget.ts';
import { createCallers } from '../shared/aws/callers.ts';
import { createChangeLog } from '../shared/aws/change-log.ts';
import { createClients } from '../shared/aws/clients.ts';
import { createDefinitions } from '../shared/aws/definitions.ts';
import { createDeployedStack } from '../shared/aws/deployed-stack.ts';
import { createDeployments } from '../shared/aws/deployments.ts';
import { createEnvironments } from '../shared/aws/environments.ts';
import { createFailureQueues } from '../shared/aws/failure-queue.ts';
import { createFigures } from '../shared/aws/figures.ts';
import { createFillers } from '../shared/aws/fillers.ts';
import { createGroupHealth } from '../shared/aws/group-health.ts';
import { createGroupTags } from '../shared/aws/group-tags.ts';
import { createRoles } from '../shared/aws/roles.ts';
import { createRollouts } from '../shared/aws/rollouts.ts';
import { createScaledServices } from '../shared/aws/scaled-services.ts';
import { createScaling } from '../shared/aws/scaling.ts';
import { createServiceDetails } from '../shared/aws/service-details.ts';
import { createServices } from '../shared/aws/services.ts';
import { createStackSwitches } from '../shared/aws/stack-switches.ts';
import { createTargetGroups } from '../shared/aws/target-groups.ts';
import { createTaskControl } from '../shared/aws/task-control.ts';
import { createTasks } from '../shared/aws/tasks.ts';
import { createTrail } from '../shared/aws/trail.ts';
import { createTrueTags } from '../shared/aws/true-tags.ts';
import type { Settings } from '../shared/core/settings.ts';
import { createSystemClock } from '../shared/runtime/system-clock.ts';
import type { Connection } from './cli.ts';

/**
 * Three instances of the function share the configured registration rate, 3 of the account's 4 per second; a command
 * line takes no more than one of them does, so that a person's apply cannot starve the events. Reads may use the
 * configured rate once more: it is half of what AWS grants, and a person waits.
 */
const LIKE_INSTANCES = 3;

/**
 * AWS with the SDK's own chains for credentials, Region and endpoint.
 * @param signal Ends what is under way, and begins nothing more.
 */
export const connectToAws = async (settings: Settings, signal: AbortSignal): Promise<Connection> => {
  const clock = createSystemClock();
  const { elbReadsPerSecond, ecsReadsPerSecond, registrationsPerSecond } = settings;
  const budgets = createCallBudgets({
    clock,
    elbReadsPerSecond,
    ecsReadsPerSecond,
    registrationsPerSecond: registrationsPerSecond / LIKE_INSTANCES,
  });
  const clients = createClients({ budgets });
  // A change that is under way ends by itself within its 3 s: cut off, nobody would know what became of it.
  clients.begin({ work: signal, hard: new AbortController().signal });
  return {
    tasks: createTasks(clients),
    targetGroups: createTargetGroups(clients),
    addresses: createAddresses(clients),
    services: createServices(clients),
    fillers: createFillers(clients),
    scaling: createScaling(clients),
    scaledServices: createScaledServices(clients),
    failureQueues: createFailureQueues(clients),
    deployments: createDeployments(clients),
    definitions: createDefinitions(clients),
    rollouts: createRollouts(clients, clock),
    serviceDetails: createServiceDetails(clients),
    groupHealth: createGroupHealth(clients),
    groupTags: createGroupTags(clients),
    trail: createTrail(clients, clock),
    changeLog: createChangeLog(clients),
    stackSwitches: createStackSwitches(clients),
    taskControl: createTaskControl(clients),
    environments: createEnvironments(clients),
    roles: createRoles(clients),
    callers: createCallers(clients),
    deployedStack: createDeployedStack(clients),
    access: createAccess(clients),
    figures: createFigures(clients),
    trueTags: createTrueTags(clients),
    budget: budgets.registration,
    clock,
    calls: clients.calls,
  };
};
