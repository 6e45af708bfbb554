import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTagsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Moto, startMoto } from './moto.ts';
import { addressOf, createMotoWorld, type MotoWorld, motoSettings } from './moto-world.ts';
import { present } from './present.ts';
import { type RunOfCli, runBuiltCli } from './run-cli.ts';
import { describeWithPython } from './with-python.ts';

const PORT = 8080;
const LOG_GROUP = '/aws/lambda/taskwire-prod-register-targets';

// What moto 5.2.5 lacks: CloudTrail's LookupEvents, so that a history is told by the log alone here, and patterns over
// members of JSON in FilterLogEvents (it lets every line through). test/unit/cli/history.test.ts shows the rest.
describeWithPython('the built taskwire adopt and history against moto', (python) => {
  let moto: Moto;
  let world: MotoWorld;
  const cli = (...argv: readonly string[]): Promise<RunOfCli> =>
    runBuiltCli({ endpoint: moto.endpoint, region: world.region }, argv);
  const tagsOf = async (arn: string): Promise<object> => {
    const { TagDescriptions = [] } = await world.elb.send(new DescribeTagsCommand({ ResourceArns: [arn] }));
    return Object.fromEntries((TagDescriptions[0]?.Tags ?? []).map(({ Key = '', Value }) => [Key, Value]));
  };

  beforeAll(async () => {
    moto = await startMoto(python);
    world = await createMotoWorld(moto);
  }, 120_000);

  afterAll(async () => {
    await moto?.stop();
  });

  test('adopt proposes the service whose task is in, tags the group, and applies as it told', async () => {
    await world.createService('shop', PORT);
    const group = await world.createTargetGroup('by-hand', { team: 'shop' });
    const tasks = await world.runTasks('shop', 2);
    const [first, second] = tasks.map(addressOf);
    await world.register(group, { Id: present(first), Port: PORT });
    await world.register(group, { Id: '10.99.9.9', Port: PORT });

    const shown = await cli('adopt', 'by-hand', '--json');
    expect(JSON.parse(shown.out)).toMatchObject({
      adoptions: [
        {
          tagged: false,
          adoptable: true,
          ground: `tasks of service ${world.cluster}/shop hold 1 of 2 targets; 1 by nobody`,
          applied: false,
          targets: expect.arrayContaining([
            expect.objectContaining({ makes: 'own', target: { id: first, port: PORT } }),
            expect.objectContaining({ makes: 'register', target: { id: second, port: PORT } }),
            expect.objectContaining({ makes: 'remove', target: { id: '10.99.9.9', port: PORT } }),
          ]),
        },
      ],
    });
    expect(shown.code).toBe(1);
    expect(await tagsOf(group)).toEqual({ team: 'shop' });

    expect(await cli('adopt', group, '--apply', '--yes')).toMatchObject({ code: 0, err: '' });
    const observed = { team: 'shop', 'taskwire:service': `${world.cluster}/shop`, 'taskwire:targets': 'shared' };
    expect(await tagsOf(group)).toEqual({ ...observed, 'taskwire:mode': 'observe' });
    expect((await cli('adopt', 'by-hand', '--mode', 'enforce', '--apply', '--yes')).code).toBe(0);
    expect(await tagsOf(group)).toEqual({ ...observed, 'taskwire:mode': 'enforce' });

    await cli('apply', '--target-group', 'by-hand', '--yes');
    expect(await world.targetsOf(group)).toEqual([`${first}:${PORT}`, `${second}:${PORT}`].sort());
  }, 60_000);

  test('history tells the reasons of its own group from the log, and that CloudTrail did not answer', async () => {
    const group = await world.createTargetGroup('told', {});
    const logs = new CloudWatchLogsClient(motoSettings(moto.endpoint));
    const logStreamName = 's';
    await logs.send(new CreateLogGroupCommand({ logGroupName: LOG_GROUP }));
    await logs.send(new CreateLogStreamCommand({ logGroupName: LOG_GROUP, logStreamName }));
    const line = (resource: string, id: string) =>
      JSON.stringify({
        ...{ level: 'INFO', message: 'change.applied', action: 'register', resource, target: { id, port: PORT } },
        ...{ reason: 'task is running', requestId: 'inv-1' },
      });
    const timestamp = Date.now() - 60_000;
    const logEvents = [line(group, '10.0.0.1'), line(`${group}0`, '10.0.0.2'), 'START'].map((message) => ({
      timestamp,
      message,
    }));
    await logs.send(new PutLogEventsCommand({ logGroupName: LOG_GROUP, logStreamName, logEvents }));
    const { code, out } = await cli('history', 'told', '--json', '--log-group', LOG_GROUP);
    expect(JSON.parse(out)).toMatchObject({
      history: [
        {
          action: 'register',
          target: { id: '10.0.0.1' },
          reason: 'task is running',
          invocationId: 'inv-1',
          byTaskwire: true,
        },
      ],
      failures: [{ resource: 'CloudTrail', message: expect.stringContaining('cloudtrail:LookupEvents') }],
    });
    expect(code).toBe(3);
    logs.destroy();
  }, 60_000);
});
