import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { unzipSync } from 'fflate';
import { packageStack, templateIn } from '../../support/packaged-stack.ts';

const run = promisify(execFile);
const NAME = 'register-targets';

interface Template {
  readonly Resources: {
    readonly RegisterDashtargetsLambdaFunction: {
      readonly Properties: {
        readonly Handler: string;
        readonly Runtime: string;
        readonly Architectures: readonly string[];
        readonly Environment: { readonly Variables: Readonly<Record<string, string | object>> };
      };
    };
  };
}

describe('the packaged stack', () => {
  let folder: string;
  let template: Template;
  let files: Readonly<Record<string, Uint8Array>>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'taskwire-package-'));
    await packageStack({}, async (packaged) => {
      template = JSON.parse(await readFile(templateIn(packaged), 'utf8'));
      files = unzipSync(await readFile(join(packaged, `${NAME}.zip`)));
    });
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('holds of a function what the build made for it, and nothing else', async () => {
    const built = await readdir(`dist/functions/${NAME}`);
    expect(Object.keys(files).sort()).toEqual(built.map((file) => `dist/functions/${NAME}/${file}`).sort());
  });

  test('loads as a file that exports the handler, with the settings of the stack and no package beside it', async () => {
    const { Handler, Environment } = template.Resources.RegisterDashtargetsLambdaFunction.Properties;
    // The queues' URLs are known once they are made.
    const settings = Object.fromEntries(
      Object.entries(Environment.Variables).flatMap(([name, value]) =>
        typeof value === 'string' ? [[name, value]] : [],
      ),
    );
    for (const [path, bytes] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), bytes);
    }
    const [module, name] = Handler.split('.');
    const url = pathToFileURL(join(folder, `${module}.mjs`)).href;
    const { stdout } = await run(
      process.execPath,
      ['--input-type=module', '-e', `console.log(typeof (await import('${url}')).${name})`],
      { cwd: folder, env: { ...settings, PATH: process.env.PATH, AWS_REGION: 'eu-central-1' } },
    );
    expect(stdout.trim()).toBe('function');
  });

  test('runs on Node 24 on arm64, with every setting that a person can make and its queues', () => {
    const { Runtime, Architectures, Environment } = template.Resources.RegisterDashtargetsLambdaFunction.Properties;
    expect([Runtime, ...Architectures]).toEqual(['nodejs24.x', 'arm64']);
    expect(Environment.Variables).toEqual({
      TASKWIRE_MODE: 'enforce',
      TASKWIRE_CLUSTERS: '',
      TASKWIRE_TAG_PREFIX: 'taskwire',
      TASKWIRE_TRACING: 'required',
      TASKWIRE_BRAKE_PERCENT: '50',
      TASKWIRE_REGISTRATIONS_PER_SECOND: '3',
      TASKWIRE_ELB_READS_PER_SECOND: '5',
      TASKWIRE_ECS_READS_PER_SECOND: '10',
      TASKWIRE_HOLD_MINUTES: '30',
      TASKWIRE_CONSENT: 'group',
      TASKWIRE_MAX_TASKS: '',
      TASKWIRE_COLLECTOR_IMAGES: '',
      TASKWIRE_VERSION: expect.stringMatching(/^\d+\.\d+\.\d+\+[0-9a-f]{7}$/),
      TASKWIRE_QUEUE_URL: { Ref: 'RegisterTargetsQueue' },
      TASKWIRE_FAILURE_QUEUE_URL: { Ref: 'RegisterTargetsFailureQueue' },
    });
  });
});
