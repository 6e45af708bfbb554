// biome-ignore-all lint/suspicious/noTemplateCurlyInString: how templates and Compose files write what they compute.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type Definitions,
  definitionsOf,
  mentionsTasks,
  NoTasksError,
  readEcsParams,
  recogniseFile,
} from '../../../shared/contracts/definition-file.ts';
import { DocumentError } from '../../../shared/contracts/located-document.ts';
import { evaluate } from '../../../shared/core/audit/evaluate.ts';
import { DEFINITION_RULES } from '../../../shared/core/definition/rules.ts';
import type { WrittenTask } from '../../../shared/core/definition/written.ts';
import type { DefinedTask } from '../../../shared/core/tracing/definition.ts';
import { TRACING_RULES } from '../../../shared/core/tracing/rules.ts';
import {
  COMPOSE_YAML,
  DESCRIBED,
  DOCKERRUN,
  ECS_PARAMS_YAML,
  TASK_DEFINITION,
  TEMPLATE_YAML,
} from '../../support/definition-samples.ts';

const definitions = (path: string, text: string, params?: string): Definitions =>
  definitionsOf(recogniseFile(path, text), params === undefined ? undefined : readEcsParams('ecs-params.yml', params));

const only = ({ tasks }: Definitions): WrittenTask => {
  expect(tasks).toHaveLength(1);
  return tasks[0]!;
};

const taskOf = (path: string, value: unknown, params?: string): DefinedTask => {
  const { task } = only(definitions(path, typeof value === 'string' ? value : JSON.stringify(value), params));
  if (task === undefined) throw new Error('no task');
  return task;
};

/** What is refused of a task definition with these changes, with its path. */
const refused = (change: object, container: object = {}): readonly string[] => {
  const [app, ...others] = TASK_DEFINITION.containerDefinitions;
  const value = { ...TASK_DEFINITION, containerDefinitions: [{ ...app, ...container }, ...others], ...change };
  const written = only(definitions('web.json', JSON.stringify(value)));
  return evaluate(written, DEFINITION_RULES, '').map(({ path, summary }) => `${path?.join('.')}: ${summary}`);
};

describe('task definitions', () => {
  test('are read as they are registered', () => {
    expect(taskOf('web.json', TASK_DEFINITION)).toMatchObject({
      name: 'web',
      source: 'task-definition',
      networkMode: 'awsvpc',
      fargate: true,
      cpu: 512,
      memory: 1024,
      taskRole: 'arn:aws:iam::111122223333:role/web',
      executionRole: 'arn:aws:iam::111122223333:role/ecs',
      computed: new Set(),
      path: [],
      containers: [
        {
          name: 'app',
          essential: true,
          ports: [{ containerPort: 8080, protocol: 'tcp' }],
          environment: new Map([['STAGE', 'production']]),
          secrets: ['TOKEN'],
          dependsOn: [{ container: 'xray', condition: 'START' }],
          logDriver: 'awslogs',
          path: ['containerDefinitions', 0],
        },
        { name: 'xray', essential: false, cpu: 32, memoryReservation: 256, ports: [{ protocol: 'udp' }] },
      ],
    });
  });

  test('are read as describe-task-definition answers, and in YAML', () => {
    const described = taskOf('stdin', DESCRIBED);
    expect(described).toMatchObject({ name: 'web:7', path: ['taskDefinition'] });
    expect(described.containers[1]?.path).toEqual(['taskDefinition', 'containerDefinitions', 1]);
    expect(taskOf('web.yaml', 'family: web\ncontainerDefinitions:\n- name: a\n  image: b\n').containers).toMatchObject([
      { name: 'a', image: 'b', essential: true },
    ]);
  });

  test('what ECS adds does not count for their size', () => {
    const plain = only(definitions('a.json', JSON.stringify(TASK_DEFINITION, null, 8)));
    expect(plain.bytes).toBe(JSON.stringify(TASK_DEFINITION).length);
    expect(only(definitions('a.json', JSON.stringify(DESCRIBED))).bytes).toBe(plain.bytes);
  });

  test('more than 64 KiB is refused', () => {
    const environment = [{ name: 'LONG', value: 'ä'.repeat(33_000) }];
    expect(refused({}, { environment })).toEqual([
      expect.stringMatching(/^: The definition has 6[67]\d{3} bytes, and ECS takes at most 65536\.$/),
    ]);
    expect(refused({}, { environment: [{ name: 'LONG', value: 'ä'.repeat(32_000) }] })).toEqual([]);
  });

  test.each<[string, object, object, readonly string[]]>([
    ['nothing', {}, {}, []],
    ['a family that is none', { family: 'a b' }, {}, ['family: family is no name of a task definition.']],
    ['no family', { family: undefined }, {}, [': The definition has no family.']],
    ['no containers', { containerDefinitions: [] }, {}, [': There is no container in it.']],
    [
      'containers that are no list',
      { containerDefinitions: {} },
      {},
      ['containerDefinitions: containerDefinitions must be a list, found an object.', ': There is no container in it.'],
    ],
    [
      'a container that is none',
      { containerDefinitions: [7] },
      {},
      ['containerDefinitions.0: containerDefinitions must be an object, found 7.', ': There is no container in it.'],
    ],
    ['no name', {}, { name: undefined }, ['containerDefinitions.0.name: A container has no name.']],
    [
      'a hostile name',
      {},
      { name: '\u001b[31m\u202e' },
      ['containerDefinitions.0.name: "\\u001b[31m\\u202e" is no name of a container.'],
    ],
    ['no image', {}, { image: '' }, ['containerDefinitions.0.image: Container "app" has no image.']],
    ['two of one name', {}, { name: 'xray' }, ['containerDefinitions.1.name: Two containers are called "xray".']],
    ['none essential', {}, { essential: false }, [': No container is essential.']],
    ['text for a number', {}, { cpu: '7' }, ['containerDefinitions.0.cpu: cpu must be a whole number, found "7".']],
    [
      'text for a truth',
      {},
      { essential: 'yes' },
      ['containerDefinitions.0.essential: essential must be true or false, found "yes".'],
    ],
    [
      'a number for text',
      { cpu: 512 },
      {},
      ['cpu: cpu must be text, found 512.', 'cpu: The task has no cpu, which Fargate needs.'],
    ],
    [
      'a size that is none',
      { memory: '1 TB' },
      {},
      ['memory: memory of the task must be MiB, found "1 TB".', 'memory: The task has no memory, which Fargate needs.'],
    ],
    ['a size in GB', { cpu: '.5 vCPU', memory: '1 GB' }, {}, []],
    [
      'a network mode that is none',
      { networkMode: 'vpc' },
      {},
      [
        'networkMode: "vpc" is no network mode.',
        'networkMode: The network mode is bridge, and Fargate runs awsvpc only.',
      ],
    ],
    ['little memory', {}, { memory: 4 }, ['containerDefinitions.0.memory: Container "app" has 4 MiB of memory.']],
    [
      'less memory than it reserves',
      {},
      { memory: 64, memoryReservation: 128 },
      ['containerDefinitions.0.memoryReservation: Container "app" reserves 128 MiB of memory and may use 64.'],
    ],
    [
      'no memory on EC2',
      { requiresCompatibilities: ['EC2'], cpu: undefined, memory: undefined },
      {},
      ['containerDefinitions.0: Container "app" has no memory, and neither has the task.'],
    ],
    [
      'a port that is none',
      {},
      { portMappings: [{ containerPort: 0 }, { containerPort: 70_000, protocol: 'icmp' }] },
      [
        'containerDefinitions.0.portMappings.1.protocol: "icmp" is no protocol of a port.',
        'containerDefinitions.0.portMappings.0.containerPort: Container "app" maps port 0.',
        'containerDefinitions.0.portMappings.1.containerPort: Container "app" maps port 70000.',
      ],
    ],
    [
      'another host port',
      {},
      { portMappings: [{ containerPort: 80, hostPort: 8080 }] },
      [
        'containerDefinitions.0.portMappings.0.hostPort: Container "app" maps container port 80 to host port 8080, and network mode awsvpc translates none.',
      ],
    ],
    [
      'a container to wait for that is none',
      {},
      { dependsOn: [{ containerName: 'other', condition: 'START' }] },
      ['containerDefinitions.0.dependsOn.0: Container "app" waits for "other", which is no container of the task.'],
    ],
  ])('refused: %s', (_, change, container, expected) => {
    expect(refused(change, container)).toEqual(expected);
  });

  test('variables out of a file make the environment an open question', () => {
    const [app] = TASK_DEFINITION.containerDefinitions;
    const value = {
      ...TASK_DEFINITION,
      containerDefinitions: [{ ...app, environmentFiles: [{ type: 's3', value: 'arn:aws:s3:::b/e.env' }] }],
    };
    expect([...taskOf('a.json', value).computed]).toEqual(['containerDefinitions.0.environment']);
  });
});

describe('Dockerrun files', () => {
  test('of version 2 become a task on bridge networking', () => {
    expect(taskOf('Dockerrun.aws.json', DOCKERRUN)).toMatchObject({
      name: 'Dockerrun.aws.json',
      source: 'dockerrun',
      networkMode: 'bridge',
      fargate: false,
      containers: [
        { name: 'app', links: ['xray'], memory: 256 },
        { name: 'xray', ports: [{ containerPort: 2000, hostPort: 2000, protocol: 'udp' }] },
      ],
    });
  });

  test.each([
    ['1', /version 1: one container on the Docker platform/],
    [1, /version 1/],
    ['3', /version 3: it only says how to reach a private registry/],
  ])('of version %j are told what they are', (version, words) => {
    const written = only(definitions('Dockerrun.aws.json', JSON.stringify({ AWSEBDockerrunVersion: version })));
    expect(written.task).toBeUndefined();
    const [finding] = evaluate(written, DEFINITION_RULES, '');
    expect(finding).toMatchObject({ rule: 'DEF-3', severity: 'info', path: ['AWSEBDockerrunVersion'] });
    expect(finding?.summary).toMatch(words);
  });

  test.each(['{ "toString": 1 }', '[2]', 'null', 'true'])('version %s is none', (version) => {
    expect(() => definitions('x.json', `{ "AWSEBDockerrunVersion": ${version} }`)).toThrow(
      /AWSEBDockerrunVersion must be 1, 2 or 3, found /,
    );
  });

  test('of another version are refused where it stands', () => {
    expect(() => definitions('x.json', '{\n  "AWSEBDockerrunVersion": "4" }')).toThrow(
      expect.objectContaining({
        message: 'AWSEBDockerrunVersion must be 1, 2 or 3, found "4". Write 2 for several containers on ECS.',
        position: { line: 2, column: 3 },
      }),
    );
  });
});

describe('templates', () => {
  test('give their task definitions, and say what they compute', () => {
    const task = taskOf('template.yaml', TEMPLATE_YAML);
    expect(task).toMatchObject({
      name: 'Task',
      source: 'template',
      networkMode: 'awsvpc',
      fargate: true,
      cpu: 512,
      taskRole: true,
      path: ['Resources', 'Task', 'Properties'],
      containers: [
        {
          name: 'app',
          image: '${AWS::AccountId}.dkr.ecr.${AWS::Region}.amazonaws.com/web:${Tag}',
          essential: true,
          environment: new Map([['STAGE', undefined]]),
          ports: [{ containerPort: 8080, protocol: 'tcp' }],
        },
        { name: 'x-ray', image: '${Mirror}/aws-xray-daemon', essential: false, ports: [{ protocol: 'udp' }] },
        { name: '#3', path: ['Resources', 'Task', 'Properties', 'containerDefinitions', 2] },
      ],
    });
    expect(task.memory).toBeUndefined();
    expect(task.executionRole).toBe(true);
    const prefix = 'Resources.Task.Properties';
    expect([...task.computed].toSorted()).toEqual([
      `${prefix}.containerDefinitions.0.environment.0.value`,
      `${prefix}.containerDefinitions.2`,
      `${prefix}.executionRoleArn`,
      `${prefix}.memory`,
      `${prefix}.taskRoleArn`,
    ]);
  });

  test('nothing is held against what they compute', () => {
    const written = only(definitions('template.yaml', TEMPLATE_YAML));
    expect(evaluate(written, DEFINITION_RULES, '')).toEqual([]);
  });

  test('the same template in JSON gives the same', () => {
    const yaml = recogniseFile('template.yaml', TEMPLATE_YAML).document.value;
    expect(taskOf('template.json', yaml)).toEqual(taskOf('template.yaml', TEMPLATE_YAML));
  });

  test.each<[string, unknown, string | undefined]>([
    ['a parameter', { Ref: 'Image' }, undefined],
    ['a parameter as the name', { 'Fn::Sub': '${Image}:1' }, undefined],
    ['a part of the name', { 'Fn::Sub': '${Prefix}-daemon:1' }, undefined],
    ['a computed tag', { 'Fn::Sub': 'aws-xray-daemon:${Tag}' }, 'aws-xray-daemon:${Tag}'],
    ['a computed digest', { 'Fn::Sub': ['a/b@${Digest}', { Digest: 'x' }] }, 'a/b@${Digest}'],
    ['no variable', { 'Fn::Sub': 'a:1' }, 'a:1'],
    ['a literal dollar', { 'Fn::Sub': 'a:${!x}' }, 'a:${x}'],
    ['joined text', { 'Fn::Join': [':', ['a', 1]] }, 'a:1'],
    ['joined with a choice', { 'Fn::Join': [':', ['a', { 'Fn::If': ['C', 1, 2] }]] }, undefined],
    ['a choice', { 'Fn::If': ['C', 'a', 'b'] }, undefined],
    ['a mapping', { 'Fn::FindInMap': ['M', 'a', 'b'] }, undefined],
    ['no list to join', { 'Fn::Join': ':' }, undefined],
  ])('an image that is %s', (_, image, expected) => {
    const Resources = {
      T: {
        Type: 'AWS::ECS::TaskDefinition',
        Properties: { ContainerDefinitions: [{ Name: 'a', Image: image, Memory: 9 }] },
      },
    };
    const written = only(definitions('t.json', JSON.stringify({ Resources })));
    expect(written.task?.containers[0]?.image).toBe(expected);
    expect(evaluate(written, DEFINITION_RULES, '')).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['all containers', { Ref: 'Containers' }],
    ['a container', [{ 'Fn::If': ['C', { Name: 'a' }, { Ref: 'AWS::NoValue' }] }]],
  ])('that compute %s leave that open', (_, ContainerDefinitions) => {
    const Resources = { T: { Type: 'AWS::ECS::TaskDefinition', Properties: { ContainerDefinitions } } };
    const { tasks } = definitions('t.json', JSON.stringify({ Resources }));
    const { task } = tasks[0]!;
    expect(evaluate(tasks[0]!, DEFINITION_RULES, '')).toEqual([]);
    expect(evaluate({ task: task!, wanted: 'any' }, TRACING_RULES, '')).toEqual([]);
  });

  test('what an include may bring into a task definition is not said to be missing', () => {
    const xray = {
      Name: 'xray',
      Image: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/aws-xray-daemon:3',
      Essential: false,
    };
    const rulesOf = (more: object): readonly string[] => {
      const Properties = {
        RequiresCompatibilities: ['FARGATE'],
        NetworkMode: 'awsvpc',
        Cpu: '256',
        Memory: '512',
        ContainerDefinitions: [
          { Name: 'app', Image: 'web:1' },
          { ...xray, ...more },
        ],
        ...more,
      };
      const Resources = { T: { Type: 'AWS::ECS::TaskDefinition', Properties } };
      const { task } = only(definitions('t.json', JSON.stringify({ Resources })));
      return evaluate({ task: task!, wanted: 'any' }, TRACING_RULES, '').map(({ rule }) => rule);
    };
    const found = rulesOf({});
    expect(found).toEqual(expect.arrayContaining(['XRY-11', 'XRY-14', 'XRY-15']));
    const include = { 'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: 's3://a/b' } } };
    const gone = ['XRY-11', 'XRY-14', 'XRY-15'];
    expect(rulesOf(include)).toEqual(found.filter((rule) => !gone.includes(rule)));
  });

  test('what a loop repeats is read once, and what it changes is left open', () => {
    const text = `Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Services:
    - Service
    - [web, api]
    - Task\${Service}:
        Type: AWS::ECS::TaskDefinition
        Properties:
          Family: \${Service}
          ContainerDefinitions:
            - Name: app
              Image: shop:&{Service}
              Memory: 256
              Environment: [{ Name: STAGE, Value: '\${Other}' }]
            - Name: \${Service}-xray
              Image: amazon/aws-xray-daemon:3.3.14
              Memory: much
              Fn::ForEach::Ports:
                - Port
                - [2000]
                - PortMappings: [{ ContainerPort: 2000, Protocol: udp }]
`;
    const read = definitions('template.yaml', text);
    const { task, refusals } = only(read);
    expect(task).toMatchObject({
      name: 'Task${Service}',
      containers: [{ image: 'shop:${Service}', environment: new Map([['STAGE', '${Other}']]) }, { ports: [] }],
    });
    const path = ['Resources', 'Fn::ForEach::Services', 2, 'Task${Service}', 'Properties', 'containerDefinitions', 1];
    expect([...task!.computed]).toContain([...path, 'portMappings'].join('.'));
    expect(refusals.map((each) => read.locate(each.path))).toEqual([{ file: 'template.yaml', line: 17, column: 15 }]);
    expect(
      definitions('t.json', '{ "Resources": { "Fn::ForEach::A": 7, "Fn::ForEach::B": [{ "toString": 1 }] } }').tasks,
    ).toEqual([]);
  });

  test('an account that is computed is still a private registry', () => {
    const registry = "!Sub '${AWS::AccountId}.dkr.ecr.eu-west-1.amazonaws.com'";
    const text = TEMPLATE_YAML.replace('!Ref Mirror', registry);
    const rules = (template: string): readonly string[] => {
      const { task } = only(definitions('template.yaml', template));
      return evaluate({ task: task!, wanted: 'any' }, TRACING_RULES, '').map(({ rule }) => rule);
    };
    expect(rules(text)).not.toContain('XRY-14');
    expect(rules(text.replace(/^ +ExecutionRoleArn: .*\n/m, ''))).toContain('XRY-14');
  });

  test('without task definitions hold none', () => {
    expect(definitions('t.yml', 'AWSTemplateFormatVersion: 2010-09-09\nResources:\n').tasks).toEqual([]);
    expect(definitions('t.yml', 'Resources:\n  A:\n    Type: AWS::S3::Bucket\n  B: 7\n').tasks).toEqual([]);
  });

  test('members are found where they stand', () => {
    const { locate } = definitions('template.yaml', TEMPLATE_YAML);
    const path = ['Resources', 'Task', 'Properties', 'containerDefinitions', 0];
    expect(locate([...path, 'image'])).toEqual({ file: 'template.yaml', line: 23, column: 11 });
    expect(locate([...path, 'portMappings', 0, 'containerPort'])).toMatchObject({ line: 28, column: 15 });
    expect(locate([...path, 'logConfiguration'])).toMatchObject({ line: 22, column: 11 });
  });
});

describe('Compose files', () => {
  test('are read with the ecs-params.yml beside them', () => {
    expect(taskOf('docker-compose.yml', COMPOSE_YAML, ECS_PARAMS_YAML)).toMatchObject({
      name: 'docker-compose.yml',
      source: 'compose',
      networkMode: 'bridge',
      fargate: false,
      taskRole: 'arn:aws:iam::111122223333:role/web',
      containers: [
        {
          name: 'web',
          image: 'web:${TAG}',
          command: ['serve', '--name', 'a b', 'c d', 'e f'],
          ports: [
            { containerPort: 8080, hostPort: 80, protocol: 'tcp' },
            { containerPort: 9000, protocol: 'tcp' },
            { containerPort: 4000, hostPort: 3000, protocol: 'udp' },
            { containerPort: 4001, hostPort: 3001, protocol: 'udp' },
            { containerPort: 5000, hostPort: 6000, protocol: 'udp' },
          ],
          environment: new Map([
            ['AWS_XRAY_DAEMON_ADDRESS', 'xray:2000'],
            ['STAGE', undefined],
          ]),
          links: ['xray'],
          memory: 512,
          logDriver: 'awslogs',
          dependsOn: [{ container: 'xray', condition: 'START' }],
          path: ['services', 'web'],
        },
        {
          name: 'xray',
          essential: false,
          memoryReservation: 64,
          ports: [{ containerPort: 2000, protocol: 'udp' }],
          environment: new Map([
            ['PRICE', '5$'],
            ['FROM_SHELL', undefined],
          ]),
          logDriver: 'awslogs',
        },
      ],
    });
  });

  test('with both sizes and awsvpc count as Fargate', () => {
    const params = `task_definition:
  ecs_network_mode: awsvpc
  task_execution_role: ecs
  task_size: { cpu_limit: 256, mem_limit: 0.5GB }
`;
    expect(taskOf('docker-compose.yml', COMPOSE_YAML, params)).toMatchObject({
      networkMode: 'awsvpc',
      fargate: true,
      cpu: 256,
      memory: 512,
      executionRole: 'ecs',
    });
  });

  test('of version 1 have their services at the root', () => {
    expect(taskOf('docker-compose.yml', 'web:\n  image: a:1\n  log_driver: syslog\n').containers).toMatchObject([
      { name: 'web', image: 'a:1', logDriver: 'syslog', path: ['web'] },
    ]);
  });

  test('a variable is told by a name that can be shown', () => {
    const compose = 'services:\n  a:\n    image: a:1\n    environment: { "\\x1b[2J\ud800": [1] }\n';
    const written = only(definitions('docker-compose.yml', compose));
    expect(evaluate(written, DEFINITION_RULES, '').map(({ summary }) => summary)).toContain(
      '\\u001b[2J\\ud800 must be text, found a list of 1.',
    );
  });

  test('what is wrong in either file is told where it stands', () => {
    const compose = 'services:\n  memory:\n    image: a:1\n    ports: [x]\n    environment: { A: [1] }\n';
    const params =
      'task_definition:\n  task_size:\n    mem_limit: much\n  services:\n    memory:\n      mem_limit: lots\n';
    const read = definitions('c/docker-compose.yml', compose, params);
    const written = only(read);
    const told = evaluate(written, DEFINITION_RULES, '').map(({ path = [], summary }) => {
      const { file, line, column } = read.locate(path);
      return `${file}:${line}:${column} ${summary}`;
    });
    expect(told).toEqual([
      'c/docker-compose.yml:4:13 This is no port mapping.',
      'c/docker-compose.yml:5:20 A must be text, found a list of 1.',
      'ecs-params.yml:6:7 mem_limit is no amount of memory.',
      'ecs-params.yml:3:5 mem_limit of the task must be MiB, found "much".',
    ]);
    expect(read.locate(['services', 'memory', 'image'])).toEqual({ file: 'c/docker-compose.yml', line: 3, column: 5 });
    expect(read.locate(['taskRoleArn'])).toMatchObject({ file: 'ecs-params.yml', line: 1 });
    // A member of every object, and no member that a Compose file knows.
    expect(read.locate(['toString'])).toMatchObject({ file: 'c/docker-compose.yml', line: 1 });
    expect(definitions('docker-compose.yml', compose).locate(['taskRoleArn'])).toMatchObject({
      file: 'docker-compose.yml',
      line: 1,
    });
  });
});

describe('what a file is', () => {
  test.each([
    ['a.json', '{"a": 1}'],
    ['a.json', '[1]'],
    ['a.json', '7'],
    ['a.yml', 'services: 7'],
    ['docker-compose.yml', '- a'],
  ])('%s with %s describes no tasks', (name, text) => {
    expect(() => recogniseFile(name, text)).toThrow(NoTasksError);
  });

  test('is told by its content before its name', () => {
    expect(recogniseFile('docker-compose.yml', JSON.stringify(DOCKERRUN)).format).toBe('dockerrun');
    expect(recogniseFile('stdin', COMPOSE_YAML).format).toBe('compose');
    expect(recogniseFile('any.yml', ECS_PARAMS_YAML).format).toBe('ecs-params');
  });

  test('every sample but a Compose file is found by its text', () => {
    for (const sample of [JSON.stringify(TASK_DEFINITION), JSON.stringify(DOCKERRUN), TEMPLATE_YAML]) {
      expect(mentionsTasks(sample)).toBe(true);
    }
    expect(mentionsTasks(COMPOSE_YAML)).toBe(false);
  });
});

/** Reads and judges it all; only an error of our own may come of it. */
const judged = (name: string, text: string, params?: string): void => {
  try {
    const { tasks, locate } = definitions(name, text, params);
    for (const written of tasks) {
      const { task } = written;
      const findings = [
        ...evaluate(written, DEFINITION_RULES, name),
        ...(task === undefined ? [] : evaluate({ task, wanted: 'any' }, TRACING_RULES, name)),
      ];
      for (const { path = [], summary, fix } of findings) {
        expect(locate(path).line).toBeGreaterThan(0);
        expect(`${summary}${fix}`).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      }
    }
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
  }
};

describe('whatever a file holds', () => {
  const samples: readonly (readonly [string, string, string?])[] = [
    ['web.json', JSON.stringify(TASK_DEFINITION, null, 2)],
    ['stdin', JSON.stringify(DESCRIBED)],
    ['Dockerrun.aws.json', JSON.stringify(DOCKERRUN, null, 1)],
    ['template.yaml', TEMPLATE_YAML],
    ['docker-compose.yml', COMPOSE_YAML, ECS_PARAMS_YAML],
  ];

  test('edits at random are judged or refused', () => {
    const edit = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      cut: fc.nat(12),
      put: fc.oneof(
        fc.string({ unit: 'binary', maxLength: 4 }),
        fc.constantFrom(
          '[',
          ']',
          '{',
          '}',
          '"',
          ':',
          ',',
          '\n',
          '- ',
          '!Ref ',
          '*a',
          '&a ',
          '<<: ',
          '$',
          '${',
          'null',
          '-1',
          '1e999',
        ),
      ),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.array(edit, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        (sample, edits, inParams) => {
          const [name, text, params] = sample;
          const change = (given: string): string =>
            edits.reduce((all, { at, cut, put }) => {
              const start = Math.floor(at * all.length);
              return all.slice(0, start) + put + all.slice(start + cut);
            }, given);
          if (inParams && params !== undefined) judged(name, text, change(params));
          else judged(name, change(text), params);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('values of any kind in any member are judged or refused', () => {
    const parsed = samples.map(
      ([name, text, params]) => [name, recogniseFile(name, text).document.value, params] as const,
    );
    /** The value with one of its members, at any depth, in another's place. */
    const replaced = (value: unknown, turns: readonly number[], by: unknown): unknown => {
      const [turn = 0, ...rest] = turns;
      if (typeof value !== 'object' || value === null || turns.length === 0) return by;
      const entries = Object.entries(value);
      const index = turn % Math.max(entries.length, 1);
      const changed = entries.map(([key, each], at): [string, unknown] => [
        key,
        at === index ? replaced(each, rest, by) : each,
      ]);
      return Array.isArray(value) ? changed.map(([, each]) => each) : Object.fromEntries(changed);
    };
    const any = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom<unknown>(
        { Ref: 'X' },
        { 'Fn::Sub': 7 },
        { 'Fn::Join': [] },
        { 'Fn::GetAtt': {} },
        { 'Fn::GetAtt': [{ toString: 1 }] },
        { Ref: { toString: 1 } },
        { toString: 1 },
        { __proto__: null },
        '${X}',
        1e300,
      ),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...parsed),
        fc.array(fc.nat(20), { maxLength: 7 }),
        any,
        ([name, value, params], turns, by) => {
          judged(name, JSON.stringify(replaced(value, turns, by)) ?? '', params);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('long texts take no long time', () => {
    const hostile = ['"', '\\"', "'", '"a" ', '\\', '$', '${', '${a', '1-', ':', '1:', 'a/', '@', ' '].map((unit) =>
      unit.repeat(50_000),
    );
    const startMs = performance.now();
    for (const text of hostile) {
      judged(
        'docker-compose.yml',
        JSON.stringify({
          services: { a: { image: text, command: text, ports: [text], mem_limit: text, environment: [text] } },
        }),
      );
      judged(
        'web.json',
        JSON.stringify({ family: text, cpu: text, containerDefinitions: [{ name: text, image: text, links: [text] }] }),
      );
      judged(
        't.json',
        JSON.stringify({
          Resources: {
            T: {
              Type: 'AWS::ECS::TaskDefinition',
              Properties: { ContainerDefinitions: [{ Name: 'a', Image: { 'Fn::Sub': text } }] },
            },
          },
        }),
      );
    }
    expect(performance.now() - startMs).toBeLessThan(10_000);
  });
});
