import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { jest } from '@jest/globals';
import { withLock } from '../../scripts/setup.mjs';
import type { Statement } from './authorization.ts';
import { at, type FreeForm, listAt, objectAt, objectsAt, textAt, textsAt } from './free-form.ts';

const run = promisify(execFile);

// Packaging takes some seconds, and others of this checkout may come first.
jest.setTimeout(150_000);

/** A resource of a template. */
export interface Resource {
  readonly Type: string;
  readonly Properties: FreeForm;
}

/** A template as osls packages it. */
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

/** The account that a template is resolved for. */
export interface Place {
  readonly region: string;
  readonly account: string;
}

/** The account of events/. */
const SAMPLE_PLACE: Place = { region: 'eu-central-1', account: '111122223333' };
const PARTITION = 'aws';

/**
 * Packages the stack, offline. The functions must be built.
 * @param parameters As of `--param`.
 * @param use Given the folder with the packages and the templates, which is deleted afterwards.
 * @throws With what osls printed.
 */
export const packageStack = async <T>(
  parameters: Readonly<Record<string, string>>,
  use: (folder: string) => Promise<T>,
): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), 'taskwire-package-'));
  try {
    const given = Object.entries(parameters).map(([name, value]) => `--param=${name}=${value}`);
    // Wherever it is told to put the package, osls also writes to and deletes `.serverless`: two at once break each other.
    await withLock('package', () =>
      run(process.execPath, ['node_modules/osls/bin/serverless.js', 'package', '--package', folder, ...given], {
        env: {
          PATH: process.env.PATH,
          HOME: folder,
          SLS_NOTIFICATIONS_MODE: 'off',
          // Its check of serverless.yml, compiled: half of what a run takes, unless an earlier one left it there.
          SLS_SCHEMA_CACHE_BASE_DIR: join(process.cwd(), 'node_modules', '.cache', 'taskwire'),
        },
      }),
    ).catch((error: Error & { stdout?: string; stderr?: string }) => {
      throw new Error(`osls package failed:\n${error.stdout ?? ''}\n${error.stderr ?? ''}`);
    });
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const packaged = new Map<string, Promise<Template>>();

/** The template that osls would deploy; made once per test file and parameters. */
export const packagedTemplate = (parameters: Readonly<Record<string, string>> = {}): Promise<Template> => {
  const key = JSON.stringify(parameters);
  const template =
    packaged.get(key) ??
    packageStack(parameters, async (folder) => JSON.parse(await readFile(templateIn(folder), 'utf8')));
  packaged.set(key, template);
  return template;
};

export const templateIn = (folder: string): string => join(folder, 'cloudformation-template-update-stack.json');

/** CloudFormation makes one up where a bucket is given no name. */
const bucketOf = (id: string): string => `taskwire-prod-${id.toLowerCase()}`;

/** ARN of a resource of the template, as CloudFormation would answer `GetAtt`. */
const arnOf = (id: string, { Type, Properties }: Resource, { region, account }: Place): string => {
  const name = (member: string): string => textAt(Properties, member);
  const arn = (service: string, resource: string) => `arn:${PARTITION}:${service}:${region}:${account}:${resource}`;
  switch (Type) {
    case 'AWS::SQS::Queue':
      return arn('sqs', name('QueueName'));
    case 'AWS::Logs::LogGroup':
      return arn('logs', `log-group:${name('LogGroupName')}:*`);
    case 'AWS::Lambda::Function':
      return arn('lambda', `function:${name('FunctionName')}`);
    case 'AWS::S3::Bucket':
      return `arn:${PARTITION}:s3:::${bucketOf(id)}`;
    case 'AWS::IAM::Role':
      return `arn:${PARTITION}:iam::${account}:role/${Properties.RoleName ?? id}`;
    case 'AWS::Events::Rule':
      return arn('events', `rule/${name('Name')}`);
    default:
      throw new Error(`no ARN is known for ${id}, ${Type}`);
  }
};

/**
 * A value of the template with its functions (`Ref`, `GetAtt`, `Sub`) answered for an account.
 * @throws On any other function: a value that is half resolved would be compared with the wrong thing.
 */
export const resolved = (template: Template, value: unknown, place: Place = SAMPLE_PLACE): unknown => {
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Partition': PARTITION,
    'AWS::Region': place.region,
    'AWS::AccountId': place.account,
  };
  const resourceOf = (id: string): Resource => {
    const found = template.Resources[id];
    if (found === undefined) throw new Error(`the template has no resource ${id}`);
    return found;
  };
  const resolve = (of: unknown): unknown => {
    if (Array.isArray(of)) return of.map(resolve);
    if (typeof of !== 'object' || of === null) return of;
    const entries = Object.entries(of);
    const [[name, operand] = []] = entries;
    if (entries.length === 1 && name !== undefined && (name === 'Ref' || name.startsWith('Fn::'))) {
      if (name === 'Ref' && typeof operand === 'string') return pseudo[operand] ?? physicalId(operand);
      if (name === 'Fn::GetAtt' && Array.isArray(operand)) {
        const [id, attribute] = operand;
        if (attribute === 'QueueName') return resourceOf(id).Properties.QueueName;
        if (attribute === 'Arn') return arnOf(id, resourceOf(id), place);
      }
      if (name === 'Fn::Sub' && typeof operand === 'string') {
        return operand.replaceAll(/\$\{([^}]+)\}/g, (_, of: string) => {
          const [id = '', attribute] = of.split('.');
          return attribute === 'Arn' ? arnOf(id, resourceOf(id), place) : (pseudo[of] ?? physicalId(of));
        });
      }
      throw new Error(`cannot resolve ${JSON.stringify(of)}`);
    }
    return Object.fromEntries(entries.map(([key, each]) => [key, resolve(each)]));
  };
  const physicalId = (id: string): string => {
    const { Type, Properties } = resourceOf(id);
    if (Type === 'AWS::S3::Bucket') return bucketOf(id);
    const own = Properties.FunctionName ?? Properties.Name ?? Properties.QueueName;
    if (typeof own !== 'string') throw new Error(`no physical id is known for ${id}, ${Type}`);
    return own;
  };
  return resolve(value);
};

/** One text, or a list of them. */
const oneOrMore = (value: unknown, ...path: readonly string[]): string | readonly string[] =>
  typeof at(value, ...path) === 'string' ? textAt(value, ...path) : textsAt(value, ...path);

/** @throws If it is none: what is passed over would be taken for harmless. */
const statementFrom = (statement: FreeForm): Statement => {
  const { Sid, Effect, Action: _action, Resource: _resource, Condition, ...others } = statement;
  if (Effect !== 'Allow' && Effect !== 'Deny') throw new Error(`a statement with the effect ${String(Effect)}`);
  if (Object.keys(others).length > 0) throw new Error(`a statement with ${Object.keys(others).join(', ')}`);
  return {
    ...(Sid !== undefined && { Sid: textAt(statement, 'Sid') }),
    Effect,
    Action: oneOrMore(statement, 'Action'),
    Resource: oneOrMore(statement, 'Resource'),
    ...(Condition !== undefined && {
      Condition: Object.fromEntries(
        Object.entries(objectAt(Condition)).map(([operator, keys]) => [
          operator,
          Object.fromEntries(Object.keys(objectAt(keys)).map((key) => [key, oneOrMore(keys, key)])),
        ]),
      ),
    }),
  };
};

/** All statements of a role's inline policies, resolved for an account. */
export const statementsOf = (template: Template, roleId: string, place: Place = SAMPLE_PLACE): readonly Statement[] => {
  const policies = objectsAt(template.Resources, roleId, 'Properties', 'Policies');
  return policies.flatMap((policy) =>
    objectsAt(resolved(template, listAt(policy, 'PolicyDocument', 'Statement'), place)).map(statementFrom),
  );
};
