import type { IncomingMessage } from 'node:http';
import { WireError } from './http-fault.ts';

/** EventBridge and SQS take 1 MiB per call, every other call here far less; JSON around it gets the rest. */
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * The body of a request as text.
 * @throws {WireError} If it is larger than 4 MiB: a loop in a client must not fill this process.
 */
export const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const part = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    bytes += part.length;
    if (bytes > MOST_BYTES)
      throw new WireError('RequestEntityTooLarge', `the body is larger than ${MOST_BYTES} bytes`, 413);
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString('utf8');
};
