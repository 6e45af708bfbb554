import type { IncomingMessage, ServerResponse } from 'node:http';
import { serveLoopback } from '../support/serve-loopback.ts';
import { bodyOf, operationOf } from './aws-call.ts';

/** A loopback front of a stand-in that counts what passes: what was really sent, whatever the sender says. */
export interface CountingProxy {
  readonly endpoint: string;
  /** Calls since the last reset, by action. */
  counts(): Readonly<Record<string, number>>;
  reset(): void;
  close(): Promise<void>;
}

/**
 * @param endpoint Where everything is passed on to, unchanged.
 * @param answerFor What to answer instead of the stand-in, which lacks this call of the JSON protocol; `undefined`: pass it on.
 *   `target` is `Service.Operation`.
 */
export const startCountingProxy = async (
  endpoint: string,
  answerFor: (target: string, input: string) => object | undefined = () => undefined,
): Promise<CountingProxy> => {
  let counts: Record<string, number> = {};
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    const action = operationOf(request, body);
    counts[action] = (counts[action] ?? 0) + 1;
    const target = request.headers['x-amz-target'];
    const own = typeof target === 'string' ? answerFor(target, body.toString()) : undefined;
    if (own !== undefined) {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(own));
      return;
    }
    const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers;
    const answer = await fetch(`${endpoint}${request.url}`, {
      method: request.method ?? 'POST',
      headers: Object.fromEntries(
        Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
      ),
      body: new Uint8Array(body),
    });
    const text = await answer.text();
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' }).end(text);
  };
  const server = await serveLoopback(pass);
  return {
    endpoint: server.endpoint,
    counts: () => ({ ...counts }),
    reset: () => {
      counts = {};
    },
    close: server.close,
  };
};
