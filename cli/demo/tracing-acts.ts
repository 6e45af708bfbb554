import type { RemediateOutcome } from '../../shared/app/remediate.ts';
import { NO_BREAK } from '../../shared/report/terminal/text.ts';
import { pause, type Stage, until } from './stage.ts';

const LOOK_AGAIN_MS = 1_000;
const ATTACH = { action: 'attach-sidecar', cluster: 'shop', service: 'api' };
/** Of the twenty lines and more, those that say what the change is. */
const TELLING = /^\+ +"(name|image|essential)":/;

/** What `verify-xray` has said of a revision. */
const findingsOf = ({ shop }: Stage, revision: string): number =>
  shop.world.bus.log.filter(({ source, resources }) => source === 'taskwire' && resources.includes(revision)).length;

/** Where the rollout stands. */
const rolloutIn = ({ notes = [] }: RemediateOutcome): string | undefined =>
  notes.find((note) => /^api: (under way|steady|failed|rolled-back)\b/.test(note))?.replace(/ The way back: .*/, '');

export const attachCollector = async (stage: Stage): Promise<void> => {
  const { shop, act, say, isRight, tracing } = stage;
  const { ecs } = shop.world;
  act(
    'The service api has no trace collector',
    'Its tag asks for tracing, and a third function judges every task that starts: it said so when the fleet came up. A fourth one repairs it, when a person asks, and shows the change before.',
  );
  const { plan, diffs = [] } = await tracing.remediate(ATTACH);
  const lines = diffs.flatMap((diff) => diff.lines);
  for (const told of lines.filter((each) => TELLING.test(each))) say(told.replace(/^\+ +/, '+ '));
  const [added, removed] = ['+', '-'].map((sign) => lines.filter((each) => each.startsWith(sign)).length);
  say(
    `${added} lines come, ${removed === 0 ? 'none goes' : `${removed} go`}; values of variables and secrets are masked.`,
  );
  if (plan === undefined) return;
  const { notes = [] } = await tracing.remediate({ ...ATTACH, apply: true, plan: plan.id });
  const [wayBack = ''] = /The way back: .*/.exec(notes.join('\n')) ?? [];

  act(
    'Its deployment replaces the 4 tasks of api',
    'The rollout is watched until it is steady. An old target leaves with the first sign that ECS stops its task, while it still answers.',
  );
  const [newest] = shop.api.deployments;
  const revision = newest?.definition.arn ?? '';
  let told: string | undefined;
  for (let looks = 0; looks < 15; looks++) {
    const now = rolloutIn(await tracing.remediate(ATTACH));
    if (now !== told && now !== undefined) say(now);
    told = now;
    if (now === undefined || !now.startsWith('api: under way')) break;
    await pause(LOOK_AGAIN_MS);
  }
  await until(() => ecs.tasksOf(shop.api.arn).length === 4 && isRight() && tracing.delivery.idle);
  // In one line, so that it can be copied.
  say(wayBack.replaceAll(' ', NO_BREAK));
  const found = findingsOf(stage, revision);
  say(found === 0 ? 'verify-xray has judged the new tasks, and finds nothing.' : `verify-xray finds ${found} faults.`);
};
