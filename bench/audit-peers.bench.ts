import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { serveWorld } from '../simulator/wire/server.ts';
import { startMoto } from '../test/cloud/moto.ts';
import { runBuiltCli } from '../test/cloud/run-cli.ts';
import { bigAccount } from '../test/support/big-account.ts';
import { FAULTS } from './audit-peers/faults.ts';
import { createFleet } from './audit-peers/fleet.ts';
import { startFront } from './audit-peers/front.ts';
import { type Measure, measureTools } from './audit-peers/measure-tools.ts';
import { awsRates } from './audit-peers/rates.ts';
import { isRecord } from './audit-peers/record.ts';
import { callsTable, rulesThatSee, sightTable, takenTable } from './audit-peers/tables.ts';
import { type Installed, toolsOf } from './audit-peers/tools.ts';
import type { Bench, Measured, Table } from './bench.ts';
import { growthExponent } from './measure.ts';

const HERE = 'bench/audit-peers';
const MB = 1_000_000;
const SERVICES = 2_000;
/** A quarter and a sixteenth, for the growth. */
const FEWER = [125, 500] as const;
/** That deployments left in each family; accounts keep them until somebody takes them away. */
const OLD_REVISIONS = 9;
const ROUNDS = 2;

const GOAL = 5;

export const name =
  'an audit of 2,000 services on one moto server: taskwire audit against Cloud Custodian and Prowler, each a whole process';

export const limits: Bench['limits'] = {
  timesFasterThanCustodian: { least: GOAL, timed: true },
  timesFasterThanProwler: { least: GOAL, timed: true },
  callsAgainstCustodian: { most: 1, timed: false },
  callsAgainstProwler: { most: 1, timed: false },
  callsAgainstCustodianNextDay: { most: 1, timed: false },
  callsAgainstProwlerNextDay: { most: 1, timed: false },
  timeGrowthExponent: { most: 1.1, timed: true },
  callsGrowthExponent: { most: 1.1, timed: false },
};

const setUp = async (): Promise<Installed> => {
  const { stdout } = await promisify(execFile)(process.execPath, [`${HERE}/set-up.mjs`]);
  const installed: unknown = JSON.parse(stdout);
  const pathOf = (key: string): string => {
    const path = isRecord(installed) ? installed[key] : undefined;
    if (typeof path !== 'string') throw new Error(`${HERE}/set-up.mjs told no ${key}: ${stdout}`);
    return path;
  };
  return {
    moto: pathOf('moto'),
    custodian: pathOf('custodian'),
    prowler: pathOf('prowler'),
    hurried: pathOf('hurried'),
  };
};

/** `c7n==0.9.53` */
const pinned = async (file: string, project: string): Promise<string> => {
  const line = (await readFile(file, 'utf8')).split('\n').find((each) => each.startsWith(`${project}==`));
  return line?.slice(project.length + 2) ?? 'unknown';
};

const growthTable = (points: readonly GrowthPoint[]): Table => ({
  title: 'taskwire audit at one, four and sixteen times the services',
  columns: ['services', 'seconds', 'seconds at ten times the call rates', 'CPU seconds', 'calls'],
  rows: points.map(({ services, waiting, faster }) => [
    services,
    Number(waiting.seconds.toFixed(1)),
    Number(faster.seconds.toFixed(1)),
    Number(faster.cpuSeconds.toFixed(2)),
    waiting.callsInAll,
  ]),
});

interface GrowthPoint {
  readonly services: number;
  readonly waiting: Measure;
  readonly faster: Measure;
}

/** With a report on stderr of what is under way: all of it takes most of an hour. */
const measureAll = async (installed: Installed, folder: string): Promise<Measured> => {
  const told = (text: string): void => console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);
  const saved = join(folder, 'snapshot.json');
  const { taskwire, again, hurried, againHurried, custodian, prowler } = toolsOf(installed, saved);
  const peers = [custodian, prowler];
  const moto = await startMoto(installed.moto);
  const front = await startFront(moto.endpoint);
  const onMoto = { behind: () => 'moto' as const, folder, told };
  try {
    told('what each sees');
    await createFleet(moto, 'faults');
    const beyond = toolsOf(installed, saved, true);
    const seeing = [];
    for (const [index, tool] of [beyond.taskwire, beyond.custodian, beyond.prowler].entries()) {
      front.begin('moto');
      await tool.run(front.endpoint, join(folder, `sight-${index}`));
      seeing.push({ tool: tool.name, reported: await tool.reported(join(folder, `sight-${index}`)) });
    }

    const growth: GrowthPoint[] = [];
    const grow = async (services: number): Promise<void> => {
      const [waiting, faster] = await measureTools([taskwire, hurried], front, { ...onMoto, rounds: 1 });
      if (waiting !== undefined && faster !== undefined) growth.push({ services, waiting, faster });
    };
    told(`${FEWER[0]} services`);
    const fleet = await createFleet(moto, FEWER[0]);
    await grow(FEWER[0]);
    told('… with old revisions, under AWS’s rates');
    await fleet.addRevisions(OLD_REVISIONS);
    const underRates = await measureTools([taskwire, ...peers], front, { behind: awsRates, rounds: 1, folder, told });

    told(`${FEWER[1]} services`);
    await createFleet(moto, FEWER[1]);
    await grow(FEWER[1]);

    told(`${SERVICES} services`);
    await createFleet(moto, SERVICES);
    // Once: it waits for its call rates, and takes what those take.
    const [ours] = await measureTools([taskwire], front, { ...onMoto, rounds: 1 });
    const [next] = await measureTools([again], front, { ...onMoto, rounds: 1 });
    const compared = [hurried, againHurried, ...peers];
    const [free, nextFree, theirs, others] = await measureTools(compared, front, { ...onMoto, rounds: ROUNDS });
    if (!ours || !next || !free || !nextFree || !theirs || !others) throw new Error('nothing was measured');
    growth.push({ services: SERVICES, waiting: ours, faster: free });
    const [oldOurs, oldTheirs, oldOthers] = underRates;
    if (!oldOurs || !oldTheirs || !oldOthers) throw new Error('nothing was measured');
    const exponentOf = (work: (point: GrowthPoint) => number): number =>
      growthExponent(growth.map((point) => ({ size: point.services, work: work(point) })));
    return {
      figures: {
        timesFasterThanCustodian: theirs.seconds / ours.seconds,
        timesFasterThanProwler: others.seconds / ours.seconds,
        timesFasterThanCustodianAtTenTimesTheRates: theirs.seconds / free.seconds,
        timesFasterThanProwlerAtTenTimesTheRates: others.seconds / free.seconds,
        timesFasterThanCustodianNextDay: theirs.seconds / next.seconds,
        timesFasterThanProwlerNextDay: others.seconds / next.seconds,
        timesFasterThanCustodianNextDayAtTenTimesTheRates: theirs.seconds / nextFree.seconds,
        timesFasterThanProwlerNextDayAtTenTimesTheRates: others.seconds / nextFree.seconds,
        callsAgainstCustodianNextDay: next.callsInAll / theirs.callsInAll,
        callsAgainstProwlerNextDay: next.callsInAll / others.callsInAll,
        callsAgainstCustodian: ours.callsInAll / theirs.callsInAll,
        callsAgainstProwler: ours.callsInAll / others.callsInAll,
        callsPerService: ours.callsInAll / SERVICES,
        peakMb: ours.rssBytes / MB,
        timeGrowthExponent: exponentOf(({ waiting }) => waiting.seconds),
        timeGrowthExponentAtTenTimesTheRates: exponentOf(({ faster }) => faster.seconds),
        timesFasterThanCustodianUnderAwsRates: oldTheirs.seconds / oldOurs.seconds,
        timesFasterThanProwlerUnderAwsRates: oldOthers.seconds / oldOurs.seconds,
        callsAgainstCustodianWithOldRevisions: oldOurs.callsInAll / oldTheirs.callsInAll,
        callsAgainstProwlerWithOldRevisions: oldOurs.callsInAll / oldOthers.callsInAll,
        callsGrowthExponent: exponentOf(({ waiting }) => waiting.callsInAll),
      },
      tables: [
        takenTable(
          `${SERVICES} services on moto, one revision of each family`,
          [ours, next, free, nextFree, theirs, others],
          SERVICES,
        ),
        takenTable(
          `${FEWER[0]} services, ten revisions of each family, under the rates that AWS documents`,
          underRates,
          FEWER[0],
        ),
        callsTable(`Calls of one audit of ${SERVICES} services, by kind`, [ours, next, theirs, others]),
        sightTable('Which planted fault is reported, and by which rule, policy or check', seeing),
        growthTable(growth),
      ],
      versions: {
        'cloud-custodian': await pinned(`${HERE}/custodian.txt`, 'c7n'),
        prowler: await pinned(`${HERE}/prowler.txt`, 'prowler'),
        moto: await pinned('test/cloud/requirements.txt', 'moto[server]'),
      },
    };
  } finally {
    await front.close();
    await moto.stop();
  }
};

/** The command line against the simulator, and whether the policies can be read: nothing is installed, no peer runs. */
const smokeTest = async (): Promise<Measured> => {
  for (const file of ['policies.yml', 'policies-beyond.yml']) {
    const read: unknown = parse(await readFile(join(HERE, file), 'utf8'));
    if (!isRecord(read) || !Array.isArray(read.policies) || read.policies.length === 0) {
      throw new Error(`${file} holds no policies`);
    }
  }
  const services = 20;
  const world = await bigAccount({ services, tasks: 1 });
  const stop = world.clock.follow(1);
  const account = await serveWorld(world);
  const front = await startFront(account.endpoint);
  try {
    const { code, out, err } = await runBuiltCli({ endpoint: front.endpoint, region: 'eu-central-1' }, [
      'audit',
      '--format',
      'json',
    ]);
    if (code !== 1) throw new Error(`the audit ended with ${code}: ${err}`);
    const report: unknown = JSON.parse(out);
    const findings = isRecord(report) && Array.isArray(report.findings) ? report.findings.filter(isRecord) : [];
    const reported = findings.map(({ rule, resource }) => ({ rule: String(rule), resource: String(resource) }));
    const seen = FAULTS.filter(({ name: fault }) => rulesThatSee(fault, reported).length > 0);
    if (reported.length === 0 || seen.length > 0) throw new Error('a fault is seen that is not there');
    const calls = Object.values(front.counts()).reduce((total, count) => total + count, 0);
    return { figures: { callsPerService: calls / services } };
  } finally {
    await front.close();
    await account.close();
    stop();
  }
};

/** A smoke run shows only that Taskwire's half still runs, in a small account of the simulator. */
export const run: Bench['run'] = async ({ smoke }) => {
  if (smoke) return smokeTest();
  const installed = await setUp();
  const folder = await mkdtemp(join(tmpdir(), 'taskwire-audit-peers-'));
  try {
    return await measureAll(installed, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
    await rm(installed.hurried, { recursive: true, force: true });
  }
};
