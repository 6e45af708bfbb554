import { createServer } from 'node:http';

/** A request as it arrived. */
export interface Arrived {
  /** DescribeTasks, RegisterTargets… */
  readonly action: string;
  readonly body: string;
}

/** What the server does with a request. */
export type Reaction =
  | { readonly status?: number; readonly body: string; readonly type?: string }
  /** Closes the connection before the answer. */
  | 'reset'
  /** Closes it after status 200 and half of the answer. */
  | 'cut'
  /** Never answers. */
  | 'hang';

/** A server on loopback that answers as it is told: real sockets, so that time-outs and resets are those of the SDK. */
export const serve = async (react: (arrived: Arrived, index: number) => Reaction) => {
  const arrived: Arrived[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const target = request.headers['x-amz-target'];
      const action =
        typeof target === 'string' ? (target.split('.')[1] ?? '') : (new URLSearchParams(body).get('Action') ?? '');
      const index = arrived.push({ action, body }) - 1;
      const reaction = react({ action, body }, index);
      if (reaction === 'hang') return;
      if (reaction === 'reset') {
        request.socket.destroy();
        return;
      }
      if (reaction === 'cut') {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{"tasks":');
        setImmediate(() => request.socket.destroy());
        return;
      }
      const type = reaction.type ?? (reaction.body.startsWith('<') ? 'text/xml' : 'application/x-amz-json-1.1');
      response.writeHead(reaction.status ?? 200, { 'content-type': type });
      response.end(reaction.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    arrived,
    connection: {
      region: 'eu-west-1',
      endpoint: `http://127.0.0.1:${address.port}`,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** An error of the query protocol (Elastic Load Balancing). */
export const queryError = (code: string, message: string, status = 400): Reaction => ({
  status,
  body: `<ErrorResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
});

/** An error of the JSON protocol (ECS, tagging). */
export const jsonError = (code: string, message: string, status = 400): Reaction => ({
  status,
  body: JSON.stringify({ __type: code, message }),
});

/** An answer of the query protocol. */
export const queryAnswer = (action: string, result: string): Reaction => ({
  body: `<${action}Response xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><${action}Result>${result}</${action}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${action}Response>`,
});
