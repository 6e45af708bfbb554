import type { IncomingMessage } from 'node:http';

/** All of a request's body. */
export const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
};

/** S3 has no names for its operations but these: `GET /bucket/key`. */
const OF_OBJECTS: Readonly<Record<string, string>> = { GET: 'GetObject', PUT: 'PutObject' };

/** The operation that a request of any of AWS's protocols asks for: `DescribeTasks`. */
export const operationOf = (request: IncomingMessage, body: Buffer): string => {
  const { headers, method = '', url = '' } = request;
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return target.split('.').at(-1) ?? '';
  const inPath = /\/operation\/(\w+)$/.exec(url)?.[1];
  if (inPath !== undefined) return inPath;
  if (/\/s3\/aws4_request/.test(headers.authorization ?? '')) return OF_OBJECTS[method] ?? 'unknown';
  return new URLSearchParams(body.toString()).get('Action') ?? 'unknown';
};
