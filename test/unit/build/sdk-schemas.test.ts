import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { BUNDLE } from '../../../scripts/build.mjs';
import { writeOutKeys } from '../../../scripts/sdk-schemas.mjs';
import { type Exchange, exchanges } from './requests.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

const bundle = async (entry: string, plugins = BUNDLE.plugins) => {
  const outdir = await mkdtemp(join(tmpdir(), 'taskwire-bundle-'));
  folders.push(outdir);
  await build({ ...BUNDLE, plugins, entryPoints: { bundle: entry }, outdir });
  const sizes = await Promise.all((await readdir(outdir)).map(async (name) => (await stat(join(outdir, name))).size));
  return { file: join(outdir, 'bundle.mjs'), bytes: sizes.reduce((sum, size) => sum + size, 0) };
};

describe('bundles with the schema keys written out', () => {
  let plain: readonly Exchange[];
  let bundled: readonly Exchange[];
  beforeAll(async () => {
    plain = await exchanges();
    const { file } = await bundle('test/unit/build/requests.ts');
    bundled = await (await import(file)).exchanges();
  });

  test('send the same requests and read the same answers as the plain SDK', () => {
    expect(plain.map(({ call }) => call)).toEqual([
      'ec2',
      'ecs',
      'register',
      'health',
      'tagging',
      'sqs',
      'eventbridge',
      'autoscaling',
      'codedeploy',
      'policy',
      'schedules',
      'refused',
    ]);
    expect(bundled).toEqual(plain);
  });

  test('the compared answers are full ones', () => {
    expect(plain.find(({ call }) => call === 'ec2')?.answer).toMatchObject({
      NetworkInterfaces: [{ NetworkInterfaceId: 'eni-1', PrivateIpAddress: '10.0.1.23' }],
    });
    expect(plain.find(({ call }) => call === 'refused')?.answer).toMatchObject({ error: 'InvalidTargetException' });
  });

  test('leave out the calls that nobody makes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'taskwire-entry-'));
    folders.push(folder);
    const entry = join(folder, 'entry.mjs');
    const client = join(process.cwd(), 'node_modules/@aws-sdk/client-ec2/dist-es/index.js');
    await writeFile(entry, `export { DescribeNetworkInterfacesCommand, EC2Client } from ${JSON.stringify(client)};`);
    const [shaken, kept] = await Promise.all([bundle(entry), bundle(entry, [])]);
    expect(shaken.bytes).toBeLessThan(kept.bytes / 2);
  });
});

describe('writing out a schema key', () => {
  test('replaces the name by its string', () => {
    expect(writeOutKeys('const _xN = "member";\nvar a = { [_xN]: _xN };')).toBe(
      'const _xN = "member";\nvar a = { "member": _xN };',
    );
  });

  test('keeps a key that the file does not define as a string', () => {
    expect(writeOutKeys('const _xN = 1;\nvar a = { [_xN]: 2, [other]: 3 };')).toBe(
      'const _xN = 1;\nvar a = { [_xN]: 2, [other]: 3 };',
    );
  });
});
