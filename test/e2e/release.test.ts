import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { JsonObject } from '../../scripts/release/json-value.ts';
import { defaultsIn, PARAMETERS, RELEASE_CHOICES } from '../../scripts/release/parameters.mjs';
import { release } from '../../scripts/release.mjs';
import { evaluated } from '../support/evaluated-template.ts';
import { packagedTemplate, type Template } from '../support/packaged-stack.ts';

const run = promisify(execFile);

// Each release packages the stack ten times.
jest.setTimeout(300_000);

const ARTIFACTS = { ArtifactBucket: 'artifacts', ArtifactPrefix: 'folder' };
const ROLE = 'arn:aws:iam::111122223333:role/web';

/** The parameters of the released template, for those of serverless.yml. */
const asOverrides = (parameters: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => {
      const parameter = PARAMETERS.find((each) => each.name === name);
      if (parameter === undefined) throw new Error(`no parameter ${name}`);
      return [parameter.id, value];
    }),
  );

/** What both ways of packaging must agree on: all but where the code lies, and outputs of their own. */
const comparable = ({ Resources, Outputs = {} }: Template) => ({
  Resources: Object.fromEntries(
    Object.entries(Resources).flatMap(([id, { Properties, ...resource }]) => {
      if (id.startsWith('ServerlessDeploymentBucket')) return [];
      if (resource.Type !== 'AWS::Lambda::Function') return [[id, { ...resource, ...(Properties && { Properties }) }]];
      const { Code: _code, ReservedConcurrentExecutions: reserved, ...rest } = Properties;
      // A parameter is a text; CloudFormation makes of it the number that it is.
      return [
        [id, { ...resource, Properties: { ...rest, ...(reserved !== undefined && { reserved: Number(reserved) }) } }],
      ];
    }),
  ),
  Outputs: Object.fromEntries(
    Object.entries(Outputs).filter(([id]) => !id.startsWith('ServerlessDeploymentBucket') && !id.endsWith('Function')),
  ),
});

describe('a release', () => {
  let folder: string;
  let template: JsonObject;

  const read = async (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'taskwire-release-test-'));
    await release(folder, {});
    template = JSON.parse(await read('taskwire.template.json'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('has a zip for each function, the bill of materials, and the sums of all', async () => {
    const names = await readdir(folder);
    const functions = await readdir('functions');
    const stems = names.filter((name) => name.endsWith('.zip')).map((name) => name.replace(/-[0-9a-f]{16}\.zip$/, ''));
    expect(stems.sort()).toEqual(functions.filter((name) => !name.endsWith('.ts')).sort());

    const sums = (await read('SHA256SUMS')).trimEnd().split('\n');
    expect(sums.map((line) => line.split('  ')[1]).sort()).toEqual(
      names.filter((name) => name !== 'SHA256SUMS').sort(),
    );
    for (const line of sums) {
      const [sum, name = ''] = line.split('  ');
      expect(
        createHash('sha256')
          .update(await readFile(join(folder, name)))
          .digest('hex'),
      ).toBe(sum);
    }
    const { components } = JSON.parse(await read('sbom.cdx.json'));
    expect(components.map(({ name }: { name: string }) => name)).toContain('valibot');
  });

  test('names in its template the zips that are there', async () => {
    const { Resources } = JSON.parse(JSON.stringify(evaluated(template, ARTIFACTS)));
    const functions = Object.values<{ Type: string; Properties: { Code: { S3Bucket: string; S3Key: string } } }>(
      Resources,
    ).filter(({ Type }) => Type === 'AWS::Lambda::Function');
    const keys = functions.map(({ Properties: { Code } }) => `${Code.S3Bucket}/${Code.S3Key}`).sort();
    const zips = (await readdir(folder)).filter((name) => name.endsWith('.zip'));
    expect(keys).toEqual(zips.map((name) => `artifacts/folder/${name}`).sort());
  });

  test('has every parameter of serverless.yml that a release does not choose, and no trace of the placeholders', async () => {
    const defaults = defaultsIn(await readFile('serverless.yml', 'utf8'));
    const ids = Object.keys(
      asOverrides(
        Object.fromEntries(
          Object.keys(defaults)
            .filter((name) => !RELEASE_CHOICES.includes(name))
            .map((name) => [name, '']),
        ),
      ),
    );
    expect(Object.keys(template.Parameters ?? {}).sort()).toEqual([...ids, 'Stage', ...Object.keys(ARTIFACTS)].sort());
    const text = JSON.stringify(template);
    for (const { placeholder } of PARAMETERS) if (placeholder !== undefined) expect(text).not.toContain(placeholder);
    // CloudFormation takes no larger one from a bucket.
    expect(text.length).toBeLessThan(1_000_000);
  });

  test.each<{ name: string; parameters: Record<string, string> }>([
    { name: 'with the defaults', parameters: {} },
    {
      name: 'with everything that can be asked for',
      parameters: {
        alarmTopic: 'arn:aws:sns:eu-central-1:111122223333:alarms',
        passRoles: ROLE,
        reportBucket: 'create',
        reservedConcurrency: '12',
        tracing: 'optional',
        fleetRole: 'auditor',
        fleetExternalId: 'some-id',
        brakePercent: '10',
        registrationsPerSecond: '1',
        elbReadsPerSecond: '2',
        ecsReadsPerSecond: '3',
        holdMinutes: '15',
        consent: 'both',
        maxTasks: '40',
        collectorImages: 'tools/tracer=adot',
      },
    },
    {
      name: 'where it only observes, although roles are listed',
      parameters: { mode: 'observe', passRoles: `${ROLE},${ROLE}2`, tracing: 'off', reservedConcurrency: '0' },
    },
    {
      name: 'with a bucket of the user and a fleet without an external id',
      parameters: { mode: 'observe', reportBucket: 'reports-of-ours', fleetRole: 'auditor' },
    },
    { name: 'with two roles', parameters: { passRoles: `${ROLE},${ROLE}2`, tracing: 'off' } },
  ])('is what npm run deploy would deploy $name', async ({ parameters }) => {
    const deployed = evaluated(template, { ...ARTIFACTS, ...asOverrides(parameters) });
    const expected = comparable(await packagedTemplate(parameters));
    expect(comparable(JSON.parse(JSON.stringify(deployed)))).toEqual(expected);
  });

  test('the stage is a part of every name', () => {
    const [prod, other] = ['prod', 'qa-1'].map((Stage) => JSON.stringify(evaluated(template, { ...ARTIFACTS, Stage })));
    expect(prod?.match(/taskwire-prod/g)?.length).toBeGreaterThan(50);
    expect(other).toBe(prod?.replaceAll('taskwire-prod', 'taskwire-qa-1').replaceAll('"prod"', '"qa-1"'));
  });

  // With the packages of the CDK, which are no part of this project: they are installed where the example asks for them.
  test('the CDK example synthesises it, with the code as assets', async () => {
    const app = await mkdtemp(join(tmpdir(), 'taskwire-cdk-'));
    try {
      await cp('deploy/cdk', app, { recursive: true, filter: (path) => !/node_modules|cdk\.out/.test(path) });
      const env = {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        TASKWIRE_RELEASE: folder,
        CDK_DISABLE_CLI_TELEMETRY: '1',
      };
      await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: app, env });
      await run('npx', ['cdk', 'synth', '--no-notices', '--quiet'], { cwd: app, env });
      const synthesised = JSON.parse(await readFile(join(app, 'cdk.out', 'taskwire-prod.template.json'), 'utf8'));
      const { Resources } = JSON.parse(JSON.stringify(template));
      const { CDKMetadata: _metadata, ...resources } = synthesised.Resources;
      expect(Object.keys(resources).sort()).toEqual(Object.keys(Resources).sort());
      for (const [id, { Type, Properties }] of Object.entries<{ Type: string; Properties: Record<string, never> }>(
        resources,
      )) {
        if (Type !== 'AWS::Lambda::Function') continue;
        const { Code, Environment } = JSON.parse(JSON.stringify(Properties));
        expect(Environment.Variables.TASKWIRE_MODE).toBe('observe');
        const [zip = ''] = /[^/]+\.zip$/.exec(Resources[id].Properties.Code.S3Key['Fn::Sub']) ?? [];
        const asset = await readFile(join(app, 'cdk.out', `asset.${Code.S3Key}`));
        expect(asset.equals(await readFile(join(folder, zip)))).toBe(true);
      }
    } finally {
      await rm(app, { recursive: true, force: true });
    }
  });

  test('its files are the same when it is made again, but for what it is made for', async () => {
    const again = await mkdtemp(join(tmpdir(), 'taskwire-release-test-'));
    try {
      await release(again, { clusters: 'production,staging', tagPrefix: 'team' });
      const zips = (names: readonly string[]) => names.filter((name) => name.endsWith('.zip')).sort();
      expect(zips(await readdir(again))).toEqual(zips(await readdir(folder)));
      expect(await readFile(join(again, 'sbom.cdx.json'), 'utf8')).toBe(await read('sbom.cdx.json'));
      const chosen = JSON.parse(await readFile(join(again, 'taskwire.template.json'), 'utf8'));
      expect(chosen.Description).toContain('the clusters production,staging and tags that begin with team:');
      const expected = comparable(await packagedTemplate({ clusters: 'production,staging', tagPrefix: 'team' }));
      expect(comparable(JSON.parse(JSON.stringify(evaluated(chosen, ARTIFACTS))))).toEqual(expected);
    } finally {
      await rm(again, { recursive: true, force: true });
    }
  });

  test('a parameter that belongs elsewhere is refused, and says where', async () => {
    await expect(release(folder, { mode: 'observe', colour: 'red' })).rejects.toThrow(
      'mode is chosen when the stack is deployed: give Mode=… to --parameter-overrides; there is no parameter colour',
    );
  });
});
