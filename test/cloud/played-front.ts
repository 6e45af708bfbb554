import type { IncomingMessage, ServerResponse } from 'node:http';
import { serveLoopback } from '../support/serve-loopback.ts';
import { bodyOf, operationOf } from './aws-call.ts';
import type { PlayedService } from './played-service.ts';

// What is answered here, and why; all else passes on to the front of ministack (ministack-front.ts):
// - DescribeTasks and ListTasks of the played tasks: ministack's tasks have no interface and no life cycle (StopTask ends
//   them at once, without a time in which they are told to stop and still serve).
// - DescribeNetworkInterfaces by address: ministack passes filters over, and knows no interface of a task.
// Of RegisterTargets and DeregisterTargets, which pass, it is written down when ministack took them for which address.

/** A loopback front that knows the played tasks. */
export interface PlayedFront {
  readonly endpoint: string;
  /** Whose tasks are told; none before. */
  play(service: PlayedService, vpcId: string): void;
  /** When an address was registered, oldest first; epoch milliseconds of ministack's answer. */
  registered(address: string): readonly number[];
  deregistered(address: string): readonly number[];
  close(): Promise<void>;
}

const xmlOf = (service: PlayedService, vpcId: string, addresses: readonly string[]): string => {
  const items = [...service.tasks.values()]
    .filter(({ hasInterface, address }) => hasInterface && addresses.includes(address))
    .map(
      ({ address, interfaceId, attachmentId, arn }) =>
        `<item><networkInterfaceId>${interfaceId}</networkInterfaceId><vpcId>${vpcId}</vpcId>` +
        `<description>${arn.replace(/:task\/.*$/, `:attachment/${attachmentId}`)}</description>` +
        `<privateIpAddress>${address}</privateIpAddress></item>`,
    );
  return (
    '<DescribeNetworkInterfacesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>1</requestId>' +
    `<networkInterfaceSet>${items.join('')}</networkInterfaceSet></DescribeNetworkInterfacesResponse>`
  );
};

/** The values of a query's list, `Targets.member.3.Id` or `Filter.1.Value.2`. */
const listed = (body: Buffer, name: RegExp): readonly string[] =>
  [...new URLSearchParams(body.toString())].flatMap(([key, value]) => (name.test(key) ? [value] : []));

/** @param endpoint Where all else goes. */
export const startPlayedFront = async (endpoint: string): Promise<PlayedFront> => {
  let played: { readonly service: PlayedService; readonly vpcId: string } | undefined;
  const times = { RegisterTargets: new Map<string, number[]>(), DeregisterTargets: new Map<string, number[]>() };

  const own = (operation: string, body: Buffer): { readonly type: string; readonly text: string } | undefined => {
    if (played === undefined) return undefined;
    const { service, vpcId } = played;
    const json = (value: object) => ({ type: 'application/x-amz-json-1.1', text: JSON.stringify(value) });
    switch (operation) {
      case 'DescribeTasks': {
        const asked: readonly string[] = JSON.parse(body.toString()).tasks ?? [];
        const known = asked.flatMap((arn) => service.tasks.get(arn) ?? []);
        const failures = asked.filter((arn) => !service.tasks.has(arn)).map((arn) => ({ arn, reason: 'MISSING' }));
        return json({ tasks: known.map((task) => task.describe()), failures });
      }
      case 'ListTasks': {
        const { desiredStatus = 'RUNNING' } = JSON.parse(body.toString());
        const arns = [...service.tasks.values()]
          .map((task) => task.describe())
          .filter((task) => task.desiredStatus === desiredStatus)
          .map(({ taskArn }) => taskArn);
        return json({ taskArns: arns });
      }
      case 'DescribeNetworkInterfaces':
        return { type: 'text/xml', text: xmlOf(service, vpcId, listed(body, /^Filter\.\d+\.Value\.\d+$/)) };
      default:
        return undefined;
    }
  };

  const note = (operation: string, body: Buffer): void => {
    if (operation !== 'RegisterTargets' && operation !== 'DeregisterTargets') return;
    const nowMs = Date.now();
    for (const address of listed(body, /^Targets\.member\.\d+\.Id$/)) {
      const before = times[operation].get(address) ?? [];
      times[operation].set(address, [...before, nowMs]);
    }
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    const operation = operationOf(request, body);
    const told = own(operation, body);
    if (told !== undefined) {
      response.writeHead(200, { 'content-type': told.type }).end(told.text);
      return;
    }
    const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers;
    const passed = await fetch(`${endpoint}${request.url}`, {
      method: request.method ?? 'POST',
      headers: Object.fromEntries(
        Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
      ),
      ...(body.length > 0 && { body: new Uint8Array(body) }),
    });
    const text = await passed.text();
    if (passed.ok) note(operation, body);
    response.writeHead(passed.status, { 'content-type': passed.headers.get('content-type') ?? 'text/plain' }).end(text);
  };

  const server = await serveLoopback(answer);
  return {
    endpoint: server.endpoint,
    play: (service, vpcId) => {
      played = { service, vpcId };
    },
    registered: (of) => times.RegisterTargets.get(of) ?? [],
    deregistered: (of) => times.DeregisterTargets.get(of) ?? [],
    close: server.close,
  };
};
