import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isRecord } from './record.ts';

/** A rule, policy or check of a tool that says of a resource that something is wrong. */
export interface Reported {
  readonly rule: string;
  readonly resource: string;
}

/** What one run of a tool took, from the start of its process to its end. */
export interface Taken {
  readonly seconds: number;
  /** Of all its threads. */
  readonly cpuSeconds: number;
  /** Resident set size at its highest. */
  readonly rssBytes: number;
}

export interface Tool {
  readonly name: string;
  /** Runs it once from nothing, in an empty folder. @throws If it did not come to a report. */
  run(endpoint: string, folder: string): Promise<Taken>;
  /** What the run in that folder reported. */
  reported(folder: string): Promise<readonly Reported[]>;
}

/** What bench/audit-peers/set-up.mjs tells. */
export interface Installed {
  readonly moto: string;
  readonly custodian: string;
  readonly prowler: string;
  /** A folder with the command line at ten times its call rates. */
  readonly hurried: string;
}

const REGION = 'eu-central-1';
const HERE = 'bench/audit-peers';
const MOST_PRINTED = 2_000;

const textOf = (record: Readonly<Record<string, unknown>>, key: string): string => {
  const text = record[key];
  return typeof text === 'string' ? text : '';
};

/** @param isDone Which exit codes mean that there is a report. */
const take = async (
  python: string,
  command: readonly string[],
  isDone: (code: number) => boolean,
  endpoint: string,
  folder: string,
): Promise<Taken> => {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const into = join(folder, 'taken.json');
  // Nothing of a person's own settings or credentials.
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const running = spawn(python, [`${HERE}/measured.py`, into, ...command], { stdio: ['ignore', 'pipe', 'pipe'], env });
  let printed = '';
  for (const stream of [running.stdout, running.stderr]) {
    stream.on('data', (text) => {
      printed = (printed + text).slice(-MOST_PRINTED);
    });
  }
  await once(running, 'close');
  const taken: unknown = JSON.parse(await readFile(into, 'utf8'));
  if (!isRecord(taken) || !isDone(Number(taken.code))) {
    throw new Error(`${command.join(' ')} came to no report: ${JSON.stringify(taken)}\n${printed}`);
  }
  return {
    seconds: Number(taken.seconds),
    cpuSeconds: Number(taken.cpuSeconds),
    rssBytes: Number(taken.rssBytes),
  };
};

/** @param snapshots More arguments: where what was seen is saved, or taken from. */
const taskwire = (name: string, python: string, cli: string, snapshots: readonly string[] = []): Tool => ({
  name,
  run: (endpoint, folder) =>
    take(
      python,
      [process.execPath, cli, 'audit', '--format', 'json', '--out', join(folder, 'report.json'), ...snapshots],
      // 1: findings, which are planted. 3 would be that something was not seen.
      (code) => code === 1,
      endpoint,
      folder,
    ),
  reported: async (folder) => {
    const report: unknown = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'));
    const findings = isRecord(report) && Array.isArray(report.findings) ? report.findings : [];
    return findings
      .filter(isRecord)
      .filter((finding) => finding.severity !== 'info')
      .map((finding) => ({ rule: textOf(finding, 'rule'), resource: textOf(finding, 'resource') }));
  },
});

const custodian = (python: string, interpreter: string, policies: readonly string[]): Tool => ({
  name: 'Cloud Custodian',
  run: (endpoint, folder) =>
    take(
      python,
      [
        join(dirname(interpreter), 'custodian'),
        'run',
        // Its default, a file, fails in this version where a policy filters by task definition.
        '--cache=memory',
        `--region=${REGION}`,
        `--output-dir=${join(folder, 'out')}`,
        ...policies.map((file) => resolve(HERE, file)),
      ],
      (code) => code === 0,
      endpoint,
      folder,
    ),
  reported: async (folder) => {
    const out = join(folder, 'out');
    const found: Reported[] = [];
    for (const rule of await readdir(out)) {
      const resources: unknown = JSON.parse(await readFile(join(out, rule, 'resources.json'), 'utf8'));
      for (const resource of Array.isArray(resources) ? resources.filter(isRecord) : []) {
        const arns = ['taskDefinitionArn', 'TargetGroupArn', 'serviceArn', 'clusterArn'];
        // Services name their cluster, too.
        const arn = arns.map((key) => textOf(resource, key)).find((text) => text !== '');
        if (arn !== undefined) found.push({ rule, resource: arn });
      }
    }
    return found;
  },
});

const prowler = (python: string, interpreter: string): Tool => ({
  name: 'Prowler',
  run: (endpoint, folder) =>
    take(
      python,
      [
        join(dirname(interpreter), 'prowler'),
        'aws',
        '--service=ecs',
        `--region=${REGION}`,
        '--output-formats=json-ocsf',
        `--output-directory=${folder}`,
        '--output-filename=report',
        '--no-banner',
        '--ignore-exit-code-3',
      ],
      (code) => code === 0,
      endpoint,
      folder,
    ),
  reported: async (folder) => {
    const findings: unknown = JSON.parse(await readFile(join(folder, 'report.ocsf.json'), 'utf8'));
    return (Array.isArray(findings) ? findings.filter(isRecord) : [])
      .filter(({ status_code: status }) => status === 'FAIL')
      .flatMap(({ metadata, resources }) => {
        const [resource] = Array.isArray(resources) ? resources.filter(isRecord) : [];
        if (!isRecord(metadata) || resource === undefined) return [];
        return [{ rule: textOf(metadata, 'event_code'), resource: textOf(resource, 'uid') }];
      });
  },
});

/**
 * @param saved A file that `taskwire` leaves for `again` and `againHurried`.
 * @param beyond With the policies of Cloud Custodian that see what Taskwire does not look at.
 */
export const toolsOf = (installed: Installed, saved: string, beyond = false) => {
  const python = installed.moto;
  const cli = resolve('dist/cli/taskwire.mjs');
  const hurried = join(installed.hurried, 'taskwire.mjs');
  const reused = ['--reuse', saved];
  const policies = ['policies.yml', ...(beyond ? ['policies-beyond.yml'] : [])];
  return {
    taskwire: taskwire('Taskwire', python, cli, ['--save', saved]),
    again: taskwire('Taskwire, the next day', python, cli, reused),
    hurried: taskwire('Taskwire at ten times its call rates', python, hurried),
    againHurried: taskwire('Taskwire at ten times its call rates, the next day', python, hurried, reused),
    custodian: custodian(python, installed.custodian, policies),
    prowler: prowler(python, installed.prowler),
  };
};
