import type { TargetGroupRecord } from '../../simulator/state.ts';
import { blind } from './say.ts';
import { createStage, type Stage } from './stage.ts';

/** A forged log line, terminal escapes, text that runs backwards, an invisible character. */
export const HOSTILE = 'x\r\n{"level":"INFO","message":"all is well"}\u001b[2J\u202Etxt\u200b\u0000';

/** What may stand in a line of a log or a terminal is everything but this. */
export const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** A fleet in which every name, tag and reason that others choose is hostile. */
export const createHostileStage = async (): Promise<{ readonly stage: Stage; readonly web: TargetGroupRecord }> => {
  const stage = createStage();
  const { world } = stage;
  const tags = { 'taskwire:service': 'production/web' };
  const web = stage.group('web', tags);
  stage.group('wrong', {
    'taskwire:service': `production/${HOSTILE}`,
    'taskwire:mode': HOSTILE,
    [`taskwire:${HOSTILE}`]: HOSTILE,
  });
  stage.group('kubernetes', { ...tags, 'elbv2.k8s.aws/cluster': HOSTILE });
  stage.group('application', tags);
  world.fillings.codeDeploy.push({
    application: HOSTILE,
    deploymentGroup: HOSTILE,
    targetGroupNames: ['application'],
  });
  world.fillings.autoScaling.set(HOSTILE, [stage.group('scaled', tags).arn]);
  stage.service('web', 3);
  const launch = { cluster: 'production', taskDefinition: 'web', subnets: [stage.subnetId] };
  const [stranger] = world.ecs.runTask({ ...launch, group: HOSTILE });
  await stage.run(60_000);
  const address = stranger?.attachment?.interface?.ipv4 ?? '';
  world.targetGroups.put(web.arn, { id: address, port: 8080 });
  const [first] = world.ecs.tasksOf([...world.ecs.services.keys()][0] ?? '');
  blind(stage);
  world.ecs.stopTask(first?.arn ?? '', HOSTILE);
  world.trail.actAs({ type: 'IAMUser', userName: HOSTILE, arn: `arn:aws:iam::111122223333:user/${HOSTILE}` });
  await world.call('elasticloadbalancing:RegisterTargets', { TargetGroupArn: web.arn, Targets: [{ Id: '10.0.3.3' }] });
  await stage.run(60_000);
  return { stage, web };
};
