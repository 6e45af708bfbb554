import { createAddresses } from '../../shared/aws/addresses.ts';
import type { CallBudgets } from '../../shared/aws/call-budget.ts';
import { createChangeLog } from '../../shared/aws/change-log.ts';
import { type Clients, createClients } from '../../shared/aws/clients.ts';
import { createDaemons } from '../../shared/aws/daemons.ts';
import { createDefinitions } from '../../shared/aws/definitions.ts';
import { createDeployments } from '../../shared/aws/deployments.ts';
import { createEnvironments } from '../../shared/aws/environments.ts';
import { createEvents } from '../../shared/aws/events.ts';
import { createFailureQueues } from '../../shared/aws/failure-queue.ts';
import { createFillers } from '../../shared/aws/fillers.ts';
import { createGroupHealth } from '../../shared/aws/group-health.ts';
import { createGroupTags } from '../../shared/aws/group-tags.ts';
import { createQueue } from '../../shared/aws/queue.ts';
import { createRoles } from '../../shared/aws/roles.ts';
import { createRollouts } from '../../shared/aws/rollouts.ts';
import { createScaledServices } from '../../shared/aws/scaled-services.ts';
import { createScaling } from '../../shared/aws/scaling.ts';
import { createServiceDetails } from '../../shared/aws/service-details.ts';
import { createServices } from '../../shared/aws/services.ts';
import { createStackSwitches } from '../../shared/aws/stack-switches.ts';
import { createTargetGroups } from '../../shared/aws/target-groups.ts';
import { createTaskControl } from '../../shared/aws/task-control.ts';
import { createTasks } from '../../shared/aws/tasks.ts';
import { createTrail } from '../../shared/aws/trail.ts';
import { createTrueTags } from '../../shared/aws/true-tags.ts';
import { createSystemClock } from '../../shared/runtime/system-clock.ts';
import { serveWorld } from '../../simulator/wire/server.ts';
import { createWorld } from '../../simulator/world.ts';
import { describeAddressesContract } from './addresses.ts';
import { describeClockContract } from './clock.ts';
import { describeDaemonsContract } from './daemons.ts';
import { describeDefinitionsContract } from './definitions.ts';
import { describeDeploymentsContract } from './deployments.ts';
import { describeFailureQueuesContract } from './failure-queue.ts';
import { describeGroupTagsContract } from './group-tags.ts';
import { describeEventsContract, describeQueueContract } from './messages.ts';
import { describeRolloutsContract } from './rollouts.ts';
import { describeScaledServicesContract } from './scaled-services.ts';
import { describeScalingContract } from './scaling.ts';
import { describeServiceDetailsContract } from './service-details.ts';
import { describeFillersContract, describeServicesContract } from './services.ts';
import { describeStackSwitchesContract } from './stack-switches.ts';
import type { MakeSubject } from './subject.ts';
import { describeEnvironmentsContract, describeGroupHealthContract, describeRolesContract } from './surroundings.ts';
import { describeTargetGroupsContract } from './target-groups.ts';
import { describeTaskControlContract } from './task-control.ts';
import { describeTasksContract } from './tasks.ts';
import { describeChangeLogContract, describeTrailContract } from './trail.ts';
import { describeTrueTagsContract } from './true-tags.ts';

/** Budgets have their own tests; here they would only make the suites wait. */
const UNLIMITED: CallBudgets = {
  before: async () => undefined,
  throttled: () => undefined,
  registration: { take: async () => undefined, giveBack: () => undefined },
};

type Queues = { readonly queueUrl: string; readonly failureQueueUrl: string };

/** The adapters with the SDK's real clients, over the world's wire half on loopback. */
const overTheWire =
  <Port>(create: (clients: Clients, queues: Queues) => Port): MakeSubject<Port> =>
  async (options = {}) => {
    const world = createWorld(options);
    const server = await serveWorld(world);
    const clients = createClients({
      budgets: UNLIMITED,
      connection: {
        region: world.region,
        endpoint: server.endpoint,
        credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
      },
    });
    const queueUrl = server.queueUrl(world.queues.add({ name: 'work' }).url);
    const failureQueueUrl = server.queueUrl(world.queues.add({ name: 'failures' }).url);
    return {
      world,
      port: create(clients, { queueUrl, failureQueueUrl }),
      run: (work) => work,
      close: () => server.close(),
    };
  };

describeTasksContract(overTheWire(createTasks));
describeTargetGroupsContract(overTheWire(createTargetGroups));
describeGroupTagsContract(overTheWire(createGroupTags));
describeTrailContract(overTheWire((clients) => createTrail(clients, createSystemClock())));
describeChangeLogContract(overTheWire(createChangeLog));
describeAddressesContract(overTheWire(createAddresses));
describeServicesContract(overTheWire(createServices));
describeFillersContract(overTheWire(createFillers));
describeScalingContract(overTheWire(createScaling));
describeScaledServicesContract(overTheWire(createScaledServices));
describeDefinitionsContract(overTheWire(createDefinitions));
describeDaemonsContract(overTheWire(createDaemons));
describeDeploymentsContract(overTheWire(createDeployments));
describeRolloutsContract(overTheWire((clients) => createRollouts(clients, createSystemClock())));
describeServiceDetailsContract(overTheWire(createServiceDetails));
describeTrueTagsContract(overTheWire(createTrueTags));
describeGroupHealthContract(overTheWire(createGroupHealth));
describeEnvironmentsContract(overTheWire(createEnvironments));
describeRolesContract(overTheWire(createRoles));
describeEventsContract(overTheWire(createEvents));
describeQueueContract(
  overTheWire(createQueue),
  (name) => `https://sqs.eu-central-1.amazonaws.com/111122223333/${name}`,
);
describeFailureQueuesContract(overTheWire(createFailureQueues));
describeStackSwitchesContract(overTheWire(createStackSwitches));
describeTaskControlContract(overTheWire(createTaskControl));
describeClockContract(overTheWire(createSystemClock));
