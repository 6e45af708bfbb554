import type { Access } from '../../shared/ports/access.ts';
import type { Addresses } from '../../shared/ports/addresses.ts';
import type { Callers } from '../../shared/ports/callers.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Daemons } from '../../shared/ports/daemons.ts';
import type { Definitions } from '../../shared/ports/definitions.ts';
import type { DeployedStack } from '../../shared/ports/deployed-stack.ts';
import type { Deployments } from '../../shared/ports/deployments.ts';
import type { Environments } from '../../shared/ports/environments.ts';
import type { Events } from '../../shared/ports/events.ts';
import type { FailureQueues } from '../../shared/ports/failure-queue.ts';
import type { Figures } from '../../shared/ports/figures.ts';
import type { GroupHealth } from '../../shared/ports/group-health.ts';
import type { GroupTags } from '../../shared/ports/group-tags.ts';
import type { Queue } from '../../shared/ports/queue.ts';
import type { Reports } from '../../shared/ports/reports.ts';
import type { Roles } from '../../shared/ports/roles.ts';
import type { Rollouts } from '../../shared/ports/rollouts.ts';
import type { ScaledServices } from '../../shared/ports/scaled-services.ts';
import type { Scaling } from '../../shared/ports/scaling.ts';
import type { ServiceDetails } from '../../shared/ports/service-details.ts';
import type { Fillers, Services } from '../../shared/ports/services.ts';
import type { StackSwitches } from '../../shared/ports/stack-switches.ts';
import type { TargetGroups } from '../../shared/ports/target-groups.ts';
import type { TaskControl } from '../../shared/ports/task-control.ts';
import type { Tasks } from '../../shared/ports/tasks.ts';
import type { ChangeLog, Trail } from '../../shared/ports/trail.ts';
import type { TrueTags } from '../../shared/ports/true-tags.ts';
import { uuid } from '../bus.ts';
import type { World } from '../world.ts';
import { createAddresses } from './addresses.ts';
import { createDaemons } from './daemons.ts';
import { createDefinitions } from './definitions.ts';
import { createDeployedPorts } from './deployed.ts';
import { createDeployments } from './deployments.ts';
import { createFailureQueues } from './failure-queue.ts';
import { createGroupTags } from './group-tags.ts';
import { createEvents, createQueuePort, type QueueUrls } from './messages.ts';
import { createRollouts } from './rollouts.ts';
import { createScaledServices } from './scaled-services.ts';
import { createScalingPort } from './scaling.ts';
import { createSend } from './send.ts';
import { createServiceDetails } from './service-details.ts';
import { createFillers, createServices } from './services.ts';
import { createStackSwitches } from './stack-switches.ts';
import { createEnvironments, createGroupHealth, createReports, createRoles } from './surroundings.ts';
import { createTargetGroupsPort } from './target-groups.ts';
import { createTaskControl } from './task-control.ts';
import { createTasks } from './tasks.ts';
import { createChangeLog, createTrailPort } from './trail.ts';
import { createTrueTags } from './true-tags.ts';

/** Everything the use cases need from outside, but for a registration budget. */
export interface InMemoryPorts {
  readonly tasks: Tasks;
  readonly targetGroups: TargetGroups;
  readonly addresses: Addresses;
  readonly services: Services;
  readonly fillers: Fillers;
  readonly scaling: Scaling;
  readonly scaledServices: ScaledServices;
  readonly definitions: Definitions;
  readonly rollouts: Rollouts;
  readonly daemons: Daemons;
  readonly deployments: Deployments;
  readonly serviceDetails: ServiceDetails;
  readonly groupHealth: GroupHealth;
  readonly groupTags: GroupTags;
  readonly trail: Trail;
  readonly changeLog: ChangeLog;
  readonly stackSwitches: StackSwitches;
  readonly taskControl: TaskControl;
  readonly environments: Environments;
  readonly roles: Roles;
  readonly reports: Reports;
  readonly events: Events;
  readonly queue: Queue;
  readonly failureQueues: FailureQueues;
  readonly callers: Callers;
  readonly deployedStack: DeployedStack;
  readonly access: Access;
  readonly figures: Figures;
  readonly trueTags: TrueTags;
  readonly clock: Clock;
}

/**
 * All ports over one world, each sending the calls that its AWS adapter sends.
 * @param queues Left out: as when a function is tried by hand.
 * @param bucket Where reports are kept.
 * @param readAttempts As the SDK's; 1 to see every failure of a read at once.
 */
export const createInMemoryPorts = (
  world: World,
  {
    queues = {},
    bucket = 'reports',
    readAttempts = 3,
  }: { readonly queues?: QueueUrls; readonly bucket?: string; readonly readAttempts?: number } = {},
): InMemoryPorts => {
  const send = createSend(world, readAttempts);
  return {
    tasks: createTasks(send),
    targetGroups: createTargetGroupsPort(send),
    addresses: createAddresses(send),
    services: createServices(send),
    fillers: createFillers(send),
    scaling: createScalingPort(send),
    scaledServices: createScaledServices(send),
    definitions: createDefinitions(send),
    rollouts: createRollouts(send),
    daemons: createDaemons(send),
    deployments: createDeployments(send),
    serviceDetails: createServiceDetails(send),
    groupHealth: createGroupHealth(send),
    groupTags: createGroupTags(send),
    trail: createTrailPort(send, world.clock),
    changeLog: createChangeLog(send),
    stackSwitches: createStackSwitches(send),
    taskControl: createTaskControl(send),
    environments: createEnvironments(send),
    roles: createRoles(send),
    reports: createReports(send, bucket),
    events: createEvents(send),
    queue: createQueuePort(send, queues, () => uuid(world.random)),
    failureQueues: createFailureQueues(send, () => uuid(world.random)),
    ...createDeployedPorts(world),
    trueTags: createTrueTags(send),
    clock: world.clock,
  };
};
