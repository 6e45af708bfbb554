import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** A loopback front of a stand-in that counts what passes: what was really sent, whatever the sender says. */
export interface CountingProxy {
  readonly endpoint: string;
  /** Calls since the last reset, by action. */
  counts(): Readonly<Record<string, number>>;
  reset(): void;
  close(): Promise<void>;
}

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
};

const actionOf = (request: IncomingMessage, body: Buffer): string => {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') return target.split('.').at(-1) ?? '';
  return new URLSearchParams(body.toString()).get('Action') ?? 'unknown';
};

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
    const action = actionOf(request, body);
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
  const server = createServer((request, response) => {
    // A stand-in that does not answer is a connection that ends.
    pass(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    counts: () => ({ ...counts }),
    reset: () => {
      counts = {};
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
