import type { Rule, RuleText } from '../rule.ts';
import type { AuditedGroup } from '../subject.ts';
import { plannedForTasks } from './targets/as-planned.ts';

const LOAD_BALANCING = 'https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-tags.html';
const ECS_TAGS = 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html';
const NOTHING_WIRED =
  'Nothing in the group is changed until the tag is right: new tasks get no traffic, and targets of old ones stay.';
const NOTHING_SCALED = 'Nothing of the service’s scaling is changed until the tag is right.';

const onePortListens = plannedForTasks({
  id: 'TAG-10',
  slug: 'one-port-could-be-meant',
  severity: 'high',
  requires: 'The tags, the task definition and the target group leave one container port that can be meant.',
  risk: 'None of the tasks is registered, since a guess would send requests to the wrong port.',
  fix: 'Tag the group with the container and the port that listen.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html',
});

const taggedPortExists = plannedForTasks({
  id: 'TAG-11',
  slug: 'tagged-port-is-exposed',
  severity: 'high',
  requires: 'The container and the port that the tags name are in the task definition.',
  risk: 'None of the tasks is registered.',
  fix: 'Correct the tag, or add the port to the container’s portMappings.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html',
});

/** Rules about tags that only the tasks of a group can break, in the order of their ids. */
export const TAGGED_GROUP_RULES: readonly Rule<AuditedGroup>[] = [onePortListens, taggedPortExists];

const told = (
  id: string,
  slug: string,
  severity: RuleText['severity'],
  [requires, fix]: readonly [requires: string, fix: string],
  [risk, page]: readonly [risk: string, page: string],
): RuleText => ({ id, slug, severity, requires, risk, fix, page });

const onGroup = (id: string, slug: string, requires: string, fix: string): RuleText =>
  told(id, slug, 'high', [requires, fix], [NOTHING_WIRED, LOAD_BALANCING]);

const onService = (id: string, slug: string, requires: string, fix: string): RuleText =>
  told(id, slug, 'high', [requires, fix], [NOTHING_SCALED, ECS_TAGS]);

/** Every rule about tags, in the order of their ids. */
export const TAG_RULES: readonly RuleText[] = [
  onGroup(
    'TAG-1',
    'one-kind-of-workload',
    'A target group that carries tags of Taskwire names workloads, all of one kind.',
    'Set one of the tags service, family and beanstalk.',
  ),
  onGroup(
    'TAG-2',
    'workloads-are-understood',
    'Each workload is written as its tag wants it: <cluster>/<service>, <cluster>/<family>, or an environment’s name.',
    'Set the tag to a value such as production/checkout.',
  ),
  onGroup(
    'TAG-3',
    'cluster-is-watched',
    'The clusters that the tags name are watched by the stack.',
    'Correct the cluster’s name, or add the cluster to TASKWIRE_CLUSTERS.',
  ),
  onGroup(
    'TAG-4',
    'container-is-a-name',
    'The container tag holds the name of one container.',
    'Set it to the container’s name in the task definition, such as app.',
  ),
  onGroup(
    'TAG-5',
    'port-is-a-number',
    'The port tag holds one whole number from 1 to 65535.',
    'Set it to the port that the container listens on, such as 8080.',
  ),
  onGroup(
    'TAG-6',
    'mode-is-known',
    'The mode tag is enforce or observe.',
    'Set it to one of them, or take it away (that means enforce).',
  ),
  onGroup(
    'TAG-7',
    'targets-is-known',
    'The targets tag is shared or exclusive.',
    'Set it to one of them, or take it away (that means shared).',
  ),
  onGroup(
    'TAG-8',
    'zone-is-known',
    'The zone tag is auto or all.',
    'Set it to one of them, or take it away (that means auto).',
  ),
  onGroup(
    'TAG-9',
    'tag-is-known',
    'Every tag of Taskwire on a target group is one that it knows there, in upper and lower case too.',
    'Rename the tag, or take it away.',
  ),
  ...TAGGED_GROUP_RULES,
  onGroup(
    'TAG-12',
    'numbers-go-on',
    'Only service, family and beanstalk go on in further tags, numbered .2, .3 and so on without a gap.',
    'Move the value to the number that is missing, or take the tag away.',
  ),
  told(
    'TAG-13',
    'standby-is-true-or-false',
    'medium',
    ['The standby tag of a task is true or false.', 'Set it to true, or take it away.'],
    ['The tag changes nothing: the task is registered like any other.', ECS_TAGS],
  ),
  told(
    'TAG-14',
    'workload-exists',
    'medium',
    ['The workloads that a target group names exist.', 'Correct the name in the tag, or create the workload.'],
    ['Nothing is registered for it, and nothing is removed without proof.', LOAD_BALANCING],
  ),
  told(
    'TAG-15',
    'service-agrees',
    'high',
    [
      'Where the stack wants both sides to agree (TASKWIRE_CONSENT=both), the service’s tag allow names the target group.',
      'Tag the service with the name of the group, or take the service out of the group’s tags.',
    ],
    ['None of the service’s tasks is registered in the group.', ECS_TAGS],
  ),
  onService(
    'TAG-20',
    'scaling-is-understood',
    'The scaling tag names min and max, and the rest as it wants it.',
    'Set it to a value such as min=2 max=20 cpu=60.',
  ),
  onService(
    'TAG-21',
    'hours-are-understood',
    'The hours tag names days, times, a zone and bounds, and its windows do not overlap.',
    'Set it to a value such as Mon-Fri 08:00-20:00 Europe/Berlin min=6 max=40.',
  ),
  onService(
    'TAG-22',
    'reactions-are-known',
    'The reactions tag holds any of deploy, crash and spot, or none.',
    'Set it to a value such as deploy crash.',
  ),
  onService(
    'TAG-23',
    'service-tag-is-known',
    'Every tag of Taskwire on a service is one that it knows there, in upper and lower case too.',
    'Rename the tag, or take it away.',
  ),
  told(
    'TAG-24',
    'no-more-tasks-than-allowed',
    'medium',
    [
      'The tags of scaling ask for no more tasks than the stack allows a service.',
      'Ask for fewer, or have the owner of the stack raise TASKWIRE_MAX_TASKS.',
    ],
    ['The service scales to what the stack allows, not to what its tag says.', ECS_TAGS],
  ),
  told(
    'TAG-30',
    'tracing-is-known',
    'high',
    [
      'The tracing tag is required, optional or off.',
      'Set it to one of them, or take it away (then the stack’s setting counts).',
    ],
    ['The stack’s setting counts instead of what was meant.', ECS_TAGS],
  ),
  told(
    'TAG-31',
    'collector-is-known',
    'high',
    [
      'The collector tag is xray, adot, cloudwatch-agent or any.',
      'Set it to one of them, or take it away (that means any).',
    ],
    ['Any collector counts instead of the one that was meant.', ECS_TAGS],
  ),
];
