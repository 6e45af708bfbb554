import { Agent, type IncomingMessage, request as send } from 'node:http';
import { bodyOf, operationOf } from '../../test/cloud/aws-call.ts';
import { serveLoopback } from '../../test/support/serve-loopback.ts';
import { repairedPage } from './moto-pages.ts';
import type { Rates } from './rates.ts';

/** What calls reach: moto as it is, or under call rates. */
export type Behind = 'moto' | Rates;

/** Stands before moto, which all tools call through it, and counts. */
export interface Front {
  readonly endpoint: string;
  /** Counts from nothing. */
  begin(behind: Behind): void;
  /** Calls since then by `service:Operation`, those that were throttled among them. */
  counts(): Readonly<Record<string, number>>;
  throttled(): number;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

/** `…/20261122/eu-central-1/ecs/aws4_request` */
const serviceOf = ({ headers }: IncomingMessage): string =>
  /Credential=[^/]+\/\d+\/[\w-]+\/([\w-]+)\//.exec(headers.authorization ?? '')?.[1] ?? 'unsigned';

/** As each protocol says it, so that the SDKs take it for what it is. */
const throttling = ({ headers }: IncomingMessage): Answer =>
  headers['x-amz-target'] === undefined
    ? {
        status: 400,
        type: 'text/xml',
        body: Buffer.from(
          '<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>',
        ),
      }
    : {
        status: 400,
        type: 'application/x-amz-json-1.1',
        body: Buffer.from('{"__type":"ThrottlingException","message":"Rate exceeded"}'),
      };

/** @param endpoint moto's. */
export const startFront = async (endpoint: string): Promise<Front> => {
  const { hostname, port } = new URL(endpoint);
  const agent = new Agent({ keepAlive: true });
  let counts: Record<string, number> = {};
  let behind: Behind = 'moto';
  let throttled = 0;

  const ask = (request: IncomingMessage, body: Buffer): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { method, url: path, headers } = request;
      const { connection: _, ...passed } = headers;
      const asking = send({ hostname, port, method, path, headers: passed, agent }, (response) => {
        bodyOf(response).then((answer) => {
          const { statusCode: status = 502, headers: told } = response;
          resolve({ status, type: told['content-type'] ?? 'text/plain', body: answer });
        }, reject);
      });
      asking.once('error', reject);
      asking.end(body);
    });

  const answerTo = async (request: IncomingMessage, body: Buffer, operation: string): Promise<Answer> => {
    const told = await ask(request, body);
    return told.status === 200 ? { ...told, body: repairedPage(operation, body, told.body) } : told;
  };

  const server = await serveLoopback(async (request, response) => {
    const body = await bodyOf(request);
    const operation = operationOf(request, body);
    const action = `${serviceOf(request)}:${operation}`;
    counts[action] = (counts[action] ?? 0) + 1;
    const passes = typeof behind === 'string' || behind.take(action);
    if (!passes) throttled++;
    const { status, type, body: answer } = passes ? await answerTo(request, body, operation) : throttling(request);
    response.writeHead(status, { 'content-type': type, 'content-length': answer.length }).end(answer);
  });

  return {
    endpoint: server.endpoint,
    begin: (next) => {
      behind = next;
      counts = {};
      throttled = 0;
    },
    counts: () => counts,
    throttled: () => throttled,
    close: async () => {
      agent.destroy();
      await server.close();
    },
  };
};
