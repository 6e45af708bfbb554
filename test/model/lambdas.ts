import type { Ran } from '../../shared/app/register-targets.ts';
import type { Action, InputOf, OutputOf } from '../../simulator/shapes.ts';
import type { World } from '../../simulator/world.ts';
import type { Stage } from '../support/stage.ts';

/** An instance's last look at a target group that was answered. */
export interface Look {
  /** Epoch milliseconds. */
  readonly beganAtMs: number;
  readonly answer: object;
}

/** What of one instance's calls others want to see. */
export interface CallWatch {
  /** Before it is sent; may change it. `rests`: the instance's last look at that group. */
  readonly sends: (action: Action, input: object, rests: Look | undefined) => void;
  /** Before the instance hears it; may change it. */
  readonly answered: (action: Action, input: object, output: object) => void;
}

/** The instances of the function, as many as run at once. */
export interface Lambdas {
  /** One invocation, on an instance that is free, or a new one. @throws If the instance is killed or takes too long. */
  run(event: unknown, timeoutMs: number): Promise<Ran>;
  /** The instance that sends the nth call from now dies: before the call, or, `done`, before it hears its answer. */
  killAt(nth: number, done: boolean): void;
  /** No further kills. */
  spare(): void;
  readonly killed: number;
  /** Timers and answers that came to an instance between two invocations, and reached it in the second. */
  readonly thawed: number;
}

interface Instance {
  readonly handle: (event: unknown) => Promise<Ran>;
  busy: boolean;
  dead: boolean;
  /** Ends the invocation that is under way. */
  die: () => void;
  thaw: (() => void)[];
}

const never = <T>(): Promise<T> => new Promise(() => undefined);

const groupOf = (input: object): string | undefined => {
  const arn: unknown = Reflect.get(input, 'TargetGroupArn');
  return typeof arn === 'string' ? arn : undefined;
};

/**
 * Instances as Lambda keeps them: frozen between invocations, with their timers and what they had asked for, thawed by
 * the next one, and gone with all they knew when they are killed or run out of time.
 */
export const createLambdas = (stage: () => Stage, watch: CallWatch): Lambdas => {
  const pool: Instance[] = [];
  let countdown = Number.POSITIVE_INFINITY;
  let diesWhenDone = false;
  let killed = 0;
  let thawed = 0;

  const create = (): Instance => {
    const { world, instance: deploy } = stage();
    const looks = new Map<string, Look>();
    /** Goes on when the instance does. */
    const resumed = async (): Promise<void> => {
      if (instance.dead) return never();
      if (instance.busy) return;
      await new Promise<void>((resolve) => instance.thaw.push(resolve));
      thawed++;
    };
    const sleep: World['clock']['sleep'] = async (ms, signal) => {
      try {
        await world.clock.sleep(ms, signal);
      } finally {
        await resumed();
      }
    };
    const call = async <A extends Action>(action: A, input: InputOf<A>): Promise<OutputOf<A>> => {
      await resumed();
      const group = groupOf(input);
      watch.sends(action, input, group === undefined ? undefined : looks.get(group));
      const beganAtMs = world.clock.nowMs();
      const dies = --countdown === 0;
      if (dies && !diesWhenDone) {
        instance.die();
        return never();
      }
      try {
        const output = await world.call(action, input);
        watch.answered(action, input, output);
        if (group !== undefined && action === 'elasticloadbalancing:DescribeTargetHealth') {
          looks.set(group, { beganAtMs, answer: output });
        }
        return output;
      } finally {
        if (dies) instance.die();
        await resumed();
      }
    };
    const instance: Instance = {
      handle: deploy({ ...world, clock: { ...world.clock, sleep }, call }),
      busy: false,
      dead: false,
      die: () => undefined,
      thaw: [],
    };
    return instance;
  };

  const freeInstance = (): Instance => {
    const free = pool.find(({ busy }) => !busy);
    if (free !== undefined) return free;
    const fresh = create();
    pool.push(fresh);
    return fresh;
  };

  return {
    get killed() {
      return killed;
    },
    get thawed() {
      return thawed;
    },
    killAt: (nth, done) => {
      countdown = nth;
      diesWhenDone = done;
    },
    spare: () => {
      countdown = Number.POSITIVE_INFINITY;
    },
    run: async (event, timeoutMs) => {
      const instance = freeInstance();
      instance.busy = true;
      const waiting = instance.thaw;
      instance.thaw = [];
      for (const goOn of waiting) goOn();
      const death = new Promise<never>((_, reject) => {
        instance.die = () => {
          instance.dead = true;
          killed++;
          pool.splice(pool.indexOf(instance), 1);
          reject(new Error('Runtime exited'));
        };
      });
      const timer = stage().world.clock.after(timeoutMs, () => instance.die());
      try {
        return await Promise.race([instance.handle(event), death]);
      } finally {
        timer.cancel();
        instance.busy = false;
      }
    },
  };
};
