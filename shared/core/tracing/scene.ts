import { type CollectorKind, collectorKindOf } from './collectors.ts';
import type { DefinedContainer, DefinedTask } from './definition.ts';
import { type Listener, type Receiver, type Reception, receivesOf } from './receives.ts';
import { daemonAddressOf, isCompanion, otlpEndpointOf, sendsOtlp, sendsXRay } from './senders.ts';
import type { TracedTask } from './subject.ts';

/** A collector in the task. */
export interface Sidecar {
  readonly container: DefinedContainer;
  readonly kind: CollectorKind;
  readonly reception: Reception;
}

/** Who plays which part in a task. */
export interface Scene {
  readonly task: DefinedTask;
  readonly sidecars: readonly Sidecar[];
  /** Neither collectors nor known companions. */
  readonly applications: readonly DefinedContainer[];
  /** Applications that send with the X-Ray SDK: what their environment shows, or where nothing shows and the only
   * collector is a daemon, the essential ones. */
  readonly xraySenders: readonly DefinedContainer[];
  /** Applications whose environment shows that they send by OTLP. */
  readonly otlpSenders: readonly DefinedContainer[];
  /** Whoever sends; where nothing shows who, the essential applications. */
  readonly senders: readonly DefinedContainer[];
}

/** What decides it may be put together by the document, and so be unknown here. */
const receptionOf = (task: DefinedTask, container: DefinedContainer, kind: CollectorKind): Reception =>
  ['command', 'entryPoint', 'environment', 'secrets'].some((member) => isComputed(task, container, member))
    ? { known: false }
    : receivesOf(container, kind);

/** Every rule looks at the same scene of a subject; reading its configurations twenty times would cost as much as the rest. */
const SEEN = new WeakMap<TracedTask, Scene>();

/** Tells the collectors of a task from what they collect from. The same subject has the same scene. */
export const sceneOf = (subject: TracedTask): Scene => {
  const scene = SEEN.get(subject) ?? lookAt(subject);
  SEEN.set(subject, scene);
  return scene;
};

const lookAt = ({ task, collectorImages }: TracedTask): Scene => {
  const sidecars: Sidecar[] = [];
  const others: DefinedContainer[] = [];
  for (const container of task.containers) {
    const kind = collectorKindOf(container, collectorImages);
    if (kind === undefined) others.push(container);
    else sidecars.push({ container, kind, reception: receptionOf(task, container, kind) });
  }
  const applications = others.filter((container) => !isCompanion(container));
  const essential = applications.filter((container) => container.essential);
  const likely = essential.length > 0 ? essential : applications;
  const otlpSenders = applications.filter(sendsOtlp);
  const shown = applications.filter(sendsXRay);
  const onlyDaemons = sidecars.length > 0 && sidecars.every(({ kind }) => kind === 'xray');
  const xraySenders = shown.length === 0 && otlpSenders.length === 0 && onlyDaemons ? likely : shown;
  const sending = applications.filter((each) => xraySenders.includes(each) || otlpSenders.includes(each));
  return { task, sidecars, applications, xraySenders, otlpSenders, senders: sending.length > 0 ? sending : likely };
};

/** Containers of one task reach each other over the loopback. */
export const sharesLoopback = ({ networkMode }: DefinedTask): boolean =>
  networkMode === 'awsvpc' || networkMode === 'host';

/** What the sidecars are known to listen to, with these receivers; none of those whose configuration is unknown. */
export const listenersOf = (sidecars: readonly Sidecar[], ...receivers: readonly Receiver[]): readonly Listener[] =>
  sidecars.flatMap(({ reception }) =>
    reception.known ? reception.listeners.filter(({ receiver }) => receivers.includes(receiver)) : [],
  );

/** Whether every sidecar's configuration could be read. */
export const allKnown = (sidecars: readonly Sidecar[]): boolean => sidecars.every(({ reception }) => reception.known);

/** Where a host name leads a container. */
export type Place =
  /** The container's own loopback, or the task's where containers share it. */
  | { readonly kind: 'loopback' }
  /** Another container of the task, by its name or the alias of a link. */
  | { readonly kind: 'container'; readonly container: DefinedContainer; readonly linked: boolean }
  | { readonly kind: 'elsewhere' };

/** `name` or `name:alias`. */
const linkOf = (link: string): { readonly name: string; readonly alias: string } => {
  const colon = link.indexOf(':');
  return colon < 0 ? { name: link, alias: link } : { name: link.slice(0, colon), alias: link.slice(colon + 1) };
};

/** Whether a container links to another. */
export const linksTo = (container: DefinedContainer, to: DefinedContainer): boolean =>
  container.links.some((link) => linkOf(link).name === to.name);

/** Where a host leads, seen from a container. Names of containers are compared without case, as Docker's DNS does. */
export const placeOf = (host: string, from: DefinedContainer, { task }: Scene): Place => {
  if (/^(127\.[\d.]+|localhost|0\.0\.0\.0|\[?::1?\]?)$/.test(host)) return { kind: 'loopback' };
  const aliased = from.links.map(linkOf).find(({ alias }) => alias.toLowerCase() === host)?.name;
  const container = task.containers.find(({ name }) =>
    aliased === undefined ? name.toLowerCase() === host : name === aliased,
  );
  if (container === undefined) return { kind: 'elsewhere' };
  return { kind: 'container', container, linked: linksTo(from, container) };
};

/** Hosts that a container is told to send traces to; none where it uses the default or what is told is computed. */
export const hostsOf = (container: DefinedContainer): readonly string[] => {
  const [daemon, otlp] = [daemonAddressOf(container), otlpEndpointOf(container)];
  return [...(daemon.kind === 'at' ? [daemon.at.udp.host] : []), ...(otlp.kind === 'at' ? [otlp.at.host] : [])];
};

/** Whether where a container sends is put together elsewhere, so that it cannot be judged. */
export const sendsSomewhereComputed = (task: DefinedTask, container: DefinedContainer): boolean =>
  isComputed(task, container, 'environment') ||
  daemonAddressOf(container).kind === 'computed' ||
  otlpEndpointOf(container).kind === 'computed';

/** Whether a task has a role; `undefined` where the document computes that. */
export const hasRole = (task: DefinedTask, role: 'taskRole' | 'executionRole'): boolean | undefined => {
  const named = task[role];
  if (named !== undefined && named !== '' && named !== false) return true;
  return task.computed.has([...task.path, `${role}Arn`].join('.')) ? undefined : false;
};

/** Whether a member of a container is written by the document's own functions. */
export const isComputed = ({ computed }: DefinedTask, container: DefinedContainer, member: string): boolean =>
  computed.has([...container.path, member].join('.')) || computed.has(container.path.join('.'));
