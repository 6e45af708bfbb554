/** One mistake in the core: in a copy of this file, `search` (which stands there exactly once) is replaced. */
export interface Mutant {
  /** What Taskwire does wrong with it. */
  readonly name: string;
  /** From the root of the repository. */
  readonly file: string;
  readonly search: string;
  readonly replace: string;
  /** The seed of the first run: near one that tells it, so that the tests need not search for long. */
  readonly first: number;
}

/** Mistakes that look harmless in a review; the model test must tell each of them. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'removals go without a look at how old the look is',
    file: 'shared/app/settle-group.ts',
    search: 'step !== undefined && !look.isFresh(step.items); looks++',
    replace: "step !== undefined && step.action === 'register' && !look.isFresh(step.items); looks++",
    first: 1,
  },
  {
    name: 'the brake lets a part go',
    file: 'shared/core/targets/plan.ts',
    search: ': { deregister: [], held: removals.map(',
    replace: ': { deregister: removals.slice(0, 1), held: removals.slice(1).map(',
    first: 70,
  },
  {
    name: 'an address is the same in every VPC',
    file: 'shared/core/targets/claims.ts',
    search:
      "({ vpcId }) => vpcId === group.vpcId || (wiring.zone === 'all' && liesInGroupVpc(target.id, sight) === false),",
    replace: "({ vpcId }) => vpcId !== '' || (wiring.zone === 'all' && liesInGroupVpc(target.id, sight) === false),",
    first: 5,
  },
  {
    name: 'a RUNNING event whose task ECS does not show removes its target',
    file: 'shared/app/follow-tasks.ts',
    search: "if (event.task.desiredStatus === 'STOPPED') return { ...event.task, lastStatus: 'STOPPED' };",
    replace: "if (event !== undefined) return { ...event.task, desiredStatus: 'STOPPED', lastStatus: 'STOPPED' };",
    first: 12,
  },
  {
    name: 'one workload is asked, not the group',
    file: 'shared/core/targets/plan.ts',
    search: 'const tasks = binding.wiring.workloads.flatMap(',
    replace: 'const tasks = binding.wiring.workloads.slice(0, 1).flatMap(',
    first: 1,
  },
  {
    name: 'unhealthy.draining is taken for present',
    file: 'shared/core/targets/target.ts',
    search: "target.state.endsWith('draining')",
    replace: "target.state === 'draining'",
    first: 15,
  },
  {
    name: 'a task of another VPC is registered by its address',
    file: 'shared/core/targets/candidate.ts',
    search: 'if (subnet.vpcId === group.vpcId) return at(',
    replace: 'if (subnet !== undefined) return at(',
    first: 1,
  },
  {
    name: 'EC2 is not asked who has the address of a task that ended',
    file: 'shared/core/targets/verdict.ts',
    search: "if (holders === undefined) return ask({ about: 'holder', address: target.id });",
    replace:
      "if (holders === undefined) return ended === undefined ? ask({ about: 'holder', address: target.id }) : removeEnded(ended);",
    first: 1,
  },
  {
    name: 'the older of event and look wins',
    file: 'shared/core/task/fold.ts',
    search: 'look.version !== undefined && event.version > look.version',
    replace: 'look.version !== undefined && event.version < look.version',
    first: 1,
  },
  {
    name: 'a container that ended still listens',
    file: 'shared/core/targets/candidate.ts',
    search: "container?.lastStatus === 'RUNNING';",
    replace: 'container !== undefined;',
    first: 150,
  },
  {
    name: 'a shared group is treated as an exclusive one',
    file: 'shared/core/targets/plan.ts',
    search: "if (open || sight.binding.wiring.targets === 'shared')",
    replace: 'if (open)',
    first: 144,
  },
  {
    name: 'a group that is only observed is changed',
    file: 'shared/app/follow-tasks.ts',
    search: "(options.mode === 'observe' ? 'observe' : wiring.mode)",
    replace: 'options.mode',
    first: 1,
  },
  {
    name: 'only the workload of the ended task protects its heir',
    file: 'shared/core/targets/verdict.ts',
    search: 'const [ours, ...more] = claims.filter(({ holds, own: isOwn }) => holds && isOwn);',
    replace:
      'const [ours, ...more] = claims.filter(({ holds, own: isOwn, task }) => holds && isOwn && (ended === undefined || task.group === ended.task.group));',
    first: 130,
  },
  {
    name: 'the brake does not mind a workload without a task',
    file: 'shared/core/targets/plan.ts',
    search: 'return absent === undefined ?',
    replace: 'return absent !== null ?',
    first: 110,
  },
  {
    name: 'what no listing explains goes at the first look',
    file: 'shared/core/targets/plan.ts',
    search: 'if (verdict.waits && sight.nowMs < untilMs)',
    replace: 'if (verdict.waits && sight.nowMs > untilMs)',
    first: 1060,
  },
  {
    name: 'the last target goes on standby',
    file: 'shared/core/targets/plan.ts',
    search: 'if (last === undefined || others > 0)',
    replace: 'if (last === undefined || others > -1)',
    first: 60,
  },
  {
    name: 'a heir that does not serve yet protects nothing',
    file: 'shared/core/targets/claims.ts',
    search: "own.has(task.taskArn) && task.desiredStatus === 'RUNNING' &&",
    replace: "own.has(task.taskArn) && task.desiredStatus === 'RUNNING' && task.lastStatus === 'RUNNING' &&",
    first: 35,
  },
];
