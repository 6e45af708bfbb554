import type { VirtualClock } from './clock.ts';
import type { DeploymentRecord, LifecycleHookRecord, ServiceRecord, TaskRecord } from './state.ts';

/** Calls the hooks of deployments that shift their traffic, and does what they answer. */
export interface LifecycleHooks {
  /** After each look of the scheduler: begins the hooks of a deployment once all of its tasks run. */
  looked(service: ServiceRecord, live: readonly TaskRecord[]): void;
}

/** ECS waits so long where the answer does not say. */
const CALL_BACK_SECONDS = 30;
const LONGEST_MINUTES = 1_440;
const STAGE = 'POST_SCALE_UP';

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined;

const objectOf = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});

/**
 * The hooks of blue/green, linear and canary deployments, all of the stage at once, each until it has succeeded.
 * Not modelled: every stage but POST_SCALE_UP, test traffic, shifts in steps, bake time, PAUSE hooks, the execution role.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/lambda-lifecycle-hooks.html
 * @param shift All traffic goes to the newest deployment.
 * @param fail The newest deployment is given up for the one before.
 */
export const createLifecycleHooks = (deps: {
  readonly clock: VirtualClock;
  readonly uuid: () => string;
  readonly shift: (service: ServiceRecord) => void;
  readonly fail: (service: ServiceRecord, reason: string) => void;
}): LifecycleHooks => {
  const { clock, uuid, shift, fail } = deps;
  const begun = new Set<DeploymentRecord>();

  const run = (
    service: ServiceRecord,
    deployment: DeploymentRecord,
    hook: LifecycleHookRecord,
    done: () => void,
  ): void => {
    const executionId = uuid();
    const beganMs = clock.nowMs();
    let details = hook.details;
    const isOver = (): boolean => service.deployments[0] !== deployment || deployment.rolloutState !== 'IN_PROGRESS';
    const rollBack = (why: string): void => {
      if (!isOver()) fail(service, `Service deployment rolled back because ${why}.`);
    };
    const call = (): void => {
      if (isOver()) return;
      if (clock.nowMs() - beganMs >= (hook.timeoutMinutes ?? LONGEST_MINUTES) * 60_000) {
        if (hook.timeoutAction === 'CONTINUE') done();
        else rollBack('a lifecycle hook timed out');
        return;
      }
      const payload = {
        executionId,
        lifecycleStage: STAGE,
        resourceArn: deployment.deploymentArn,
        executionDetails: {
          serviceArn: service.arn,
          targetServiceRevisionArn: deployment.revisionArn,
          testTrafficWeights: {},
          productionTrafficWeights: {},
        },
        ...(details !== undefined && { hookDetails: details }),
      };
      hook.invoke(JSON.parse(JSON.stringify(payload))).then(answered, () => rollBack('a lifecycle hook failed'));
    };
    const answered = (answer: unknown): void => {
      if (isOver()) return;
      const status = memberOf(answer, 'hookStatus');
      if (status === 'SUCCEEDED') {
        done();
        return;
      }
      if (status !== 'IN_PROGRESS') {
        rollBack(`a lifecycle hook answered ${String(status)}`);
        return;
      }
      const delay = memberOf(answer, 'callBackDelay');
      details = { ...details, ...objectOf(memberOf(answer, 'hookDetails')) };
      clock.after((typeof delay === 'number' ? delay : CALL_BACK_SECONDS) * 1_000, call);
    };
    call();
  };

  return {
    looked: (service, live) => {
      const [newest] = service.deployments;
      if (newest === undefined || newest.shifted || newest.rolloutState !== 'IN_PROGRESS' || begun.has(newest)) return;
      const running = live.filter(({ startedBy, lastStatus }) => startedBy === newest.id && lastStatus === 'RUNNING');
      if (running.length < service.desiredCount) return;
      begun.add(newest);
      let open = service.hooks.length;
      const done = (): void => {
        open--;
        if (open <= 0) shift(service);
      };
      if (service.hooks.length === 0) shift(service);
      for (const hook of service.hooks) run(service, newest, hook, done);
    },
  };
};
