import { describe, expect, test } from '@jest/globals';
import { definitionsOf, recogniseFile } from '../../../shared/contracts/definition-file.ts';
import { type DockerrunWish, reshapeDockerrun } from '../../../shared/contracts/dockerrun-sidecar.ts';
import { DocumentError } from '../../../shared/contracts/located-document.ts';
import { evaluate } from '../../../shared/core/audit/evaluate.ts';
import { TRACING_RULES } from '../../../shared/core/tracing/rules.ts';
import type { AttachedCollector } from '../../../shared/core/tracing/sidecar.ts';

const FILE = 'Dockerrun.aws.json';
const DOCKERRUN = {
  AWSEBDockerrunVersion: 2,
  authentication: { bucket: 'keys', key: 'docker.json' },
  volumes: [{ name: 'php', host: { sourcePath: '/var/app/current/php' } }],
  containerDefinitions: [
    {
      name: 'app',
      image: 'web:7',
      essential: true,
      memory: 256,
      environment: [{ name: 'DB_PASSWORD', value: 'hunter2' }],
      mountPoints: [{ sourceVolume: 'php', containerPath: '/php', readOnly: true }],
    },
  ],
};
const attach = (collector: AttachedCollector): DockerrunWish => ({ action: 'attach-sidecar', collector });
const DETACH: DockerrunWish = { action: 'detach-sidecar' };

const changed = (text: string, wish: DockerrunWish) => {
  const reshaped = reshapeDockerrun(text, wish, FILE);
  if (reshaped.kind !== 'changed') throw new Error(JSON.stringify(reshaped));
  return reshaped;
};

describe.each<{ collector: AttachedCollector }>([
  { collector: 'xray' },
  { collector: 'adot' },
  { collector: 'cloudwatch-agent' },
])('$collector', ({ collector }) => {
  test.each([
    { name: 'two spaces, a last line', text: `${JSON.stringify(DOCKERRUN, null, 2)}\n` },
    { name: 'four spaces', text: JSON.stringify(DOCKERRUN, null, 4) },
    { name: 'tabs', text: JSON.stringify(DOCKERRUN, null, '\t') },
  ])('is attached, found by nobody’s rule, and detached to the same bytes: $name', ({ text }) => {
    const attached = changed(text, attach(collector));
    const { tasks } = definitionsOf(recogniseFile(FILE, attached.text), undefined);
    const findings = tasks.flatMap(({ task }) =>
      task === undefined ? [] : evaluate({ task, wanted: collector }, TRACING_RULES, FILE),
    );
    expect(tasks).toHaveLength(1);
    expect(findings.filter(({ severity }) => severity === 'high')).toEqual([]);
    expect(reshapeDockerrun(attached.text, attach(collector), FILE).kind).toBe('unchanged');
    expect(changed(attached.text, DETACH).text).toBe(text);
  });
});

test('what Elastic Beanstalk takes is all that the file holds, and nothing of it is lost', () => {
  const { text, container, diff } = changed(JSON.stringify(DOCKERRUN), attach('xray'));
  const after: unknown = JSON.parse(text);
  expect(after).toMatchObject({ ...DOCKERRUN, containerDefinitions: [{ name: 'app' }, { name: container }] });
  expect(Object.keys(after ?? {})).toEqual(Object.keys(DOCKERRUN));
  expect(text).toContain('hunter2');
  expect(JSON.stringify(diff)).not.toContain('hunter2');
});

test.each<{ name: string; text: string; words: string }>([
  { name: 'version 1', text: '{"AWSEBDockerrunVersion":"1"}', words: 'XRayEnabled' },
  { name: 'version 3', text: '{"AWSEBDockerrunVersion":3}', words: 'docker-compose.yml' },
  { name: 'version 4', text: '{"AWSEBDockerrunVersion":4}', words: 'must be 1, 2 or 3' },
  { name: 'a task definition', text: '{"family":"web","containerDefinitions":[]}', words: 'no Dockerrun file' },
  { name: 'half a file', text: '{"AWSEBDockerrunVersion":2,', words: '' },
  { name: 'a list', text: '[]', words: 'no Dockerrun file' },
])('$name is told by what it is', ({ text, words }) => {
  expect(() => reshapeDockerrun(text, attach('adot'), FILE)).toThrow(DocumentError);
  expect(() => reshapeDockerrun(text, attach('adot'), FILE)).toThrow(words);
});

test.each<{ name: string; dockerrun: object; wish: DockerrunWish; kind: string; words: string }>([
  { name: 'nothing to detach', dockerrun: DOCKERRUN, wish: DETACH, kind: 'unchanged', words: 'collector' },
  {
    name: 'somebody’s own collector',
    dockerrun: {
      ...DOCKERRUN,
      containerDefinitions: [
        ...DOCKERRUN.containerDefinitions,
        { name: 'x', image: 'amazon/aws-xray-daemon:3.3.14', essential: false, memory: 64 },
      ],
    },
    wish: DETACH,
    kind: 'refused',
    words: 'Taskwire attached it',
  },
  {
    name: 'no containers',
    dockerrun: { AWSEBDockerrunVersion: 2 },
    wish: attach('adot'),
    kind: 'refused',
    words: 'application',
  },
  {
    name: 'what is of the wrong kind',
    dockerrun: { AWSEBDockerrunVersion: 2, containerDefinitions: [{ name: 'app', image: 'web', memory: '256' }] },
    wish: attach('adot'),
    kind: 'refused',
    words: 'memory',
  },
])('$name: $kind', ({ dockerrun, wish, kind, words }) => {
  const reshaped = reshapeDockerrun(JSON.stringify(dockerrun), wish, FILE);
  expect(reshaped.kind).toBe(kind);
  expect(JSON.stringify(reshaped)).toContain(words);
});
