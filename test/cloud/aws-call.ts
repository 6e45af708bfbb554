import type { IncomingMessage } from 'node:http';

/** All of a request's body. */
export const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
};

/** The operation that a request of the JSON or the query protocol asks for: `DescribeTasks`. */
export const operationOf = (request: IncomingMessage, body: Buffer): string => {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') return target.split('.').at(-1) ?? '';
  return new URLSearchParams(body.toString()).get('Action') ?? 'unknown';
};
