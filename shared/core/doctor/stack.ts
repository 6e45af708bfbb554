/** A rule of EventBridge that a stack has. */
export interface StackRule {
  /** What stands behind the function's name: `tasks` in `taskwire-prod-register-targets-tasks`. */
  readonly part?: string;
  /** Left out: it follows events. */
  readonly everyMinutes?: number;
  readonly to: 'queue' | 'function';
}

/** What belongs to a function of a deployed stack. */
export interface StackFunction {
  readonly name: string;
  readonly rules: readonly StackRule[];
  /** Its queues are FIFO; that of the undelivered never is. */
  readonly fifo?: boolean;
  /** Which queues it has: its own, which it reads, and those where messages wait for a person. */
  readonly queues: readonly ('own' | 'failures' | 'undelivered')[];
}

const ALL_QUEUES = ['own', 'failures', 'undelivered'] as const;
const DAY_MINUTES = 24 * 60;

/** The functions of a stack, as serverless.yml and infrastructure/ deploy them. */
export const STACK: readonly StackFunction[] = [
  {
    name: 'register-targets',
    rules: [
      { part: 'tasks', to: 'queue' },
      { part: 'tags', to: 'queue' },
      { part: 'sweep', everyMinutes: 5, to: 'function' },
    ],
    queues: ALL_QUEUES,
  },
  {
    name: 'adjust-scaling',
    rules: [
      { part: 'services', to: 'queue' },
      { part: 'spot', to: 'queue' },
      { part: 'tags', to: 'queue' },
      { part: 'sweep', everyMinutes: 15, to: 'queue' },
    ],
    queues: ALL_QUEUES,
    fifo: true,
  },
  { name: 'verify-xray', rules: [{ part: 'tasks', to: 'queue' }], queues: ALL_QUEUES },
  { name: 'audit', rules: [{ everyMinutes: DAY_MINUTES, to: 'function' }], queues: ['failures'] },
  { name: 'remediate', rules: [], queues: [] },
  { name: 'gate-deployment', rules: [], queues: [] },
];

/** `taskwire-prod-` */
export const stackPrefix = (stage: string): string => `taskwire-${stage}-`;

/** `taskwire-prod-register-targets` */
export const deployedName = (stage: string, name: string): string => `${stackPrefix(stage)}${name}`;

/** `taskwire-prod-register-targets-sweep` */
export const ruleName = (stage: string, name: string, { part }: StackRule): string =>
  [deployedName(stage, name), ...(part === undefined ? [] : [part])].join('-');

/** `taskwire-prod-adjust-scaling-failures.fifo` */
export const queueName = (
  stage: string,
  { name, fifo }: StackFunction,
  kind: StackFunction['queues'][number],
): string =>
  `${deployedName(stage, name)}${kind === 'own' ? '' : `-${kind}`}${fifo && kind !== 'undelivered' ? '.fifo' : ''}`;
