import { type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { SentCall } from '../support/authorization.ts';
import { type FreeForm, objectAt } from '../support/free-form.ts';
import { serveLoopback } from '../support/serve-loopback.ts';
import { bodyOf, operationOf } from './aws-call.ts';

type Answer = (parameters: SentCall['parameters']) => object | string | undefined;

/** A loopback front of a stand-in that records what passes, and says what the stand-in cannot. */
export interface RecordingProxy {
  readonly endpoint: string;
  /** Every call since the start, answered or not. */
  readonly calls: readonly SentCall[];
  /** Answers that were errors, as `operation code`. */
  readonly refused: readonly string[];
  /** Answers an operation itself, by an object as JSON or by text as XML; `undefined` leaves the call to the stand-in. */
  answer(operation: string, body: Answer): void;
  /** Changes the text of an answer of the stand-in; `undefined` leaves it again. */
  amend(operation: string, change: ((text: string) => string) | undefined): void;
  close(): Promise<void>;
}

/**
 * Members `Name.member.1` of the query protocol stay flat, and of the others in which a body is no JSON there is the path:
 * only plain parameters are of interest.
 */
const parametersOf = (request: IncomingMessage, body: Buffer): FreeForm => {
  const { headers, url = '' } = request;
  if (headers['x-amz-target'] !== undefined) return objectAt(JSON.parse(body.toString() || '{}'));
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    return Object.fromEntries(new URLSearchParams(body.toString()));
  }
  const [, Bucket, ...key] = new URL(url, 'http://localhost').pathname.split('/');
  return { Bucket, Key: key.join('/') };
};

/** `…/20261122/eu-central-1/ecs/aws4_request` */
const serviceOf = (request: IncomingMessage): string =>
  /Credential=[^/]+\/\d+\/[\w-]+\/([\w-]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? 'unsigned';

/** @param endpoint Where everything is passed on to, byte by byte: the signature covers the host that was called. */
export const startRecordingProxy = async (endpoint: string): Promise<RecordingProxy> => {
  const calls: SentCall[] = [];
  const refused: string[] = [];
  const answers = new Map<string, Answer>();
  const changes = new Map<string, (text: string) => string>();
  const { hostname, port } = new URL(endpoint);

  const pass = (request: IncomingMessage, body: Buffer): Promise<{ status: number; type: string; text: string }> =>
    new Promise((resolve, reject) => {
      const { method, url: path, headers } = request;
      const passed = send({ hostname, port, method, path, headers }, (response) => {
        bodyOf(response).then((answer) => {
          const { statusCode: status = 502 } = response;
          resolve({ status, type: response.headers['content-type'] ?? 'text/plain', text: answer.toString() });
        }, reject);
      });
      passed.once('error', reject);
      passed.end(body);
    });

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    const operation = operationOf(request, body);
    const parameters = parametersOf(request, body);
    calls.push({ service: serviceOf(request), operation, parameters });
    const own = answers.get(operation)?.(parameters);
    if (typeof own === 'string') {
      response.writeHead(200, { 'content-type': 'text/xml' }).end(own);
      return;
    }
    if (own !== undefined) {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(own));
      return;
    }
    const { status, type, text } = await pass(request, body);
    if (status >= 400) refused.push(`${operation} ${text.slice(0, 300)}`);
    response.writeHead(status, { 'content-type': type }).end((changes.get(operation) ?? ((same) => same))(text));
  };

  const server = await serveLoopback(handle);
  return {
    endpoint: server.endpoint,
    calls,
    refused,
    answer: (operation, own) => {
      answers.set(operation, own);
    },
    amend: (operation, change) => {
      if (change === undefined) changes.delete(operation);
      else changes.set(operation, change);
    },
    close: server.close,
  };
};
