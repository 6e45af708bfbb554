// biome-ignore-all lint/suspicious/noTemplateCurlyInString: how templates and Compose files write what they compute.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { XMLValidator } from 'fast-xml-parser';
import { readSarif } from '../support/sarif.ts';

const CLI = join(process.cwd(), 'dist/cli/taskwire.mjs');

/** An application, and a collector that maps no port: XRY-2 on bridge. */
const TASK = `{
  "family": "web",
  "containerDefinitions": [
    { "name": "app", "image": "web:7", "memory": 256, "links": ["xray"],
      "environment": [{ "name": "AWS_XRAY_DAEMON_ADDRESS", "value": "xray:2000" },
                      { "name": "DB_PASSWORD", "value": "hunter2" }] },
    { "name": "xray", "image": "amazon/aws-xray-daemon:3.3.14",
      "essential": false, "memory": 64 }
  ]
}
`;
const ADDRESS = { name: 'AWS_XRAY_DAEMON_ADDRESS', value: 'xray:2000' };
const LISTED = JSON.parse(TASK).containerDefinitions;

/** Files in which exactly one place lets no trace arrive: where it stands, and by which rule. */
const FILES: Readonly<Record<string, { readonly text: string; readonly finds: string }>> = {
  'web.json': { text: TASK, finds: '7:5 XRY-2' },
  'described.json': { text: `{ "taskDefinition":\n${TASK}, "tags": [] }`, finds: '8:5 XRY-2' },
  'web.yaml': {
    text: `family: web
containerDefinitions:
  - name: app
    image: web:7
    memory: 256
    links: [xray]
    environment: [{ name: AWS_XRAY_DAEMON_ADDRESS, value: 'xray:2000' }]
  - name: xray
    image: amazon/aws-xray-daemon:3.3.14
    essential: false
    memory: 64
`,
    finds: '8:5 XRY-2',
  },
  'eb2/Dockerrun.aws.json': {
    text: JSON.stringify({ AWSEBDockerrunVersion: 2, containerDefinitions: LISTED }, null, 1),
    finds: '22:3 XRY-2',
  },
  'compose/docker-compose.yml': {
    text: `services:
  app:
    image: web:\${TAG:-7}
    links: [xray]
    environment: { AWS_XRAY_DAEMON_ADDRESS: 'xray:2000' }
    mem_limit: 256m
  xray:
    image: amazon/aws-xray-daemon:3.3.14
    mem_limit: 64m
`,
    finds: '7:3 XRY-2',
  },
  'template.yaml': {
    text: `Transform: AWS::Serverless-2016-10-31
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: !Sub 'web-\${AWS::StackName}'
      ContainerDefinitions:
        - Name: app
          Image: !Sub '\${AWS::AccountId}.dkr.ecr.\${AWS::Region}.amazonaws.com/web:7'
          Memory: 256
          Links: [xray]
          Environment: [{ Name: AWS_XRAY_DAEMON_ADDRESS, Value: !Join [':', [xray, 2000]] }]
        - Name: xray
          Image: amazon/aws-xray-daemon:3.3.14
          Essential: false
          Memory: 64
`,
    finds: '13:11 XRY-2',
  },
  'template.json': {
    text: `{ "Resources": { "Task": {
  "Type": "AWS::ECS::TaskDefinition",
  "Properties": { "Family": { "Fn::Sub": "web-\${AWS::StackName}" },
    "ContainerDefinitions": [
      { "Name": "app", "Image": { "Ref": "Image" }, "Memory": 256, "Links": ["xray"],
        "Environment": [{ "Name": "AWS_XRAY_DAEMON_ADDRESS", "Value": "xray:2000" }] },
      { "Name": "xray", "Image": "amazon/aws-xray-daemon:3.3.14", "Essential": false, "Memory": 64 }
    ] } } } }
`,
    finds: '7:7 XRY-2',
  },
  'large.json': {
    text: JSON.stringify({
      ...JSON.parse(TASK),
      containerDefinitions: LISTED.map((each: object) => ({
        ...each,
        portMappings: [{ containerPort: 2000, protocol: 'udp' }],
        environment: [ADDRESS, { name: 'A', value: 'ä'.repeat(20_000) }],
      })),
    }),
    finds: '1:1 DEF-1',
  },
};

/** What the test reads of a result in SARIF. */
interface SarifResult {
  readonly ruleId: string;
  readonly locations: readonly [
    {
      readonly physicalLocation: {
        readonly artifactLocation: { readonly uri: string };
        readonly region: { readonly startLine: number; readonly startColumn: number };
      };
    },
  ];
}

/** What cannot be read, and where. */
const BROKEN: Readonly<Record<string, { readonly text: string; readonly at: string }>> = {
  'broken/web.json': { text: '{\n  "containerDefinitions": [,] }', at: '2:28' },
  'broken/web.yaml': { text: 'containerDefinitions:\n\t- a', at: '2:1' },
  'broken/\u001b[2Jx.json': { text: '{ "containerDefinitions": [ }', at: '1:29' },
};

describe('the built lint', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'taskwire-lint-'));
    const params = { 'compose/ecs-params.yml': { text: 'version: 1\ntask_definition:\n  ecs_network_mode: bridge\n' } };
    for (const [name, { text }] of Object.entries({ ...FILES, ...BROKEN, ...params })) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const lint = (argv: readonly string[], stdin = '') =>
    new Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>((resolve, reject) => {
      const child = spawn(process.execPath, [CLI, 'lint', ...argv], { cwd: folder, env: { PATH: process.env.PATH } });
      let out = '';
      let err = '';
      child.stdout.on('data', (text) => {
        out += text;
      });
      child.stderr.on('data', (text) => {
        err += text;
      });
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, out, err }));
      child.stdin.end(stdin);
    });
  const right = Object.keys(FILES);

  test('finds the one fault of every kind of file where it stands; 1', async () => {
    const { code, out, err } = await lint(['--json', ...right]);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    const { findings } = JSON.parse(out);
    const highs = findings
      .filter(({ severity }: { severity: string }) => severity === 'high')
      .map(({ file, line, column, rule }: Record<string, unknown>) => `${file} ${line}:${column} ${rule}`);
    expect(highs).toEqual(Object.entries(FILES).map(([file, { finds }]) => `${file} ${finds}`));
    expect(out).not.toContain('hunter2');
  });

  test('tells the same in SARIF, which keeps to its schema, and in JUnit', async () => {
    const sarif = await lint(['--format', 'sarif', ...right]);
    const [{ results }] = readSarif(sarif.out).runs;
    const placed = results
      .filter(({ level }: { level: string }) => level === 'error')
      .map(({ ruleId, locations: [{ physicalLocation: place }] }: SarifResult) => {
        const { startLine, startColumn } = place.region;
        return `${place.artifactLocation.uri} ${startLine}:${startColumn} ${ruleId}`;
      });
    expect(placed).toEqual(Object.entries(FILES).map(([file, { finds }]) => `${file} ${finds}`));
    const junit = await lint(['--format', 'junit', ...right]);
    expect(XMLValidator.validate(junit.out)).toBe(true);
    expect(junit.out).toContain(`failures="${right.length}" errors="0"`);
    expect([sarif.code, junit.code]).toEqual([1, 1]);
  });

  test('goes on behind what cannot be read, and says where it breaks, in every format; 3', async () => {
    const files = [...Object.keys(BROKEN), 'web.json'];
    const told = await Promise.all(
      ['json', 'sarif', 'junit', 'pretty'].map((format) => lint(['--format', format, ...files])),
    );
    expect(told.map(({ code }) => code)).toEqual([3, 3, 3, 3]);
    const [json, sarif, junit] = told.map(({ out }) => out);
    const { failures, findings } = JSON.parse(json ?? '');
    expect(failures.map(({ line, column }: Record<string, unknown>) => `${line}:${column}`)).toEqual(
      Object.values(BROKEN).map(({ at }) => at),
    );
    expect(findings.map(({ rule }: { rule: string }) => rule)).toContain('XRY-2');
    expect(readSarif(sarif ?? '').runs[0].invocations[0]).toMatchObject({ executionSuccessful: false });
    expect(XMLValidator.validate(junit ?? '')).toBe(true);
    for (const { out, err } of told) expect(`${out}${err}`).not.toMatch(/[^\P{Cc}\n]/u);
  });

  test('takes a definition from stdin, and fails at what it is told to', async () => {
    const mapped = TASK.replace(
      '"memory": 64',
      '"memory": 64, "portMappings": [{ "containerPort": 2000, "protocol": "udp" }]',
    );
    const { code, out } = await lint(['-', '--json'], mapped);
    expect(JSON.parse(out).findings.map(({ severity }: { severity: string }) => severity)).not.toContain('high');
    expect(code).toBe(0);
    expect((await lint(['-', '--fail-on', 'low'], mapped)).code).toBe(1);
    expect((await lint([])).code).toBe(2);
  });
});
