import type { Settings } from '../settings.ts';
import { printable, quote } from '../text.ts';
import type { Diagnosis, Problem } from './diagnosis.ts';
import type { QueueMapping, SeenFunction, SeenRule } from './seen.ts';
import { deployedName, queueName, ruleName, STACK, type StackFunction } from './stack.ts';

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** The parts of the stack whose function is deployed: what belongs to another one is not missed by itself. */
export const deployedParts = (functions: readonly SeenFunction[]): readonly StackFunction[] =>
  STACK.filter(({ name }) => functions.some(({ part }) => part === name));

const DEPLOY = 'Deploy the stack again: npm run deploy.';

/** Whether every function is there and can run. */
export const judgeFunctions = (stage: string, functions: readonly SeenFunction[], region: string): Diagnosis => {
  if (functions.length === 0) {
    return {
      found: '',
      problems: [
        {
          resource: `the stack taskwire-${stage}`,
          summary: `None of its functions is in this account in ${printable(region)}: nothing reacts to events.`,
          fix: 'Deploy it (npm run deploy), or say which one you mean: --stage, AWS_REGION, AWS_PROFILE.',
        },
      ],
    };
  }
  const there = new Set(functions.map(({ part }) => part));
  const missing = STACK.filter(({ name }) => !there.has(name)).map(
    ({ name }): Problem => ({
      resource: deployedName(stage, name),
      summary: `The function ${deployedName(stage, name)} is not deployed.`,
      fix: 'Deploy the stack again with the version that you use here: npm run deploy.',
    }),
  );
  const broken = functions
    // Lambda makes a function inactive that nobody invoked for weeks; the next invocation wakes it.
    .filter(({ state }) => state === 'Failed')
    .map(
      ({ name, arn }): Problem => ({
        resource: arn,
        summary: `The function ${name} is in the state Failed and cannot run.`,
        fix: `Look at why (aws lambda get-function-configuration --function-name ${name}), then deploy again.`,
      }),
    );
  return { found: `${functions.length} deployed`, problems: [...missing, ...broken] };
};

const SHARED: readonly {
  readonly name: string;
  readonly of: (settings: Settings) => string;
}[] = [
  { name: 'TASKWIRE_TAG_PREFIX', of: ({ tagPrefix }) => tagPrefix },
  { name: 'TASKWIRE_CLUSTERS', of: ({ clusters }) => clusters.toSorted().join(',') },
  { name: 'TASKWIRE_MODE', of: ({ mode }) => mode },
  { name: 'TASKWIRE_CONSENT', of: ({ consent }) => consent },
];

const shown = (value: string): string => (value === '' ? 'empty' : quote(value));

/**
 * Whether the functions' settings are right, the same in all, and those of the command line.
 * @param own Of the command line.
 */
export const judgeSettings = (functions: readonly SeenFunction[], own: Settings): Diagnosis => {
  const wrong = functions.flatMap(({ arn, name, wrong: why }): readonly Problem[] =>
    why === undefined
      ? []
      : [
          {
            resource: arn,
            summary: `${name}: ${why}`,
            fix: 'Correct the parameters of the stack and deploy it again.',
          },
        ],
  );
  const readable = functions.flatMap(({ name, settings }) => (settings === undefined ? [] : [{ name, settings }]));
  const [first, ...others] = readable;
  if (first === undefined) return { found: '', problems: wrong };
  const differing = SHARED.flatMap(({ name: setting, of }) =>
    others
      .filter(({ settings }) => of(settings) !== of(first.settings))
      .map(
        ({ name, settings }): Problem => ({
          resource: name,
          summary: `${setting} is ${shown(of(settings))} for ${name} and ${shown(of(first.settings))} for ${first.name}.`,
          fix: 'Somebody changed one function by hand. Set the parameter of the stack and deploy it again.',
        }),
      ),
  );
  const here = SHARED.filter(({ of }) => of(own) !== of(first.settings)).map(
    ({ name: setting, of }): Problem => ({
      resource: first.name,
      severity: 'low',
      summary: `${setting} is ${shown(of(own))} for this command line and ${shown(of(first.settings))} for the stack: the two look at different things.`,
      fix: `Set it here as the stack has it: export ${setting}=${of(first.settings)}`,
    }),
  );
  const { tagPrefix, clusters, mode } = first.settings;
  return {
    found: `tags ${tagPrefix}:…, ${clusters.length === 0 ? 'all clusters' : count(clusters.length, 'cluster')}, ${mode}`,
    problems: [...wrong, ...differing, ...here],
  };
};

/** What a pause switches off is no mistake: it is told with the pause, and how to end it. */
const byPause = (paused: boolean, problem: Problem): Problem =>
  paused
    ? { ...problem, severity: 'info', fix: 'The stack is paused. When the reason is over: taskwire resume.' }
    : problem;

/**
 * Whether the rules are there, are on, and send where they should.
 * @param of `scheduled`: those that run by the clock, else those that follow events. `paused`: the stack.
 */
export const judgeRules = (
  stage: string,
  parts: readonly StackFunction[],
  rules: readonly SeenRule[],
  { scheduled, paused }: { readonly scheduled: boolean; readonly paused: boolean },
): Diagnosis => {
  const byName = new Map(rules.map((rule) => [rule.name, rule]));
  const expected = parts.flatMap((part) =>
    part.rules
      .filter(({ everyMinutes }) => (everyMinutes !== undefined) === scheduled)
      .map((rule) => ({
        name: ruleName(stage, part.name, rule),
        to: rule.to === 'queue' ? queueName(stage, part, 'own') : deployedName(stage, part.name),
      })),
  );
  const comesOf = scheduled ? 'what events missed is not repaired' : 'the events never come';
  const problems = expected.flatMap(({ name, to }): readonly Problem[] => {
    const rule = byName.get(name);
    if (rule === undefined) {
      return [{ resource: name, summary: `The rule ${name} is missing: ${comesOf}.`, fix: DEPLOY }];
    }
    if (!rule.enabled) {
      const summary = `The rule ${name} is disabled: ${comesOf}.`;
      return [byPause(paused, { resource: name, summary, fix: `Enable it: aws events enable-rule --name ${name}` })];
    }
    if (rule.targetArns.some((arn) => arn.endsWith(`:${to}`))) return [];
    return [{ resource: name, summary: `The rule ${name} does not send to ${to}: ${comesOf}.`, fix: DEPLOY }];
  });
  return { found: `${expected.length}, all enabled`, problems };
};

/** Whether every queue is there. @param existing Names. */
export const judgeQueues = (
  stage: string,
  parts: readonly StackFunction[],
  existing: ReadonlySet<string>,
): Diagnosis => {
  const expected = parts.flatMap((part) => part.queues.map((kind) => queueName(stage, part, kind)));
  const problems = expected
    .filter((name) => !existing.has(name))
    .map(
      (name): Problem => ({
        resource: name,
        summary: `The queue ${name} is missing: what is sent to it is lost.`,
        fix: DEPLOY,
      }),
    );
  return { found: String(expected.length), problems };
};

/** Whether every function reads its own queue. @param mappings By the function's name in the code. @param paused The stack. */
export const judgeMappings = (
  stage: string,
  parts: readonly StackFunction[],
  mappings: ReadonlyMap<string, readonly QueueMapping[]>,
  paused: boolean,
): Diagnosis => {
  const reading = parts.filter(({ queues }) => queues.includes('own'));
  const problems = reading.flatMap((part): readonly Problem[] => {
    const name = deployedName(stage, part.name);
    const queue = queueName(stage, part, 'own');
    const mapping = mappings.get(part.name)?.find(({ queueArn }) => queueArn.endsWith(`:${queue}`));
    if (mapping === undefined) {
      return [
        { resource: name, summary: `${name} does not read its queue ${queue}: its events wait there.`, fix: DEPLOY },
      ];
    }
    if (/^(Enabled|Enabling|Creating|Updating)$/.test(mapping.state)) return [];
    return [
      byPause(paused, {
        resource: name,
        summary: `The event source mapping from ${queue} to ${name} is ${printable(mapping.state)}: its events wait in the queue.`,
        fix: 'Enable it: aws lambda update-event-source-mapping --enabled --uuid <its UUID>',
      }),
    ];
  });
  return { found: `${reading.length}, all enabled`, problems };
};

/** What of a function's role is missing. */
export interface RoleRights {
  readonly name: string;
  readonly role: string;
  /** `service:Action` */
  readonly missing: readonly string[];
}

/** Whether the roles of the functions allow what they need. */
export const judgeRoles = (roles: readonly RoleRights[]): Diagnosis => ({
  found: `${roles.length}, by IAM’s simulation`,
  problems: roles
    .filter(({ missing }) => missing.length > 0)
    .map(({ name, role, missing }) => ({
      resource: role,
      summary: `The role of ${name} may not call ${missing.join(', ')}.`,
      fix: 'Deploy the stack again, which sets the role; if it stays so, a boundary or a policy of the organization denies it.',
    })),
});

/** The stack's own settings: those of register-targets, or of any function that has some. */
export const stackSettings = (functions: readonly SeenFunction[]): Settings | undefined =>
  (
    functions.find(({ part, settings }) => part === 'register-targets' && settings !== undefined) ??
    functions.find(({ settings }) => settings !== undefined)
  )?.settings;
