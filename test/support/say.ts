import type { Ran } from '../../shared/app/register-targets.ts';
import type { Change, HeldChange } from '../../shared/core/outcome.ts';
import type { Stage } from './stage.ts';

/** Ids that the seed makes are of no interest to a test. */
const plain = (text: string): string => text.replace(/\b[0-9a-f]{32}\b/g, '<id>').replace(/\beni-[0-9a-f]+/g, '<eni>');

/** `web` of a target group's or a service's ARN. */
const nameOf = (arn: string): string => /:targetgroup\/([^/]+)/.exec(arn)?.[1] ?? arn.slice(arn.lastIndexOf('/') + 1);

const changeOf = ({ action, resource, target, reason }: Change | HeldChange): string =>
  `${action} ${target?.id}:${target?.port} ${nameOf(resource)}: ${plain(reason)}`;

/** What a run changed, each with its reason: `deregister 10.0.0.4:8080 web: task <id> (service:web) stopped`. */
export const made = ({ outcome }: Ran): readonly string[] =>
  outcome.changes
    .filter(({ applied }) => applied)
    .map(changeOf)
    .toSorted();

/** What a run would have changed. */
export const planned = ({ outcome }: Ran): readonly string[] =>
  outcome.changes
    .filter(({ applied }) => !applied)
    .map(changeOf)
    .toSorted();

/** What a run held back, each with why. */
export const held = ({ outcome }: Ran): readonly string[] => outcome.held.map(changeOf).toSorted();

/** What a run found: `TGT-3 medium web`. */
export const found = ({ outcome }: Ran): readonly string[] =>
  outcome.findings.map(({ rule, severity, resource }) => `${rule} ${severity} ${nameOf(resource)}`).toSorted();

/** Findings in words. */
export const words = ({ outcome }: Ran): string =>
  plain(outcome.findings.map(({ summary, fix }) => `${summary} ${fix}`).join('\n'));

/** Taskwire's own events on the bus so far, by detail-type. */
export const news = ({ world }: Stage, detailType: string): readonly object[] =>
  world.bus.log.filter((event) => event['detail-type'] === detailType).map(({ detail }) => detail);

/** Runs the function as a person does, on an instance of its own. */
export const byHand = (stage: Stage, event: object): Promise<Ran> => stage.world.clock.until(stage.instance()(event));

/** Nothing missing, stale or wrong. */
export const RIGHT = { missing: [], stale: [], wrong: [] };

/** From now on every event is lost. */
export const blind = ({ delivery }: Stage): void => {
  delivery.trouble.lost = 1;
};

/** The calls of one piece of work, by `service:Action`; nothing else may run meanwhile. */
export const callsOf = async (
  { world }: Stage,
  work: () => Promise<unknown>,
): Promise<Readonly<Record<string, number>>> => {
  world.calls.reset();
  await work();
  return world.calls.counts();
};
