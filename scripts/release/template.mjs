// What osls packages → a template that the AWS command line alone deploys.
import { posix } from 'node:path';
import { isObject, objectOf } from './json.mjs';
import { mergeTemplates } from './merge.mjs';
import { ARTIFACTS, PARAMETERS, RULES, VARIANTS } from './parameters.mjs';

/** @typedef {import('./json-value.ts').Json} Json */
/** @typedef {import('./json-value.ts').JsonObject} JsonObject */

/** What osls makes to put its packages into: the deployer's own bucket takes its place. */
const DEPLOYMENT_BUCKET = /^ServerlessDeploymentBucket/;
/** How osls ends the logical id of a function. */
const FUNCTION_ENDING = /LambdaFunction$/;

/**
 * @typedef {object} Packaged
 * @property {JsonObject} base The stack packaged with the placeholders.
 * @property {Readonly<Record<string, JsonObject>>} variants By condition: the same with one parameter different.
 * @property {Readonly<Record<string, string>>} defaults Of the parameters, by their names in serverless.yml.
 * @property {Readonly<Record<string, string>>} zips The released name of each zip, by its packaged one.
 * @property {{ version: string, clusters: string, tagPrefix: string }} chosen What the release was made for.
 */

/**
 * @type {(packaged: Packaged) => JsonObject}
 * @throws If something of the packaged templates is not covered: a function without a zip, a placeholder in a key.
 */
export function releaseTemplate({ base, variants, defaults, zips, chosen }) {
  const merged = mergeTemplates(
    referring(base, zips),
    VARIANTS.map(({ condition, implies, opposite }) => {
      const template = variants[condition];
      if (template === undefined) throw new Error(`The stack was not packaged for the condition ${condition}.`);
      return { condition, implies, opposite, template: referring(template, zips) };
    }),
  );
  const { Resources, Outputs } = objectOf(
    withReferences({ Resources: merged.Resources, Outputs: merged.Outputs }),
    'the template',
  );
  const resources = objectOf(Resources, 'Resources');
  const twice = [...ARTIFACTS, ...PARAMETERS].find(({ id }) => id in resources);
  if (twice !== undefined) throw new Error(`${twice.id} is a parameter and a resource: give the parameter another id.`);
  const watched = chosen.clusters === '' ? 'all clusters' : `the clusters ${chosen.clusters}`;
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Taskwire ${chosen.version}: keeps ECS tasks wired. Made for ${watched} and tags that begin with ${chosen.tagPrefix}:`,
    Metadata: { 'AWS::CloudFormation::Interface': interfaceOf(), Taskwire: chosen },
    Parameters: Object.fromEntries([
      ...ARTIFACTS.map(({ id, definition }) => [id, definition]),
      ...PARAMETERS.map(({ name, id, definition }) => [id, { Default: defaults[name] ?? '', ...definition }]),
    ]),
    Rules: RULES,
    Conditions: {
      ...Object.fromEntries(VARIANTS.map(({ condition, met }) => [condition, met])),
      ...merged.Conditions,
    },
    Resources: resources,
    Outputs: { ...functionOutputs(resources), ...objectOf(Outputs, 'Outputs') },
  };
}

/** How CloudFormation's console shows the parameters. @returns {JsonObject} */
function interfaceOf() {
  const all = [...ARTIFACTS, ...PARAMETERS];
  const groups = [...new Set(all.map(({ group }) => group))];
  return {
    ParameterGroups: groups.map((group) => ({
      Label: { default: group },
      Parameters: all.filter((parameter) => parameter.group === group).map(({ id }) => id),
    })),
    ParameterLabels: Object.fromEntries(all.map(({ id, label }) => [id, { default: label }])),
  };
}

/** `RegisterDashtargetsLambdaFunction` → `RegisterTargetsFunction`. @type {(resources: JsonObject) => JsonObject} */
function functionOutputs(resources) {
  return Object.fromEntries(
    Object.entries(resources).flatMap(([id, resource]) => {
      const { Type, Properties } = objectOf(resource, id);
      if (Type !== 'AWS::Lambda::Function') return [];
      const name = id
        .replace(FUNCTION_ENDING, '')
        .replace(/Dash(.)/g, (_, /** @type {string} */ letter) => letter.toUpperCase());
      const { Description } = objectOf(Properties, id);
      return [[`${name}Function`, { Description: Description ?? '', Value: { Ref: id } }]];
    }),
  );
}

/** A packaged template without its bucket, its functions' code and settings by parameters. @type {(template: JsonObject, zips: Readonly<Record<string, string>>) => JsonObject} */
function referring(template, zips) {
  const entries = (/** @type {string} */ section) =>
    Object.entries(objectOf(template[section] ?? {}, section)).filter(([id]) => !DEPLOYMENT_BUCKET.test(id));
  return {
    Resources: Object.fromEntries(
      entries('Resources').map(([id, resource]) => {
        const { Type, Properties, ...others } = objectOf(resource, id);
        if (Type !== 'AWS::Lambda::Function') return [id, resource];
        return [id, { Type, Properties: functionOf(id, objectOf(Properties, id), zips), ...others }];
      }),
    ),
    Outputs: Object.fromEntries(entries('Outputs')),
  };
}

/** @type {(id: string, properties: JsonObject, zips: Readonly<Record<string, string>>) => JsonObject} */
function functionOf(id, properties, zips) {
  const { S3Key } = objectOf(properties.Code, `Code of ${id}`);
  const zip = zips[posix.basename(String(S3Key))];
  if (zip === undefined) throw new Error(`${id} has no zip among those that were packaged: ${String(S3Key)}`);
  const { Variables } = objectOf(properties.Environment ?? { Variables: {} }, `Environment of ${id}`);
  const variables = Object.entries(objectOf(Variables, `Environment of ${id}`)).map(([name, value]) => {
    const parameter = PARAMETERS.find(({ variable }) => variable === name);
    return [name, parameter === undefined ? value : { Ref: parameter.id }];
  });
  return {
    ...properties,
    Code: { S3Bucket: { Ref: 'ArtifactBucket' }, S3Key: { 'Fn::Sub': `\${ArtifactPrefix}/${zip}` } },
    Environment: { Variables: Object.fromEntries(variables) },
  };
}

/** The parameters whose placeholder is a text, and those where it is a number. */
const WITH_PLACEHOLDER = PARAMETERS.flatMap(({ id, placeholder, definition }) =>
  placeholder === undefined ? [] : [{ id, placeholder, isList: definition.Type === 'CommaDelimitedList' }],
);

/** Every placeholder becomes a reference to its parameter. @type {(value: Json) => Json} */
function withReferences(value) {
  if (typeof value === 'number') return referenceTo(String(value)) ?? value;
  if (typeof value === 'string') return referenceTo(value) ?? inText(value);
  if (Array.isArray(value)) {
    const [only, ...others] = value;
    const list =
      others.length === 0 && WITH_PLACEHOLDER.find(({ placeholder, isList }) => isList && placeholder === only);
    return list ? { Ref: list.id } : value.map(withReferences);
  }
  if (!isObject(value)) return value;
  const { 'Fn::Sub': sub } = value;
  if (typeof sub === 'string') return { 'Fn::Sub': replaced(sub) };
  if (sub !== undefined) throw new Error(`Fn::Sub with values of its own is not covered: ${JSON.stringify(sub)}`);
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => {
      if (replaced(key) !== key) throw new Error(`"${key}" carries a parameter in a key, which CloudFormation cannot.`);
      return [key, withReferences(each)];
    }),
  );
}

/** @type {(value: string) => JsonObject | undefined} */
function referenceTo(value) {
  const found = WITH_PLACEHOLDER.find(({ placeholder }) => placeholder === value);
  if (found === undefined) return undefined;
  return found.isList ? { 'Fn::Join': [',', { Ref: found.id }] } : { Ref: found.id };
}

/** @type {(text: string) => Json} */
function inText(text) {
  const escaped = text.replaceAll('${', '${!');
  const result = replaced(escaped);
  return result === escaped ? text : { 'Fn::Sub': result };
}

/** @type {(text: string) => string} */
function replaced(text) {
  return WITH_PLACEHOLDER.reduce(
    (changed, { id, placeholder, isList }) => (isList ? changed : changed.replaceAll(placeholder, `\${${id}}`)),
    text,
  );
}
