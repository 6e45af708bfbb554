// What a released template lets its deployer choose, and what is chosen when the release is made. serverless.yml has
// the defaults; a parameter that it has and this file does not is an error, so none is forgotten.
import { parse } from 'yaml';

/**
 * A parameter of the template.
 * @typedef {object} Parameter
 * @property {string} name As `--param` of serverless.yml names it.
 * @property {string} id As the template names it.
 * @property {string} group Under which CloudFormation's console shows it.
 * @property {string} label What the console calls it.
 * @property {Readonly<Record<string, import('./json-value.ts').Json>>} definition Of the template, without the default.
 * @property {string} [placeholder] A value that passes the checks of infrastructure/settings.cjs and means nothing:
 * the stack is packaged with it, and where it comes out the template refers to the parameter.
 * @property {string} [variable] Of the functions' environment, where the parameter's few values allow no placeholder.
 */

const BEHAVIOUR = 'What it does';
const LIMITS = 'How much it may do at once';
const SURROUNDINGS = 'What it works with';

/** @type {(name: string) => string} */
const placeholderOf = (name) => `zz${name.toLowerCase()}zz`;

/** @type {(least: number, most: number) => Parameter['definition']} */
const number = (least, most) => ({ Type: 'Number', MinValue: least, MaxValue: most });

/** @type {(name: string, rest: Omit<Parameter, 'name' | 'id' | 'placeholder'> & { id?: string, placeholder?: string }) => Parameter} */
const free = (name, rest) => ({
  name,
  id: `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
  placeholder: placeholderOf(name),
  ...rest,
});

/** Each is a line of `custom.taskwire` in serverless.yml. @type {readonly Parameter[]} */
const SETTINGS = [
  {
    name: 'mode',
    id: 'Mode',
    group: BEHAVIOUR,
    label: 'Make the changes, or only observe',
    variable: 'TASKWIRE_MODE',
    definition: {
      Type: 'String',
      AllowedValues: ['enforce', 'observe'],
      Description: 'enforce: make the changes. observe: plan, log and report them; the roles deny every change.',
    },
  },
  free('consent', {
    group: BEHAVIOUR,
    label: 'Who must agree to be wired',
    definition: {
      Type: 'String',
      AllowedValues: ['group', 'both'],
      Description: 'group: the tags of a target group are enough. both: a service must name the group in its tag, too.',
    },
  }),
  {
    name: 'tracing',
    id: 'Tracing',
    group: BEHAVIOUR,
    label: 'What a task without a trace collector is',
    variable: 'TASKWIRE_TRACING',
    definition: {
      Type: 'String',
      AllowedValues: ['required', 'optional', 'off'],
      Description:
        'required: a finding. optional: none, but a collector that does not work is. off: only services whose tag asks for it are judged.',
    },
  },
  free('collectorImages', {
    group: SURROUNDINGS,
    label: 'Images of your own that are trace collectors',
    definition: { Type: 'String', Description: 'Such as tools/tracer=adot, mirror/xr=xray. Empty: none.' },
  }),
  free('brakePercent', {
    group: LIMITS,
    label: 'Brake',
    definition: {
      ...number(0, 100),
      Description: "The share of a group's targets, in percent, that may go without proof at once.",
    },
  }),
  free('registrationsPerSecond', {
    group: LIMITS,
    label: 'Registration calls per second',
    definition: { ...number(0.1, 4), Description: "Of the account's 4 in this Region." },
  }),
  free('elbReadsPerSecond', {
    group: LIMITS,
    label: 'Elastic Load Balancing reads per second',
    definition: { ...number(0.1, 10), Description: "Of the account's 10 in this Region." },
  }),
  free('ecsReadsPerSecond', {
    group: LIMITS,
    label: 'ECS reads per second',
    definition: { ...number(0.1, 20), Description: "Of the account's 20 in this Region." },
  }),
  free('holdMinutes', {
    group: LIMITS,
    label: 'Longest hold of scale-out, in minutes',
    definition: { ...number(1, 1440), Description: 'No hold of scaling outlives it by more than one sweep.' },
  }),
  free('maxTasks', {
    group: LIMITS,
    label: 'Most tasks that a scaling tag may ask for',
    definition: {
      Type: 'String',
      AllowedPattern: '^([1-9][0-9]{0,5})?$',
      ConstraintDescription: 'a number from 1 to 999999, or nothing',
      Description: 'From 1 to 999999. Empty: as many as the tags say.',
    },
  }),
  free('reservedConcurrency', {
    group: LIMITS,
    label: 'Instances set aside for register-targets',
    // A number of the template, of which there is no second.
    placeholder: '9173',
    definition: {
      Type: 'String',
      AllowedPattern: '^(0|[4-9]|[1-9][0-9]{1,3})$',
      ConstraintDescription: '4 or more (two instances that follow events, a sweep, a person), or 0 for none',
      Description: '4 or more; adjust-scaling has 2 beside them. 0: none, where the quota of the account leaves none.',
    },
  }),
  free('passRoles', {
    group: SURROUNDINGS,
    label: 'Roles that remediate may hand to ECS',
    placeholder: 'arn:aws:iam::000000000000:role/zzpassroleszz',
    definition: {
      Type: 'CommaDelimitedList',
      AllowedPattern: '^(arn:[A-Za-z0-9_-]+:iam::[0-9]{12}:role/[A-Za-z0-9_+=.@/-]{1,512})?$',
      ConstraintDescription: 'ARNs of roles separated by commas, no names and no patterns, or nothing',
      Description: 'ARNs separated by commas. Empty: remediate only plans sidecars.',
    },
  }),
  free('reportBucket', {
    // `ReportBucket` is the resource.
    id: 'ReportsTo',
    group: SURROUNDINGS,
    label: 'Where audits keep their reports',
    definition: {
      Type: 'String',
      AllowedPattern: '^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?$',
      ConstraintDescription: 'the name of a bucket, the word create, or nothing',
      Description: 'A bucket of yours by name. create: one that the stack makes. Empty: nowhere.',
    },
  }),
  free('fleetRole', {
    // `FleetRole` is a resource, too.
    id: 'FleetRoleName',
    group: SURROUNDINGS,
    label: 'Role that audit assumes in other accounts',
    definition: {
      Type: 'String',
      AllowedPattern: '^([A-Za-z0-9_+=,.@/-]{1,512})?$',
      ConstraintDescription: 'the name that the role has in every account, or nothing',
      Description:
        'Its name, for audits of a fleet; they need a bucket for reports. Empty: audit looks at this account.',
    },
  }),
  free('fleetExternalId', {
    group: SURROUNDINGS,
    label: 'External id that this role asks for',
    definition: {
      Type: 'String',
      AllowedPattern: '^([A-Za-z0-9_+=,.@:/-]{2,1224})?$',
      ConstraintDescription: 'an external id as IAM allows it, or nothing',
      Description: 'Empty: it asks for none.',
    },
  }),
  free('alarmTopic', {
    group: SURROUNDINGS,
    label: 'SNS topic that hears of alarms',
    placeholder: 'arn:aws:sns:us-east-1:000000000000:zzalarmtopiczz',
    definition: {
      Type: 'String',
      AllowedPattern: '^(arn:aws[A-Za-z0-9_-]*:sns:[A-Za-z0-9_-]+:[0-9]{12}:[A-Za-z0-9_-]+)?$',
      ConstraintDescription: 'the ARN of a standard SNS topic, or nothing',
      Description: 'Its ARN. Empty: alarms only show in CloudWatch.',
    },
  }),
];

/** An option of osls, not a `--param`. @type {Parameter} */
const STAGE = {
  name: 'stage',
  id: 'Stage',
  group: BEHAVIOUR,
  label: 'Stage',
  placeholder: 'zzstagezz',
  definition: {
    Type: 'String',
    Default: 'prod',
    AllowedPattern: '^[a-z][a-z0-9-]{0,19}$',
    ConstraintDescription: 'up to 20 lower-case letters, digits and hyphens, a letter first',
    Description: 'Part of every name. A second stage in one account needs a release with another tag prefix.',
  },
};

/** Where the packages lie: what no `--param` says. @type {readonly Pick<Parameter, 'id' | 'group' | 'label' | 'definition'>[]} */
export const ARTIFACTS = [
  {
    id: 'ArtifactBucket',
    group: 'Where the packages are',
    label: 'Bucket',
    definition: {
      Type: 'String',
      AllowedPattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$',
      ConstraintDescription: 'the name of a bucket',
      Description: 'The bucket, in the Region of the stack, that the zips of the release were copied to.',
    },
  },
  {
    id: 'ArtifactPrefix',
    group: 'Where the packages are',
    label: 'Folder in the bucket',
    definition: {
      Type: 'String',
      Default: 'taskwire',
      AllowedPattern: '^[^/].*[^/]$',
      ConstraintDescription: 'a folder without a slash at its beginning or end',
      Description: 'The folder that the zips were copied to, without a slash at its end.',
    },
  },
];

export const PARAMETERS = [STAGE, ...SETTINGS];

/**
 * What only a release can choose: no parameter of CloudFormation can be the key of a condition (as the tag prefix is in
 * the roles) or become as many ARNs, prefixes and names as it lists (as the clusters do).
 */
export const RELEASE_CHOICES = ['clusters', 'tagPrefix'];

/**
 * The templates that together tell what depends on what. The base has all that can be asked for; each variant is what is
 * packaged for one value of a parameter, and stands in the released template where its condition is met. Where two that
 * are met differ from the base in the same place, the earlier wins: a stack that only observes hands on no roles.
 * `implies`: a condition that is always met with this one, so that what both change asks only for the other.
 * `opposite`: the name of the condition that is met where this one is not, for a variant that lacks resources.
 * @type {readonly Variant[]}
 * @typedef {{ condition: string, met: import('./json-value.ts').Json, parameters: Readonly<Record<string, string>>, implies?: string, opposite?: string }} Variant
 */
export const VARIANTS = [
  { condition: 'OnlyObserves', met: equal('Mode', 'observe'), parameters: { mode: 'observe' } },
  { condition: 'TracesOnlyOnRequest', met: equal('Tracing', 'off'), parameters: { tracing: 'off' } },
  {
    condition: 'HandsOnNoRoles',
    met: { 'Fn::Equals': [{ 'Fn::Join': ['', { Ref: 'PassRoles' }] }, ''] },
    parameters: { passRoles: '' },
  },
  {
    condition: 'KeepsNoReports',
    met: equal('ReportsTo', ''),
    // By the rule below.
    parameters: { reportBucket: '', fleetRole: '' },
    implies: 'LooksAtNoFleet',
  },
  { condition: 'MakesReportBucket', met: equal('ReportsTo', 'create'), parameters: { reportBucket: 'create' } },
  {
    condition: 'LooksAtNoFleet',
    met: equal('FleetRoleName', ''),
    parameters: { fleetRole: '' },
    opposite: 'LooksAtFleet',
  },
  { condition: 'GivesNoExternalId', met: equal('FleetExternalId', ''), parameters: { fleetExternalId: '' } },
  { condition: 'TellsNoTopic', met: equal('AlarmTopic', ''), parameters: { alarmTopic: '' } },
  { condition: 'ReservesNothing', met: equal('ReservedConcurrency', '0'), parameters: { reservedConcurrency: '0' } },
];

/** What CloudFormation refuses before it makes anything. */
export const RULES = {
  FleetNeedsReports: {
    RuleCondition: { 'Fn::Not': [equal('FleetRoleName', '')] },
    Assertions: [
      {
        Assert: { 'Fn::Not': [equal('ReportsTo', '')] },
        AssertDescription:
          'FleetRoleName needs ReportsTo: the audits of a fleet meet in a bucket. Name one, or say create.',
      },
    ],
  },
};

/** @type {(id: string, value: string) => import('./json-value.ts').JsonObject} */
function equal(id, value) {
  return { 'Fn::Equals': [{ Ref: id }, value] };
}

/** What the base is packaged with. @type {Readonly<Record<string, string>>} */
export const BASE_PARAMETERS = Object.fromEntries(
  SETTINGS.flatMap(({ name, placeholder }) => (placeholder === undefined ? [] : [[name, placeholder]])),
);

/**
 * The defaults of serverless.yml by the parameter's name.
 * @param {string} text Of serverless.yml.
 * @returns {Readonly<Record<string, string>>}
 * @throws If its parameters are not those that this file knows.
 */
export function defaultsIn(text) {
  const { custom } = parse(text, { logLevel: 'silent' });
  /** @type {Record<string, string>} */
  const defaults = {};
  for (const [name, value] of Object.entries(custom.taskwire)) {
    const [, param, standard] = /^\$\{param:(\w+), '(.*)'\}$/.exec(String(value)) ?? [];
    if (param !== name || standard === undefined) {
      throw new Error(`custom.taskwire.${name} of serverless.yml is not of the form \${param:${name}, '<default>'}.`);
    }
    defaults[name] = standard;
  }
  const known = new Set([...SETTINGS.map(({ name }) => name), ...RELEASE_CHOICES]);
  const missing = Object.keys(defaults).filter((name) => !known.has(name));
  const gone = [...known].filter((name) => !(name in defaults));
  if (missing.length > 0 || gone.length > 0) {
    throw new Error(
      `scripts/release/parameters.mjs and custom.taskwire of serverless.yml differ: ${[...missing, ...gone].join(', ')} ` +
        'must be in both. Say there whether the released template takes it as a parameter or the release chooses it.',
    );
  }
  return defaults;
}
