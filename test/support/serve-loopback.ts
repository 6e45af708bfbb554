import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** A server on loopback. */
export interface LoopbackServer {
  readonly endpoint: string;
  close(): Promise<void>;
}

/**
 * Serves on a free port of loopback.
 * @param answer What throws ends the connection, as of a stand-in that does not answer.
 */
export const serveLoopback = async (
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<LoopbackServer> => {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
