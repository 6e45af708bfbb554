import { evaluate } from '../audit/evaluate.ts';
import { quote } from '../text.ts';
import { COLLECTOR_NAMES } from './collectors.ts';
import type { DefinedTask } from './definition.ts';
import { isFargateSize, nextFargateSize } from './fargate-size.ts';
import { isJsonList, isObject, type Json, type JsonObject, objectsOf, utf8Bytes } from './json.ts';
import { ATTACHED_LABEL, type Reshaped, registrable, SIDECAR_TAG } from './reshape.ts';
import { TRACING_RULES } from './rules.ts';
import { type Scene, sceneOf } from './scene.ts';
import { daemonAddressOf, otlpEndpointOf, otlpProtocolOf } from './senders.ts';
import { type AttachedCollector, sidecarName, sidecarOf } from './sidecar.ts';
import { cpuOf, memoryOf } from './size.ts';
import type { TracedTask } from './subject.ts';

/** What a person, or a service's tag, wants attached. */
export interface Attachment {
  readonly collector: AttachedCollector;
  /** Instead of the public image, a mirror of it for instance. */
  readonly image?: string;
  /** `taskwire`, or what the stack says. Left out: no tag, since what is changed has none (a Dockerrun file). */
  readonly tagPrefix?: string;
  /** What is known of the task's surroundings, for the rules. */
  readonly known?: Pick<TracedTask, 'allowedActions' | 'collectorImages'>;
}

/** Reads a task definition as the rules see it; core parses nothing. */
export type ReadTask = (definition: JsonObject) => DefinedTask;

// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
const MOST_CONTAINERS = 10;
const MOST_BYTES = 64 * 1_024;
const MOST_TAGS = 50;

/** A container to which members are added; which of them were not there is remembered, for the way back. */
const extended = (
  container: JsonObject,
  additions: readonly (readonly [member: string, item: Json])[],
): { readonly container: JsonObject; readonly created: readonly string[] } => {
  const created: string[] = [];
  let after = container;
  for (const [member, item] of additions) {
    const before = after[member];
    if (before === undefined || before === null) created.push(member);
    after = { ...after, [member]: [...(isJsonList(before) ? before : []), item] };
  }
  return { container: after, created };
};

/** What the applications that send need, so that they find the collector and start after it. */
const additionsFor = (name: string, scene: Scene, sidecar: string): readonly (readonly [string, Json])[] => {
  const sender = scene.senders.find((each) => each.name === name);
  if (sender === undefined) return [];
  const additions: (readonly [string, Json])[] = [['dependsOn', { containerName: sidecar, condition: 'START' }]];
  if (scene.task.networkMode !== 'bridge') return additions;
  additions.unshift(['links', sidecar]);
  const sendsOtlp = scene.otlpSenders.includes(sender);
  if ((!sendsOtlp || scene.xraySenders.includes(sender)) && daemonAddressOf(sender).kind === 'default') {
    additions.push(['environment', { name: 'AWS_XRAY_DAEMON_ADDRESS', value: `${sidecar}:2000` }]);
  }
  if (sendsOtlp && otlpEndpointOf(sender).kind === 'default') {
    const port = otlpProtocolOf(sender) === 'grpc' ? 4317 : 4318;
    additions.push(['environment', { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: `http://${sidecar}:${port}` }]);
  }
  return additions;
};

/** The applications' awslogs, under a prefix of the collector's own; no other driver's options would fit it. */
const logsLike = (containers: readonly JsonObject[], applications: Scene['applications'], name: string): JsonObject => {
  const names = new Set(applications.map((each) => each.name));
  for (const container of containers) {
    const { logConfiguration } = container;
    if (!isObject(logConfiguration) || logConfiguration.logDriver !== 'awslogs') continue;
    const { options } = logConfiguration;
    if (typeof container.name !== 'string' || !names.has(container.name) || !isObject(options)) continue;
    // How lines of the application belong together is its own matter.
    const copied = Object.entries(options).filter(([key]) => !/multiline|datetime/.test(key));
    return {
      logConfiguration: {
        logDriver: 'awslogs',
        options: { ...Object.fromEntries(copied), 'awslogs-stream-prefix': name },
      },
    };
  }
  return {};
};

const freeName = (wanted: string, containers: readonly JsonObject[]): string => {
  const taken = new Set(containers.map(({ name }) => name));
  return [wanted, `taskwire-${wanted}`].find((name) => !taken.has(name)) ?? `taskwire-${wanted}-${containers.length}`;
};

/** Why a task of this size could not start; Fargate's sizes are the only ones that AWS prescribes. */
const sizeReason = ({ fargate, cpu, memory, containers }: DefinedTask): string | undefined => {
  if (!fargate || cpu === undefined || memory === undefined) return undefined;
  const needed = {
    cpu: Math.max(
      cpu,
      containers.reduce((sum, each) => sum + cpuOf(each), 0),
    ),
    memory: Math.max(
      memory,
      containers.reduce((sum, each) => sum + (memoryOf(each) ?? 0), 0),
    ),
  };
  if (isFargateSize({ cpu, memory }) && needed.cpu === cpu && needed.memory === memory) return undefined;
  const next = nextFargateSize(needed);
  const why = isFargateSize({ cpu, memory })
    ? `The task has ${cpu} cpu units and ${memory} MiB, and its containers would take ${needed.cpu} and ${needed.memory}`
    : `Fargate has no tasks of ${cpu} cpu units and ${memory} MiB`;
  return next === undefined
    ? `${why}; Fargate has no larger ones.`
    : `${why}. The next valid size is cpu ${next.cpu}, memory ${next.memory}.`;
};

const refused = (...reasons: readonly string[]): Reshaped => ({ kind: 'refused', reasons });

/** High findings in one line each. */
const highFindings = (subject: TracedTask): readonly string[] =>
  evaluate(subject, TRACING_RULES, subject.task.name)
    .filter(({ severity }) => severity === 'high')
    .map(({ rule, summary, fix }) => `${rule}: ${summary} ${fix}`);

/**
 * Gives a task definition a collector: the container, on bridge its port, the links and the addresses to it, the order
 * of the start, logs like the application's, and a tag that says where it came from. Whatever else the definition holds
 * stays, in its order; read-only members of an answer of DescribeTaskDefinition go.
 * @param definition As RegisterTaskDefinition takes it, its tags included.
 * @returns `unchanged` where a right one of that kind is there, so repeating it changes nothing. `refused` where AWS would
 *   not take the result, it could not start, or a high finding would remain.
 */
export const attachCollector = (definition: JsonObject, wish: Attachment, read: ReadTask): Reshaped => {
  const before = registrable(definition);
  const subjectOf = (of: JsonObject): TracedTask => ({ ...wish.known, task: read(of), wanted: wish.collector });
  const scene = sceneOf(subjectOf(before));
  const { task, sidecars, applications } = scene;
  if (task.networkMode === 'none') return refused('The task has no network, so no collector could send anything.');
  if (applications.length === 0) return refused('The task has no application that could be traced.');
  const containers = before.containerDefinitions;
  if (!isJsonList(containers) || !containers.every((each) => isObject(each))) {
    return refused('containerDefinitions is no list of containers.');
  }
  const [there] = sidecars;
  if (there !== undefined) {
    const is = `Container ${quote(there.container.name)} is ${COLLECTOR_NAMES[there.kind]} already`;
    if (!sidecars.some(({ kind }) => kind === wish.collector)) {
      return refused(`${is}. Take it out first, or ask for what is there.`);
    }
    const wrong = highFindings(subjectOf(before));
    return wrong.length === 0
      ? { kind: 'unchanged', definition: before, reason: `${is}.` }
      : refused(`${is}, and it does not work as it is.`, ...wrong);
  }
  if (containers.length >= MOST_CONTAINERS)
    return refused(`The task has ${containers.length} containers, the most there can be.`);

  const name = freeName(sidecarName(wish.collector), containers);
  const created: string[] = [];
  const changed = containers.map((each) => {
    const called = typeof each.name === 'string' ? each.name : '';
    const { container, created: members } = extended(each, additionsFor(called, scene, name));
    created.push(...members.map((member) => `${called}.${member}`));
    return container;
  });
  const { tags } = before;
  const isTagged = wish.tagPrefix !== undefined;
  if (isTagged && (tags === undefined || tags === null)) created.push('.tags');
  if (isTagged && objectsOf(tags).length >= MOST_TAGS)
    return refused(`The task definition has ${MOST_TAGS} tags, the most there can be.`);
  const image = wish.image === undefined ? {} : { image: wish.image };
  const sidecar: JsonObject = {
    ...sidecarOf(wish.collector, { name, ...image, networkMode: task.networkMode }),
    ...logsLike(containers, applications, name),
    // The way back: which members of the task definition were not there before. Goes with the container.
    dockerLabels: { [ATTACHED_LABEL]: created.join(' ') },
  };
  const after: JsonObject = {
    ...before,
    containerDefinitions: [...changed, sidecar],
    ...(isTagged && {
      tags: [...(isJsonList(tags) ? tags : []), { key: `${wish.tagPrefix}:${SIDECAR_TAG}`, value: wish.collector }],
    }),
  };
  const bytes = utf8Bytes(JSON.stringify(after));
  if (bytes > MOST_BYTES) return refused(`The definition would have ${bytes} bytes; ECS takes at most ${MOST_BYTES}.`);
  const subject = subjectOf(after);
  const size = sizeReason(subject.task);
  // The size has its own words, with the next valid one.
  const wrong = highFindings(subject).filter((reason) => size === undefined || !reason.startsWith('XRY-16:'));
  const reasons = [...(size === undefined ? [] : [size]), ...wrong];
  return reasons.length > 0 ? refused(...reasons) : { kind: 'changed', definition: after, container: name };
};
