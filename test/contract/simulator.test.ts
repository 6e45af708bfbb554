import { createInMemoryPorts, type InMemoryPorts } from '../../simulator/ports/in-memory.ts';
import { createWorld } from '../../simulator/world.ts';
import { describeAddressesContract } from './addresses.ts';
import { describeClockContract } from './clock.ts';
import { describeDaemonsContract } from './daemons.ts';
import { describeDefinitionsContract } from './definitions.ts';
import { describeDeploymentsContract } from './deployments.ts';
import { describeFailureQueuesContract } from './failure-queue.ts';
import { describeGroupTagsContract } from './group-tags.ts';
import { describeEventsContract, describeQueueContract } from './messages.ts';
import { describeReportsContract } from './reports.ts';
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

/** The world's own ports, in memory. */
const inMemory =
  <Name extends keyof InMemoryPorts>(name: Name): MakeSubject<InMemoryPorts[Name]> =>
  async (options = {}) => {
    const world = createWorld(options);
    const queues = {
      own: world.queues.add({ name: 'work' }).url,
      failures: world.queues.add({ name: 'failures' }).url,
    };
    return {
      world,
      port: createInMemoryPorts(world, { queues })[name],
      run: (work) => world.clock.until(work),
      close: async () => undefined,
    };
  };

describeTasksContract(inMemory('tasks'));
describeTargetGroupsContract(inMemory('targetGroups'));
describeGroupTagsContract(inMemory('groupTags'));
describeTrailContract(inMemory('trail'));
describeChangeLogContract(inMemory('changeLog'));
describeAddressesContract(inMemory('addresses'));
describeServicesContract(inMemory('services'));
describeFillersContract(inMemory('fillers'));
describeScalingContract(inMemory('scaling'));
describeScaledServicesContract(inMemory('scaledServices'));
describeDefinitionsContract(inMemory('definitions'));
describeDaemonsContract(inMemory('daemons'));
describeDeploymentsContract(inMemory('deployments'));
describeRolloutsContract(inMemory('rollouts'));
describeServiceDetailsContract(inMemory('serviceDetails'));
describeTrueTagsContract(inMemory('trueTags'));
describeGroupHealthContract(inMemory('groupHealth'));
describeEnvironmentsContract(inMemory('environments'));
describeRolesContract(inMemory('roles'));
describeReportsContract(inMemory('reports'));
describeEventsContract(inMemory('events'));
describeQueueContract(inMemory('queue'), (name) => `https://sqs.eu-central-1.amazonaws.com/111122223333/${name}`);
describeFailureQueuesContract(inMemory('failureQueues'));
describeStackSwitchesContract(inMemory('stackSwitches'));
describeTaskControlContract(inMemory('taskControl'));
describeClockContract(inMemory('clock'));
