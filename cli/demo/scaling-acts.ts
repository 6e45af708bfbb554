import { parseArn } from '../../shared/core/task/arn.ts';
import type { BusEvent } from '../../simulator/shapes.ts';
import { running, type Stage, until } from './stage.ts';

/** What the rules of `adjust-scaling` send to its queue. */
export const wantsScalingEvents = ({ source, 'detail-type': type, detail, resources }: BusEvent): boolean => {
  if (source === 'aws.tag') return resources.some((arn) => parseArn(arn)?.resource.startsWith('service/'));
  if (source !== 'aws.ecs') return false;
  if (type === 'ECS Service Action' || type === 'ECS Deployment State Change') return true;
  return type === 'ECS Task State Change' && 'stopCode' in detail && detail.stopCode === 'SpotInterruption';
};

const hour = (hours: number): string => `${String(hours % 24).padStart(2, '0')}:00`;

/** What is there of the service's scaling. */
const scalingOf = ({ shop }: Stage) => shop.world.scaling.targets.get('service/shop/images');

export const scaleByTags = async (stage: Stage): Promise<void> => {
  const { shop, act, scalingIsIdle } = stage;
  act(
    'Tags put the service images under auto scaling',
    'A second function keeps bounds, policies and scheduled hours like the tags on the service.',
  );
  const { world, images } = shop;
  // Hours that are hours away, whenever this runs: close to a boundary nothing but the schedules writes bounds.
  const now = new Date(world.clock.nowMs()).getUTCHours();
  world.ecs.tagService(images.arn, {
    'taskwire:scaling': 'min=2 max=10 cpu=60',
    'taskwire:hours': `Mon-Sun ${hour(now + 6)}-${hour(now + 14)} UTC min=3 max=20`,
    'taskwire:reactions': 'deploy crash spot',
  });
  await until(() => scalingOf(stage)?.schedules.size === 2 && scalingIsIdle());
};

export const holdWhileDeploying = async (stage: Stage): Promise<void> => {
  const { shop, act, scalingIsIdle } = stage;
  act(
    'A deployment of images',
    'Application Auto Scaling would count old and new tasks together, and start too many: scale-out is held meanwhile.',
  );
  const { ecs } = shop.world;
  const { arn } = ecs.registerTaskDefinition({ family: 'images', containers: [{ name: 'images' }] });
  ecs.updateService(shop.images.arn, { taskDefinition: arn });
  const isHeld = (): boolean => scalingOf(stage)?.suspended.scaleOut === true;
  await until(isHeld);
  await until(() => !isHeld() && scalingOf(stage)?.tags.size === 0 && scalingIsIdle());
};

export const raiseForSpot = async (stage: Stage): Promise<void> => {
  const { shop, act, say, scalingIsIdle } = stage;
  act(
    'AWS takes 2 Spot tasks of images back',
    'Their replacements start with the notice, not after the end: min goes up, and a schedule takes it back.',
  );
  // AWS's two minutes are long enough for a replacement to start; so must this notice be.
  shop.world.ecs.times.spotNoticeMs = 10_000;
  const before = shop.images.desiredCount;
  const lost = running(shop, shop.images.arn).slice(0, 2);
  for (const { arn } of lost) shop.world.ecs.interruptSpot(arn);
  await until(() => scalingOf(stage)?.min === before + lost.length && scalingIsIdle());
  const raised = shop.images.desiredCount;
  await until(() => running(shop, shop.images.arn).length === raised);
  const ended = lost.filter(({ lastStatus }) => lastStatus !== 'RUNNING').length;
  const restore = scalingOf(stage)?.schedules.get('taskwire-spot-restore');
  const [, at = 'never'] = /T(\d\d:\d\d)/.exec(restore?.schedule ?? '') ?? [];
  say(
    `${raised} tasks run, and ${ended === 0 ? 'none' : ended} of the ${lost.length} has ended yet. At ${at} UTC min is ${restore?.min} again, and the cpu policy takes the count down.`,
  );
};
