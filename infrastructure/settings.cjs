// What a deployment was given, for the pieces of this folder that YAML cannot spell: lists of a length nobody knows
// beforehand, and keys that carry the tag prefix. `serverless.yml` reads the other files, each of them reads this one.

/**
 * What osls hands to a resolver.
 * @typedef {{ resolveConfigurationProperty: (path: string[]) => Promise<unknown> }} Context
 * @typedef {{ stage: string, mode: string, tagPrefix: string, tracing: string, clusters: string[], alarmTopic: string, reservedConcurrency: string, passRoles: string[], reportBucket: string, fleetRole: string, fleetExternalId: string }} Settings
 */

/**
 * The settings that shape the template. The functions check all of them once more, at their cold start; here stand
 * only the checks without which the template would mean something else than was asked for.
 * @type {(context: Context) => Promise<Settings>}
 */
async function settingsOf({ resolveConfigurationProperty }) {
  /** @type {(path: string[]) => Promise<string>} */
  const text = async (path) => String((await resolveConfigurationProperty(path)) ?? '').trim();
  const taskwire = (/** @type {string} */ name) => text(['custom', 'taskwire', name]);
  const settings = {
    stage: await text(['provider', 'stage']),
    mode: await taskwire('mode'),
    tagPrefix: await taskwire('tagPrefix'),
    tracing: await taskwire('tracing'),
    clusters: listIn(await taskwire('clusters')),
    alarmTopic: await taskwire('alarmTopic'),
    reservedConcurrency: await taskwire('reservedConcurrency'),
    passRoles: listIn(await taskwire('passRoles')),
    reportBucket: await taskwire('reportBucket'),
    fleetRole: await taskwire('fleetRole'),
    fleetExternalId: await taskwire('fleetExternalId'),
  };
  refuseWrong(settings);
  return settings;
}

/** Names apart by commas or spaces, each once. @type {(text: string) => string[]} */
const listIn = (text) => [...new Set(text.split(/[\s,]+/).filter((each) => each !== ''))];

/** @type {(settings: Settings) => void} */
function refuseWrong(settings) {
  const { mode, tagPrefix, tracing, clusters, alarmTopic, reservedConcurrency, passRoles, reportBucket, stage } =
    settings;
  const { fleetRole, fleetExternalId } = settings;
  /** @type {string[]} */
  const wrong = [];
  /** @type {(isRight: boolean, problem: string) => void} */
  const check = (isRight, problem) => {
    if (!isRight) wrong.push(problem);
  };
  // A star or a slash in any of these would widen the role.
  for (const name of clusters) {
    check(/^[\w-]{1,255}$/.test(name), `clusters names "${name}": give cluster names, no ARNs and no patterns`);
  }
  check(
    /^(?!aws$)[a-z][a-z0-9-]{0,31}$/.test(tagPrefix),
    `tagPrefix is "${tagPrefix}": give up to 32 lower-case letters, digits and hyphens, a letter first, not aws`,
  );
  check(['enforce', 'observe'].includes(mode), `mode is "${mode}": give enforce or observe`);
  check(['required', 'optional', 'off'].includes(tracing), `tracing is "${tracing}": give required, optional or off`);
  check(
    alarmTopic === '' || /^arn:aws[\w-]*:sns:[\w-]+:\d{12}:[\w-]+$/.test(alarmTopic),
    `alarmTopic is "${alarmTopic}": give the ARN of a standard SNS topic, or leave it out`,
  );
  check(
    /^\d{1,4}$/.test(reservedConcurrency) && (reservedConcurrency === '0' || Number(reservedConcurrency) >= 4),
    `reservedConcurrency is "${reservedConcurrency}": give 4 or more (two instances that follow events, a sweep, a person), or 0 for none`,
  );
  for (const role of passRoles) {
    check(
      /^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/.test(role),
      `passRoles lists "${role}": give ARNs of roles, no names and no patterns`,
    );
  }
  check(
    reportBucket === '' || /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(reportBucket),
    `reportBucket is "${reportBucket}": give the name of a bucket, the word create for one of the stack's own, or leave it out`,
  );
  // A star would let audit assume any role of any account that trusts it.
  check(
    fleetRole === '' || /^[\w+=,.@/-]{1,512}$/.test(fleetRole),
    `fleetRole is "${fleetRole}": give the name that the role has in every account, or leave it out`,
  );
  check(
    fleetRole === '' || reportBucket !== '',
    'fleetRole needs reportBucket: the audits of a fleet hand their reports on there',
  );
  check(
    fleetExternalId === '' || /^[\w+=,.@:/-]{2,1224}$/.test(fleetExternalId),
    `fleetExternalId is "${fleetExternalId}": give 2 to 1224 letters, digits and + = , . @ : / - _`,
  );
  check(/^[a-z][a-z0-9-]{0,19}$/.test(stage), `stage is "${stage}": give up to 20 lower-case letters, digits, hyphens`);
  if (wrong.length > 0) throw new Error(`Wrong parameters: ${wrong.join('; ')}.`);
}

/** The name of a function's queue, alarm and so on: `taskwire-prod-register-targets-failures`. @type {(settings: Settings, ...parts: string[]) => string} */
const nameOf = ({ stage }, ...parts) => ['taskwire', stage, ...parts].join('-');

/** `register-targets` → `RegisterTargets`: how the logical ids of a function's resources begin. @type {(name: string) => string} */
const idOf = (name) => name.replace(/(?:^|-)([a-z])/g, (_, letter) => letter.toUpperCase());

/** `register-targets` → `RegisterDashtargetsLambdaFunction`, the logical id that osls gives the function itself. @type {(name: string) => string} */
const functionIdOf = (name) => `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll('-', 'Dash')}LambdaFunction`;

module.exports = { settingsOf, nameOf, idOf, functionIdOf };
