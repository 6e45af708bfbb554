import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readHistory, readPreviousAudit } from '../../shared/contracts/audit-archive.ts';
import {
  definitionsOf,
  type RecognisedFile,
  readEcsParams,
  recogniseFile,
} from '../../shared/contracts/definition-file.ts';
import { parseEventFile } from '../../shared/contracts/event-file.ts';
import { parseFailedMessage } from '../../shared/contracts/failed-message.ts';
import { parseHookInput } from '../../shared/contracts/hook-input.ts';
import { parseInput } from '../../shared/contracts/input.ts';
import { parsePolicyDocument } from '../../shared/contracts/policy-document.ts';
import { parseRemediateEvent } from '../../shared/contracts/remediate-input.ts';
import { readRevisions, writeRevisions } from '../../shared/contracts/revisions-file.ts';
import { parseScalingInput } from '../../shared/contracts/scaling-input.ts';
import { parseScalingTags } from '../../shared/contracts/scaling-tags.ts';
import { readSnapshot, writeSnapshot } from '../../shared/contracts/snapshot-file.ts';
import { parseStandby } from '../../shared/contracts/standby-tag.ts';
import { parseTracingInput } from '../../shared/contracts/tracing-input.ts';
import { parseTracingTags } from '../../shared/contracts/tracing-tags.ts';
import { parseWiring } from '../../shared/contracts/wiring-tags.ts';
import { evaluate } from '../../shared/core/audit/evaluate.ts';
import { judgeSnapshot } from '../../shared/core/audit/judge-snapshot.ts';
import { DEFINITION_RULES } from '../../shared/core/definition/rules.ts';
import type { Finding } from '../../shared/core/outcome.ts';
import { planIdOf, readPlanId } from '../../shared/core/plan-id.ts';
import { TRACING_RULES } from '../../shared/core/tracing/rules.ts';
import { InputError, TaskwireError } from '../../shared/errors.ts';
import {
  COMPOSE_YAML,
  DESCRIBED,
  DOCKERRUN,
  ECS_PARAMS_YAML,
  TASK_DEFINITION,
  TEMPLATE_YAML,
} from '../support/definition-samples.ts';
import { aFullSnapshot } from '../support/full-snapshot.ts';
import type { FuzzSubject } from './subject.ts';

const NOW_MS = Date.UTC(2026, 2, 2);
const ARN = 'arn:aws:ecs:eu-central-1:111122223333:service/production/web';
const FUNCTION_ARN = 'arn:aws:lambda:eu-central-1:111122223333:function:gate';

const textsOf = (findings: readonly Finding[]): readonly string[] =>
  findings.flatMap(({ summary, fix }) => [summary, fix]);

const samplesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:json|txt)$/.test(name) && !name.includes('invalid'))
    .toSorted()
    .map((name) => readFileSync(join(folder, name), 'utf8'));

const events = samplesIn('events');

/** What a function is given is an object already; a text that is no JSON never comes so far. */
const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new InputError('no JSON');
  }
};

/** Whatever one of several readers refuses, the next one is asked. */
const eachOf =
  (...readers: readonly ((text: string) => readonly string[])[]) =>
  (text: string): readonly string[] => {
    const shown: string[] = [];
    let accepted = false;
    let refusal: unknown;
    for (const read of readers) {
      try {
        shown.push(...read(text));
        accepted = true;
      } catch (error) {
        if (!(error instanceof TaskwireError)) throw error;
        shown.push(error.message);
        refusal = error;
      }
    }
    if (!accepted) throw refusal;
    return shown;
  };

const problems =
  (parse: (event: unknown) => { readonly dropped: readonly { readonly problem: string }[] }) => (text: string) =>
    parse(jsonOf(text)).dropped.map(({ problem }) => problem);

const readEvent = eachOf(
  problems((event) => parseInput(event, NOW_MS)),
  problems((event) => parseScalingInput(event, NOW_MS)),
  problems((event) => parseTracingInput(event, NOW_MS)),
  (text) => parseHookInput(jsonOf(text), NOW_MS, FUNCTION_ARN).dropped,
  (text) => parseRemediateEvent(jsonOf(text)).dropped,
  (text) => parseEventFile(text).flatMap((line) => ('problem' in line ? [line.problem] : [])),
);

const tagsOf = (text: string): Readonly<Record<string, string>> => {
  const value = jsonOf(text);
  if (typeof value !== 'object' || value === null) return {};
  // No value that AWS takes is longer, and a time zone is looked up for each window of hours.
  return Object.fromEntries(
    Object.entries(value).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1].length <= 256,
    ),
  );
};

const TAGS: readonly Readonly<Record<string, string>>[] = [
  {
    'taskwire:service': 'production/web staging/web',
    'taskwire:container': 'app',
    'taskwire:port': '8080',
    'taskwire:mode': 'observe',
  },
  { 'taskwire:family': 'production/batch', 'taskwire:family.2': 'production/nightly', 'taskwire:targets': 'exclusive' },
  { 'taskwire:beanstalk': 'shop-prod', 'taskwire:zone': 'all', Name: 'shop' },
  { 'taskwire:scaling': 'min=2 max=20 cpu=60 requests=800@web in=300 out=60', 'taskwire:reactions': 'deploy crash' },
  {
    'taskwire:scaling': 'min=2 max=20',
    'taskwire:hours': 'Mon-Fri 08:00-20:00 Europe/Berlin min=6 max=40 + Sat 22:00-02:00 Europe/Berlin min=3 max=9',
  },
  { 'taskwire:tracing': 'required', 'taskwire:collector': 'adot', 'taskwire:standby': 'true', 'taskwire:allow': 'web' },
];

/** As `taskwire lint` reads a file. */
const lint =
  (path: string, beside?: (text: string) => RecognisedFile) =>
  (text: string): readonly string[] => {
    const { tasks, locate } = definitionsOf(recogniseFile(path, text), beside?.(text));
    return tasks.flatMap((written) => {
      const found = [
        ...evaluate(written, DEFINITION_RULES, path),
        ...(written.task === undefined
          ? []
          : evaluate({ task: written.task, wanted: 'any' as const }, TRACING_RULES, path)),
      ];
      for (const { path: place } of found) {
        const { line, column } = locate(place ?? []);
        if (!(line >= 1 && column >= 1)) throw new Error(`a finding stands at ${line}:${column}`);
      }
      return [...textsOf(found), ...written.notes.flatMap(({ found: note, fix }) => [note, fix])];
    });
  };

const sha256 = (text: string): Uint8Array => createHash('sha256').update(text).digest();
const OFFERS = ['register a', 'deregister b', 'put-target c'].map((text, extent) => ({ text, extent }));

/** Every parser of data from outside. */
export const SUBJECTS: readonly FuzzSubject[] = [
  {
    name: 'events',
    seeds: events,
    read: (text) => {
      // It refuses nothing: what it cannot read is the event itself.
      parseFailedMessage(text, {});
      return readEvent(text);
    },
  },
  {
    name: 'tags',
    seeds: TAGS.map((tags) => JSON.stringify(tags)),
    read: (text) => {
      const tags = tagsOf(text);
      return [
        ...textsOf(parseWiring(tags, { prefix: 'taskwire', resource: ARN, watchedClusters: [] }).findings),
        ...textsOf(parseScalingTags(tags, { prefix: 'taskwire', resource: ARN, maxTasks: 50 }).findings),
        ...textsOf(parseTracingTags(tags, { prefix: 'taskwire', resource: ARN }).findings),
        ...textsOf(parseStandby(tags, 'taskwire', ARN).findings),
      ];
    },
  },
  {
    name: 'task definitions',
    seeds: [
      JSON.stringify(TASK_DEFINITION, null, 2),
      JSON.stringify(DESCRIBED),
      ...samplesIn('test/corpus/tracing').slice(0, 30),
    ],
    read: lint('task-definition.json'),
  },
  { name: 'Dockerrun files', seeds: [JSON.stringify(DOCKERRUN, null, 2)], read: lint('Dockerrun.aws.json') },
  {
    name: 'Compose files',
    seeds: [COMPOSE_YAML, ECS_PARAMS_YAML],
    read: eachOf(
      lint('docker-compose.yml', () => readEcsParams('ecs-params.yml', ECS_PARAMS_YAML)),
      (text) => lint('docker-compose.yml', () => readEcsParams('ecs-params.yml', text))(COMPOSE_YAML),
    ),
  },
  { name: 'templates', seeds: [TEMPLATE_YAML], read: lint('template.yml') },
  {
    name: 'snapshots',
    seeds: [writeSnapshot(aFullSnapshot()), writeRevisions(aFullSnapshot().revisions)],
    read: eachOf(
      (text) => textsOf(judgeSnapshot(readSnapshot(text)).findings),
      (text) => readRevisions(text).map(({ judged }) => String(judged?.atMs)),
      (text) => readHistory(text).map(({ takenAtMs }) => String(takenAtMs)),
      (text) => [String(readPreviousAudit(text).takenAtMs)],
      (text) =>
        parsePolicyDocument(text, 'a policy')
          .map((statement) => JSON.stringify(statement))
          .slice(0, 0),
    ),
  },
  {
    name: 'plans',
    seeds: [planIdOf('request', OFFERS, sha256), planIdOf('request', [], sha256)],
    read: (text) => {
      const plan = readPlanId(text, sha256);
      if (typeof plan === 'string') throw new InputError(plan);
      return OFFERS.flatMap((offer) => plan.shownAs('request', offer)?.text ?? []);
    },
  },
];
