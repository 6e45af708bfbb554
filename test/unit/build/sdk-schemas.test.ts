import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { BUNDLE } from '../../../scripts/build.mjs';
import { shareClasses, writeOutKeys } from '../../../scripts/sdk-schemas.mjs';
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

describe('sharing what error classes have in common', () => {
  const client = (name: string) => join(process.cwd(), 'node_modules/@aws-sdk', name, 'dist-es/models/errors.js');
  const written = (name: string, member = '') => `export class ${name} extends __BaseException {
    name = "${name}";
    $fault = "client";
    ${member === '' ? '' : `${member};`}
    constructor(opts) {
        super({
            name: "${name}",
            $fault: "client",
            ...opts,
        });
        Object.setPrototypeOf(this, ${name}.prototype);
        ${member === '' ? '' : `this.${member} = opts.${member};`}
    }
}`;
  const evaluated = (source: string): Record<string, new (opts: object) => Error> => {
    const base =
      'class __BaseException extends Error { constructor(opts) { super(opts.message); Object.assign(this, opts); } }';
    const names = [...source.matchAll(/^export (?:const|class) (\w+)/gm)].map(([, name]) => name);
    return new Function(`${base}\n${source.replaceAll('export ', '')}\nreturn { ${names.join(', ')} };`)();
  };
  const SOURCE = `${written('GoneException')}\n${written('BusyException', 'resourceIds')}\n`;

  test.each(['GoneException', 'BusyException'])('%s stays what it was', (name) => {
    const [plain, shared] = [evaluated(SOURCE), evaluated(shareClasses(SOURCE))].map((classes) => {
      const Made = classes[name];
      if (Made === undefined) throw new Error(`no class ${name}`);
      const error = new Made({ message: 'no', resourceIds: ['a'], $metadata: {} });
      return {
        ...error,
        message: error.message,
        own: error instanceof Made,
        others: Object.values(classes).filter((each) => error instanceof each).length,
      };
    });
    expect(shared).toEqual(plain);
    expect(shared).toMatchObject({ name, $fault: 'client', own: true, others: 1 });
  });

  test('a class that does more stays written out', () => {
    const source = `${written('GoneException').replace('name =', '$retryable = {};\n    name =')}\n`;
    expect(shareClasses(source)).toBe(source);
  });

  test.each(['client-ecs', 'client-elastic-load-balancing-v2'])(
    '%s has no class left that is written out',
    async (name) => {
      const source = await readFile(client(name), 'utf8');
      expect(source).toMatch(/^export class /m);
      expect(shareClasses(source)).not.toMatch(/^export class /m);
    },
  );
});
