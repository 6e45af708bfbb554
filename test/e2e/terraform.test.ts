import { execFile, spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parse } from '@cdktf/hcl2json';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ARTIFACTS, defaultsIn, PARAMETERS } from '../../scripts/release/parameters.mjs';

const run = promisify(execFile);
const MODULE = 'deploy/terraform';

/** HCL as JSON: blocks by their type, then by their labels. */
type Blocks = Readonly<Record<string, Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>>>;

const filesOf = async (): Promise<readonly string[]> => (await readdir(MODULE)).filter((name) => name.endsWith('.tf'));
const blocksIn = async (name: string): Promise<Blocks> => parse(name, await readFile(join(MODULE, name), 'utf8'));
const idsOfTemplate = [...ARTIFACTS, ...PARAMETERS].map(({ id }) => id);

// The provider is not to be had without the network of its registry, so that the resources have the attributes they use
// is not shown here. What Terraform itself decides (syntax, format, variables, what the stack is given) is.
describe('the Terraform module', () => {
  test('parses, and every variable says what it is for', async () => {
    for (const name of await filesOf()) await expect(blocksIn(name)).resolves.toBeDefined();
    const { variable = {} } = await blocksIn('variables.tf');
    expect(Object.keys(variable)).toEqual(expect.arrayContaining(['release', 'artifact_bucket', 'mode']));
    for (const [name, [block]] of Object.entries(variable)) {
      expect({ name, description: typeof block?.description, type: typeof block?.type }).toEqual({
        name,
        description: 'string',
        type: 'string',
      });
    }
    await expect(parse('broken.tf', 'variable "a" {')).rejects.toThrow();
  });

  test('gives the stack only parameters that the template has', async () => {
    const text = await readFile(join(MODULE, 'locals.tf'), 'utf8');
    const given = [...text.matchAll(/^ {4}([A-Z]\w+) +=/gm)].map(([, id]) => id);
    expect(given.length).toBeGreaterThan(5);
    expect(idsOfTemplate).toEqual(expect.arrayContaining(given));
  });

  test('has the defaults of the template', async () => {
    const { variable = {} } = await blocksIn('variables.tf');
    const defaults = defaultsIn(await readFile('serverless.yml', 'utf8'));
    const standard = (name: string): string => String(variable[name]?.[0]?.default);
    expect(standard('mode')).toBe(defaults.mode);
    expect(standard('alarm_topic')).toBe(defaults.alarmTopic);
    expect(standard('report_bucket')).toBe(defaults.reportBucket);
    expect(standard('reserved_concurrency')).toBe(defaults.reservedConcurrency);
  });

  test('makes a stack of the template in the bucket, and says what came of it', async () => {
    const { resource = {} } = await blocksIn('main.tf');
    expect(Object.keys(resource).sort()).toEqual(['aws_cloudformation_stack', 'aws_s3_object']);
    const { output = {} } = await blocksIn('outputs.tf');
    expect(Object.keys(output).sort()).toEqual(['outputs', 'stack_id']);
  });
});

const hasTerraform = spawnSync('terraform', ['version'], { stdio: 'ignore' }).status === 0;
if (!hasTerraform) process.stderr.write('skipping what Terraform itself says of the module: it is not installed\n');

(hasTerraform ? describe : describe.skip)('what Terraform itself says of the module', () => {
  let folder: string;
  const terraform = async (...args: string[]): Promise<string> => {
    const { stdout } = await run('terraform', args, {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' },
    }).catch((error: { stderr?: string }) => {
      throw new Error(error.stderr);
    });
    return stdout;
  };
  const plan = async (variables: Readonly<Record<string, string>>) => {
    const all = { release: join(folder, 'release'), artifact_bucket: 'artifacts', ...variables };
    const given = Object.entries(all).map(([name, value]) => `-var=${name}=${value}`);
    await terraform('plan', '-input=false', '-no-color', '-out=plan', ...given);
    const { planned_values } = JSON.parse(await terraform('show', '-json', 'plan'));
    return planned_values.outputs;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'taskwire-terraform-'));
    await mkdir(join(folder, 'release'));
    for (const name of ['taskwire.template.json', 'a-1.zip']) await writeFile(join(folder, 'release', name), '{}');
    for (const name of ['variables.tf', 'locals.tf']) await copyFile(join(MODULE, name), join(folder, name));
    const shown = ['parameters', 'zips'].map((name) => `output "${name}" { value = local.${name} }\n`);
    await writeFile(join(folder, 'shown.tf'), shown.join(''));
    await terraform('init', '-input=false', '-no-color');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('it is formatted', async () => {
    expect(await terraform('fmt', '-check', '-diff', resolve(MODULE))).toBe('');
  });

  test('what it gives to the stack', async () => {
    const { parameters, zips } = await plan({
      mode: 'observe',
      pass_roles: '["arn:aws:iam::111122223333:role/a","arn:aws:iam::111122223333:role/b"]',
      parameters: '{"BrakePercent":"30"}',
    });
    expect(zips.value).toEqual(['a-1.zip']);
    expect(parameters.value).toEqual({
      ArtifactBucket: 'artifacts',
      ArtifactPrefix: 'taskwire',
      Stage: 'prod',
      Mode: 'observe',
      AlarmTopic: '',
      ReportsTo: '',
      PassRoles: 'arn:aws:iam::111122223333:role/a,arn:aws:iam::111122223333:role/b',
      ReservedConcurrency: '5',
      BrakePercent: '30',
    });
  });

  test.each<{ variables: Record<string, string>; says: string }>([
    { variables: { release: '/nowhere' }, says: 'There is no taskwire.template.json in that folder' },
    { variables: { mode: 'maybe' }, says: 'Give enforce or observe' },
    { variables: { stage: 'Prod' }, says: 'Give up to 20 lower-case letters' },
    { variables: { artifact_prefix: 'taskwire/' }, says: 'Give a folder without a slash' },
    { variables: { pass_roles: '["web"]' }, says: 'Give ARNs of roles' },
    { variables: { reserved_concurrency: '2' }, says: 'Give 4 or more' },
    { variables: { parameters: '{"ArtifactBucket":"x"}' }, says: 'Where the packages are is told by artifact_bucket' },
  ])('it refuses $variables', async ({ variables, says }) => {
    await expect(plan(variables)).rejects.toThrow(says);
  });
});
