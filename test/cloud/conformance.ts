import { CONFORMANCE_CALLS } from './conformance-calls.ts';
import type { ConformanceWorld } from './conformance-worlds.ts';

/** A place in an answer where the two differ. */
export interface Difference {
  readonly call: string;
  /** `tasks[0].version`; `error` where one refused. */
  readonly path: string;
  readonly moto: string;
  readonly simulator: string;
}

/**
 * Where they differ on purpose, and why. Where the reason begins with AWS, the simulator follows AWS and moto does not;
 * the page of the API reference stands in brackets.
 * An entry that no longer applies fails the test, so that the table stays true.
 */
const ON_PURPOSE: readonly { readonly call: string | RegExp; readonly path: RegExp; readonly why: string }[] = [
  {
    call: 'ListTasks of an unknown service',
    path: /^/,
    why: 'AWS: ServiceNotFoundException (ListTasks, errors); moto ignores the filter, since its services start no tasks',
  },
  {
    call: 'ListTasks in pages of 2',
    path: /^sizes$/,
    why: 'AWS: maxResults is the size of a page (ListTasks); moto gives all at once',
  },
  {
    call: 'ListTasks after a stop, without a desired status',
    path: /^taskArns/,
    why: 'AWS: RUNNING is the default (ListTasks); moto lists all',
  },
  {
    call: /^DescribeTasks( of a stopped task)?$/,
    path: /^tasks\[\d\]\.containers\[0\]\.(taskArn|lastStatus|networkInterfaces|networkBindings)/,
    why: 'AWS: tells both (Container, NetworkInterface); containers of moto never start, and have neither interfaces nor bindings',
  },
  {
    call: /^DescribeTasks( of a stopped task)?$/,
    path: /^tasks\[\d\]\.(version|createdAt|stoppedAt|stopCode|stoppedReason)$/,
    why: 'AWS: tells all of them (Task); tasks of moto carry no version, no moments, no stop code, and an empty reason while they run',
  },
  {
    call: 'DescribeTasks of a stopped task',
    path: /^tasks\[0\]\.attachments\[0\]\.status$/,
    why: 'AWS: DELETED (Attachment); in moto the attachment outlives its task',
  },
  {
    call: 'DescribeNetworkInterfaces by the address of a stopped task',
    path: /^NetworkInterfaces/,
    why: 'AWS: deleted in DEPROVISIONING (task life cycle); in moto the interface outlives its task',
  },
  {
    call: 'DescribeTasks of an unknown task',
    path: /^failures/,
    why: 'AWS: MISSING in failures (API failure reasons); moto tells nothing',
  },
  {
    call: /^Describe(Tasks of 101 tasks|Services of 11 services)$/,
    path: /^/,
    why: 'AWS: at most 100 tasks, 10 services per call (DescribeTasks, DescribeServices); moto takes any number',
  },
  {
    call: 'DescribeServices, one of them unknown',
    path: /^services\[0\]\.currentServiceRevisions$/,
    why: 'AWS: the revisions that run (Service); moto knows no revisions',
  },
  {
    call: 'DescribeServices, one of them unknown',
    path: /^services\[0\]\.createdAt$/,
    why: 'AWS: tells when a service was created (Service); moto does not',
  },
  {
    call: 'DescribeServiceRevisions',
    path: /^/,
    why: 'moto does not implement it and answers with a page of HTML',
  },
  {
    call: 'DescribeContainerInstances, unknown',
    path: /^/,
    why: 'AWS: MISSING in failures (API failure reasons); moto falls over in a cluster that never had an instance',
  },
  {
    call: 'DescribeTags of an unknown group',
    path: /^/,
    why: 'AWS: TargetGroupNotFound (DescribeTags, errors); moto answers no tags',
  },
  {
    call: 'DescribeTargetHealth of a target that is not registered',
    path: /\.State$/,
    why: 'AWS: unused (TargetHealth); moto says unavailable',
  },
  {
    call: /^DescribeTargetHealth/,
    path: /\.TargetHealth\.Description$/,
    why: 'for people; nothing reads it and the simulator leaves it out',
  },
  {
    call: /^DescribeTargetHealth after/,
    path: /\.TargetHealth\.(State|Reason)$/,
    why: 'AWS: unused, Target.NotInUse, since no listener uses the group (TargetHealth); in moto targets are healthy at once',
  },
  {
    call: /^RegisterTargets (of no address|outside the VPC without a zone)$/,
    path: /^/,
    why: 'AWS: refused (RegisterTargets, TargetDescription); moto takes any text as a target',
  },
  {
    call: 'DeregisterTargets of a target that is not registered',
    path: /^/,
    why: 'AWS: "if the specified target does not exist, the action returns successfully" (DeregisterTargets); moto refuses',
  },
  {
    call: /^GetResources/,
    path: /^PaginationToken$/,
    why: 'AWS: an empty text on the last page; moto leaves it out, and the adapters take both',
  },
  {
    call: 'DescribeNetworkInterfaces by address',
    path: /\.Description$/,
    why: "AWS: the ARN of the task's attachment, by which an interface finds its task; moto writes its own name",
  },
  {
    call: 'DescribeNetworkInterfaces by IPv6 address',
    path: /^/,
    why: 'moto does not implement the filter and answers with a page of HTML',
  },
  {
    call: 'BatchGetApplications, unknown',
    path: /^message$/,
    why: 'AWS: its own words, "No application found for name: …"; only the error\'s name is read',
  },
  {
    call: /^Describe(Subnets|Instances)/,
    path: /\.(Tags|State|NetworkInterfaces)$/,
    why: 'nothing reads it here, and the simulator leaves it out',
  },
];

/** Members that Taskwire's adapters read; the others are nobody's business here, and the simulator leaves most out. */
const READ = new Set([
  ...['taskArns', 'taskArn', 'clusterArns', 'clusterArn', 'serviceArns', 'serviceArn', 'serviceName', 'tasks'],
  ...['taskDefinitionArn', 'taskDefinition', 'containerDefinitions', 'networkMode', 'portMappings', 'containerPort'],
  ...['hostPort', 'protocol', 'group', 'startedBy', 'lastStatus', 'desiredStatus', 'version', 'stoppedReason'],
  ...['containerInstanceArn', 'containerInstanceArns', 'containerInstances', 'ec2InstanceId', 'containers'],
  ...['networkBindings', 'networkInterfaces', 'attachmentId', 'privateIpv4Address', 'ipv6Address', 'attachments'],
  ...['id', 'type', 'details', 'name', 'value', 'tags', 'key', 'createdAt', 'stoppedAt', 'stopCode', 'failures'],
  ...['arn', 'reason', 'services', 'status', 'loadBalancers', 'targetGroupArn', 'taskSets', 'serviceRevisions'],
  ...['currentServiceRevisions', 'sizes', 'more', 'taken', 'failed', 'code', 'nextToken'],
  ...['TargetGroups', 'TargetGroupArn', 'TargetGroupName', 'TargetType', 'Protocol', 'Port', 'VpcId', 'IpAddressType'],
  ...['TargetHealthDescriptions', 'Target', 'Id', 'TargetHealth', 'State', 'Reason', 'Attributes'],
  ...['TagDescriptions', 'ResourceArn', 'Tags', 'Key', 'Value', 'ResourceTagMappingList', 'ResourceARN'],
  ...['PaginationToken', 'NetworkInterfaces', 'NetworkInterfaceId', 'SubnetId', 'PrivateIpAddress', 'Description'],
  ...['PrivateIpAddresses', 'Ipv6Addresses', 'Subnets', 'CidrBlock', 'Ipv6CidrBlockAssociationSet', 'ResourceId'],
  ...['Reservations', 'Instances', 'InstanceId', 'AutoScalingGroups', 'applications', 'FailedEntryCount'],
  ...['NextToken', 'NextMarker', 'ResourceType', 'error', 'message', 'httpStatus'],
]);

/** Details of an attachment that are read; the others differ in every account. */
const READ_DETAILS = new Set(['subnetId', 'networkInterfaceId', 'privateIPv4Address']);

const isUnread = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  'value' in value &&
  !READ_DETAILS.has(String(value.name));

/** An answer as plain data: only what is read, own names for what each calls differently, lists in one order. */
const neutral = (value: unknown, names: ReadonlyMap<string, string>): unknown => {
  if (typeof value === 'string') {
    let text = value;
    for (const [own, common] of names) text = text.replaceAll(own, common);
    return text;
  }
  if (value instanceof Date) return '<moment>';
  if (Array.isArray(value)) {
    const members = value.filter((member) => !isUnread(member)).map((member) => neutral(member, names));
    // Neither promises an order.
    return members.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, member]) => READ.has(name) && member !== undefined)
      .map(([name, member]) => [name, neutral(member, names)]),
  );
};

const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

const isBranch = (value: unknown): value is object => typeof value === 'object' && value !== null;

const entriesOf = (value: object): ReadonlyMap<string, unknown> => new Map(Object.entries(value));

const differences = (call: string, path: string, moto: unknown, simulator: unknown): readonly Difference[] => {
  if (isBranch(moto) && isBranch(simulator) && Array.isArray(moto) === Array.isArray(simulator)) {
    const [left, right] = [entriesOf(moto), entriesOf(simulator)];
    const at = (key: string): string =>
      Array.isArray(moto) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
    return [...new Set([...left.keys(), ...right.keys()])].flatMap((key) =>
      differences(call, at(key), left.get(key), right.get(key)),
    );
  }
  return Object.is(moto, simulator) ? [] : [{ call, path, moto: shown(moto), simulator: shown(simulator) }];
};

const answerOf = async (send: () => Promise<object>): Promise<object> => {
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { $metadata: metadata } = { $metadata: undefined, ...error };
    const status = isBranch(metadata) ? entriesOf(metadata).get('httpStatusCode') : undefined;
    // Without a status nobody answered: a mistake of this test or a stand-in that fell over.
    if (status === undefined) throw error;
    return { error: error.name, message: error.message, httpStatus: status };
  }
};

/** Makes every call on both, one after the other, and tells where the answers differ. */
export const compare = async (moto: ConformanceWorld, simulator: ConformanceWorld): Promise<readonly Difference[]> => {
  const found: Difference[] = [];
  for (const { name, send } of CONFORMANCE_CALLS) {
    const [left, right] = [
      neutral(await answerOf(() => send(moto)), moto.names),
      neutral(await answerOf(() => send(simulator)), simulator.names),
    ];
    found.push(...differences(name, '', left, right));
  }
  return found;
};

const explains = ({ call, path }: (typeof ON_PURPOSE)[number], difference: Difference): boolean =>
  (typeof call === 'string' ? call === difference.call : call.test(difference.call)) && path.test(difference.path);

/** The reason that the table gives for a difference. */
const reasonOf = (difference: Difference): string | undefined =>
  ON_PURPOSE.find((entry) => explains(entry, difference))?.why;

/** Entries of the table that explain none of these. */
export const unusedReasons = (found: readonly Difference[]): readonly string[] =>
  ON_PURPOSE.filter((entry) => !found.some((difference) => explains(entry, difference))).map(
    ({ call, path, why }) => `${call} ${path}: ${why}`,
  );

/** One line per difference that nobody expects, for a person. */
export const renderUnexpected = (found: readonly Difference[]): string =>
  found
    .filter((difference) => reasonOf(difference) === undefined)
    .map(({ call, path, moto, simulator }) => `${call}: ${path}: moto ${moto}, simulator ${simulator}\n`)
    .join('');

/** What differs on purpose, a line for each call and reason. */
export const renderOnPurpose = (found: readonly Difference[]): string => {
  const places = new Map<string, number>();
  for (const difference of found) {
    const why = reasonOf(difference);
    if (why === undefined) continue;
    const line = `${difference.call}: ${why}`;
    places.set(line, (places.get(line) ?? 0) + 1);
  }
  const lines = [...places].map(([line, count]) => `  ${line}${count > 1 ? ` (${count} places)` : ''}\n`);
  return `moto and the simulator answered ${CONFORMANCE_CALLS.length} calls and differ on purpose in:\n${lines.join('')}`;
};
