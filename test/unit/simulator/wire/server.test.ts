import { ListTasksCommand } from '@aws-sdk/client-ecs';
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, describe, expect, test } from '@jest/globals';
import { unanswered } from '../../../../simulator/errors.ts';
import { serveWorld, type WireServer } from '../../../../simulator/wire/server.ts';
import { clientsOf } from './clients.ts';
import { createScriptedWorld, type Script } from './scripted-world.ts';

let server: WireServer | undefined;
afterEach(() => server?.close());

const serve = async (script: Script): Promise<WireServer> => {
  server = await serveWorld(createScriptedWorld(script));
  return server;
};

const ask = (endpoint: string, body: string, headers: Record<string, string> = {}) =>
  fetch(endpoint, { method: 'POST', body, headers });

describe('the wire server', () => {
  test('listens on loopback only', async () => {
    const { endpoint } = await serve({});
    expect(new URL(endpoint).hostname).toBe('127.0.0.1');
  });

  test('ends the connection where the world gives no answer, and takes the next call', async () => {
    let asked = 0;
    const { endpoint } = await serve({
      'ecs:ListTasks': () => {
        asked += 1;
        if (asked === 1) throw unanswered();
        return { taskArns: [] };
      },
    });
    const { ecs } = clientsOf(endpoint);
    // As the SDK tells it on AWS: no status, so nobody can know whether the call took effect. (It wraps errors of
    // another realm, and jest runs tests in one of their own; elsewhere it is a TimeoutError with code ECONNRESET.)
    await expect(ecs.send(new ListTasksCommand({}))).rejects.toMatchObject({
      message: expect.stringMatching(/TimeoutError: .*ECONNRESET/),
      $metadata: expect.not.objectContaining({ httpStatusCode: expect.anything() }),
    });
    expect((await ecs.send(new ListTasksCommand({}))).taskArns).toEqual([]);
  });

  test('says what broke when the simulator itself does', async () => {
    const { endpoint } = await serve({});
    const { ecs, elb } = clientsOf(endpoint);
    const message = expect.stringContaining('the simulator broke: Error: the script has no answer to');
    await expect(ecs.send(new ListTasksCommand({}))).rejects.toMatchObject({ name: 'InternalFailure', message });
    await expect(elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: 'x' }))).rejects.toMatchObject({
      name: 'InternalFailure',
      message,
    });
  });

  const ecsHeaders = { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.ListTasks' };
  test.each([
    { what: 'an unknown service', body: '{}', headers: { 'x-amz-target': 'Nobody.Do' }, status: 400, says: 'Nobody' },
    {
      what: 'an unknown action',
      body: '{}',
      headers: { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.toString' },
      status: 400,
      says: 'toString',
    },
    {
      what: 'an unknown action of a query service',
      body: 'Action=__proto__&Version=2015-12-01',
      headers: {},
      status: 400,
      says: '<Code>InvalidAction</Code>',
    },
    { what: 'no service at all', body: 'hello', headers: {}, status: 400, says: 'Version' },
    { what: 'broken JSON', body: '{', headers: ecsHeaders, status: 400, says: 'SerializationException' },
    { what: 'JSON of another shape', body: '[1]', headers: ecsHeaders, status: 400, says: 'SerializationException' },
    {
      what: 'a member of another type',
      body: '{"cluster":1}',
      headers: ecsHeaders,
      status: 400,
      says: 'cluster must be a string',
    },
    {
      what: 'a number that is none',
      body: 'Action=DescribeTargetGroups&Version=2015-12-01&PageSize=many',
      headers: {},
      status: 400,
      says: '<Code>ValidationError</Code>',
    },
    {
      what: 'a parameter nested without end',
      body: `Action=DescribeTags&Version=2015-12-01&${'a.'.repeat(1000)}b=1`,
      headers: {},
      status: 400,
      says: 'nested too deeply',
    },
    {
      what: 'a body without end',
      body: `{"cluster":"${'x'.repeat(5_000_000)}"}`,
      headers: ecsHeaders,
      status: 413,
      says: 'larger than',
    },
  ])('refuses $what in words', async ({ body, headers, status, says }) => {
    const { endpoint } = await serve({ 'ecs:ListTasks': () => ({ taskArns: [] }) });
    const answer = await ask(endpoint, body, headers);
    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain(says);
  });

  test('refuses everything but POST', async () => {
    const { endpoint } = await serve({});
    expect((await fetch(endpoint)).status).toBe(405);
  });

  test('closes twice without complaint', async () => {
    const { close } = await serve({});
    await close();
    await close();
  });
});
