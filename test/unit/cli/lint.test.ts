import { describe, expect, test } from '@jest/globals';
import { type CommandLineOptions, taskwire } from '../../support/command-line.ts';
import { DOCKERRUN, ECS_PARAMS_YAML, TASK_DEFINITION, TEMPLATE_YAML } from '../../support/definition-samples.ts';
import { createStage } from '../../support/stage.ts';

const lint = (argv: readonly string[], files: CommandLineOptions['files'] = {}) =>
  taskwire(createStage(), ['lint', ...argv], { files });

/** Nothing at all is wrong with it. */
const RIGHT = JSON.stringify({
  ...TASK_DEFINITION,
  containerDefinitions: [
    TASK_DEFINITION.containerDefinitions[0],
    {
      ...TASK_DEFINITION.containerDefinitions[1],
      image: 'public.ecr.aws/aws-observability/aws-otel-collector:v0.49.0',
      name: 'xray',
    },
  ],
});

const UNTRACED = `{
  "family": "web",
  "containerDefinitions": [
    { "name": "app", "image": "web:7", "memory": 256,
      "cpu": "some" }
  ]
}
`;

describe('taskwire lint', () => {
  test('says nothing of what is right; 0', async () => {
    expect(await lint(['web.json'], { 'web.json': RIGHT })).toMatchObject({
      code: 0,
      out: '1 task definition in 1 file: no finding.\n',
      err: '',
      asked: [],
    });
  });

  test('tells each finding with its place and its cure; 1', async () => {
    const { code, out, err } = await lint(['./infra/web.json'], { 'infra/web.json': UNTRACED });
    expect(out).toBe(`infra/web.json
  3:3  high    XRY-1   No container of web is a trace collector.
                       Cure: Add a collector to the task: taskwire remediate
                       attach-sidecar shows how. On EC2 a daemon service with a
                       collector counts, too.
  5:7  high    DEF-2   cpu must be a whole number, found "some".
                       Cure: Write a whole number.

1 task definition in 1 file: 2 findings (2 high).
`);
    expect({ code, err }).toEqual({ code: 1, err: '' });
  });

  test('tells files that cannot be read, and goes on with the others; 3', async () => {
    const { code, out } = await lint(['a.json', 'nope.json', 'c.yml', 'package.json', 'web.json'], {
      'a.json': '{\n  "family": web }',
      'c.yml': 'Resources:\n\t- a',
      'package.json': '{ "name": "x" }',
      'web.json': RIGHT,
    });
    expect(out).toBe(`a.json
  2:13  error   This is no JSON: expected a value, found "web }".

nope.json
  error   There is no such file. Check its name, and the folder that this runs
          in.

c.yml
  2:1  error   This is no YAML that can be read: Tabs are not allowed as
               indentation.

package.json
  1:1  error   This describes no tasks. Understood are task definitions
               (containerDefinitions), CloudFormation and SAM templates
               (Resources), Dockerrun.aws.json and docker-compose.yml.

1 task definition in 1 file: no finding, 4 files could not be read.
`);
    expect(code).toBe(3);
  });

  test('reads stdin, and a file that is named twice once', async () => {
    expect((await lint(['-'], { '-': UNTRACED })).out).toMatch(/^stdin\n {2}3:3 {2}high/);
    expect((await lint(['web.json', './web.json'], { 'web.json': RIGHT })).out).toMatch(/^1 task definition in 1 file/);
  });

  test('searches a folder for what describes tasks', async () => {
    const files = {
      'infra/web.json': RIGHT,
      'infra/notes.json': '{ "about": "containerDefinitions" }',
      'infra/package.json': '{ broken',
      'infra/broken.yml': 'containerDefinitions: [',
      'infra/local/docker-compose.yml': 'services: { web: { image: a:1 } }',
      'infra/ecs/docker-compose.yml': 'services: { web: { image: a:1 } }',
      'infra/ecs/ecs-params.yml': ECS_PARAMS_YAML,
      'infra/template.yaml': TEMPLATE_YAML,
      'infra/Dockerrun.aws.json': JSON.stringify(DOCKERRUN),
    };
    const { code, out } = await lint(['infra', '--json'], files);
    const { findings, failures } = JSON.parse(out);
    expect(failures).toMatchObject([{ file: 'infra/broken.yml', line: 1 }]);
    expect(new Set(findings.map(({ file }: { file: string }) => file))).toEqual(
      new Set(['infra/template.yaml', 'infra/Dockerrun.aws.json', 'infra/ecs/docker-compose.yml']),
    );
    expect(code).toBe(3);
  });

  test('a folder in which nothing describes tasks is wrong usage; 2', async () => {
    const { code, out, err } = await lint(['docs'], { 'docs/a.json': '{}' });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err.replace(/\n\s*/g, ' ')).toBe(
      'error: Nothing in docs describes tasks. Name the files that do, such as task-definition.json. ',
    );
  });

  test('reads ecs-params.yml with its Compose file only', async () => {
    const files = {
      'docker-compose.yml': 'services: { xray: { image: aws-xray-daemon:3.3.13 } }',
      'ecs-params.yml': ECS_PARAMS_YAML,
    };
    const both = await lint(['docker-compose.yml', 'ecs-params.yml'], files);
    expect(both.out).toContain('1 task definition in 1 file');
    const alone = await lint(['ecs-params.yml'], { 'ecs-params.yml': ECS_PARAMS_YAML });
    expect(alone.code).toBe(3);
    expect(alone.out).toMatch(/Name\s+the docker-compose\.yml\./);
    const broken = await lint(['docker-compose.yml'], { ...files, 'ecs-params.yml': 'a:\n\t- b' });
    expect(broken.code).toBe(3);
    expect(broken.out).toContain('1:1  error   ecs-params.yml:2:1 This is no YAML that can be read');
  });

  test('an image that is a collector by setting counts; a wrong setting is named; 2', async () => {
    const own = JSON.stringify(JSON.parse(RIGHT)).replace(
      /public\.ecr\.aws[^"]+/,
      'registry.example.com/tools/tracer:7',
    );
    const run = (env: Readonly<Record<string, string>>) =>
      taskwire(createStage(), ['lint', 'web.json'], { files: { 'web.json': own }, env });
    expect((await run({})).out).toContain('XRY-1 ');
    expect((await run({ TASKWIRE_COLLECTOR_IMAGES: 'tools/tracer=adot' })).out).not.toContain('XRY-1 ');
    const { code, err } = await run({ TASKWIRE_COLLECTOR_IMAGES: 'tools/tracer=otel' });
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('"otel" is no collector') });
  });

  test('--fail-on and --collector decide what counts', async () => {
    const files = { 'web.json': JSON.stringify(TASK_DEFINITION) };
    const codes = await Promise.all(
      [[], ['--fail-on', 'info'], ['--collector', 'adot'], ['--collector', 'xray']].map(
        async (options) => (await lint(['web.json', ...options], files)).code,
      ),
    );
    expect(codes).toEqual([0, 1, 1, 0]);
  });

  test('answers in JSON with an Outcome whose findings carry their place; the same by either option', async () => {
    const files = { 'web.json': UNTRACED };
    const { code, out } = await lint(['web.json', '--json'], files);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({
      function: 'lint',
      mode: 'observe',
      changes: [],
      held: [],
      calls: {},
      findings: [
        {
          rule: 'XRY-1',
          severity: 'high',
          resource: 'web.json',
          file: 'web.json',
          line: 3,
          column: 3,
          task: 'web',
          summary: 'No container of web is a trace collector.',
          fix: expect.any(String),
        },
        {
          rule: 'DEF-2',
          severity: 'high',
          resource: 'web.json',
          file: 'web.json',
          line: 5,
          column: 7,
          task: 'web',
          summary: 'cpu must be a whole number, found "some".',
          fix: 'Write a whole number.',
        },
      ],
    });
    expect((await lint(['web.json', '--format', 'json'], files)).out).toBe(out);
  });

  test('two formats, an unknown one and no file are wrong usage; 2', async () => {
    const two = await lint(['web.json', '--json', '--format', 'sarif']);
    expect(two.code).toBe(2);
    expect(JSON.parse(two.out)).toMatchObject({
      failures: [{ message: '--json and --format sarif are two formats: leave one out.' }],
    });
    expect((await lint(['web.json', '--format', 'xml'])).code).toBe(2);
    expect((await lint([])).code).toBe(2);
  });

  test('hostile names are printed so that they can be seen', async () => {
    const name = '\u001b[2Jx\u202e.json';
    const definition = JSON.stringify({ family: '\u001b]0;x\u0007', containerDefinitions: [{ name: '\u001b[2J\n' }] });
    for (const format of ['pretty', 'json', 'sarif', 'junit']) {
      const { code, out, err } = await lint([name, `${name}2`, '--format', format], { [name]: definition });
      expect(code).toBe(3);
      expect(`${out}${err}`).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Cs}]/u);
    }
  });

  test('its help says what is read, and the exit codes', async () => {
    const { code, out } = await lint(['--help']);
    expect(code).toBe(0);
    expect(out).toContain('$ taskwire lint --format sarif . > lint.sarif');
    expect(out).toContain('Exit code: 0 no findings at or above --fail-on, 1 findings, 2 wrong usage,');
  });
});
