import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { AwsError } from '../errors.ts';
import { WireError, type WireFault } from './http-fault.ts';
import { BadMember, type Input } from './input.ts';
import { parseJson, type WireResponse, writeJson, writeJsonFault } from './protocol-json.ts';
import { parseQuery, type QueryDialect, writeQuery, writeQueryFault } from './protocol-query.ts';
import { readBody } from './read-body.ts';
import { applicationAutoScaling } from './services/application-auto-scaling.ts';
import { autoScaling } from './services/auto-scaling.ts';
import { codeDeploy } from './services/codedeploy.ts';
import { ec2 } from './services/ec2.ts';
import { ecs } from './services/ecs.ts';
import { elasticLoadBalancing } from './services/elastic-load-balancing.ts';
import { eventBridge } from './services/event-bridge.ts';
import type { Handlers, ServedWorld, WireWorld } from './services/handler.ts';
import { lambda, lambdaRequest } from './services/lambda.ts';
import { sqs } from './services/sqs.ts';
import { cloudWatch, elasticBeanstalk, iam } from './services/surroundings.ts';
import { tagging } from './services/tagging.ts';
import { cloudTrail, logs } from './services/trail.ts';

/** The world on loopback, until it is closed. */
export interface WireServer {
  /** `http://127.0.0.1:<port>`, for `AWS_ENDPOINT_URL`. */
  readonly endpoint: string;
  /** A queue's URL as a client on loopback must be given it: the SDK sends to the host that the URL names. */
  queueUrl(worldUrl: string): string;
  /** Ends every connection and frees the port. Repeating is safe. */
  close(): Promise<void>;
}

/** How a service is spoken to, and what it can do. */
type Service =
  | { readonly json: '1.0' | '1.1'; readonly handlers: Handlers }
  | { readonly query: QueryDialect; readonly handlers: Handlers };

/** By the prefix of `X-Amz-Target`. */
const JSON_SERVICES: ReadonlyMap<string, Service> = new Map<string, Service>([
  ['AmazonEC2ContainerServiceV20141113', { json: '1.1', handlers: ecs }],
  ['AnyScaleFrontendService', { json: '1.1', handlers: applicationAutoScaling }],
  ['ResourceGroupsTaggingAPI_20170126', { json: '1.1', handlers: tagging }],
  ['CodeDeploy_20141006', { json: '1.1', handlers: codeDeploy }],
  ['AWSEvents', { json: '1.1', handlers: eventBridge }],
  ['AmazonSQS', { json: '1.0', handlers: sqs }],
  ['CloudTrail_20131101', { json: '1.1', handlers: cloudTrail }],
  ['Logs_20140328', { json: '1.1', handlers: logs }],
  ['GraniteServiceVersion20100801', { json: '1.0', handlers: cloudWatch }],
]);

/** Its paths name the action. */
const LAMBDA: Service = { json: '1.1', handlers: lambda };

/** By `Version`: every query service has one of its own. */
const QUERY_SERVICES: ReadonlyMap<string, Service> = new Map<string, Service>([
  [
    '2015-12-01',
    {
      query: { name: 'awsQuery', namespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/' },
      handlers: elasticLoadBalancing,
    },
  ],
  [
    '2011-01-01',
    {
      query: { name: 'awsQuery', namespace: 'http://autoscaling.amazonaws.com/doc/2011-01-01/' },
      handlers: autoScaling,
    },
  ],
  [
    '2010-12-01',
    {
      query: { name: 'awsQuery', namespace: 'http://elasticbeanstalk.amazonaws.com/docs/2010-12-01/' },
      handlers: elasticBeanstalk,
    },
  ],
  [
    '2010-05-08',
    { query: { name: 'awsQuery', namespace: 'https://iam.amazonaws.com/doc/2010-05-08/' }, handlers: iam },
  ],
  ['2016-11-15', { query: { name: 'ec2Query', namespace: 'http://ec2.amazonaws.com/doc/2016-11-15/' }, handlers: ec2 }],
]);

/** What a request asks for. */
interface Asked {
  readonly service: Service;
  readonly action: string;
  readonly input: Input;
}

/**
 * Answers the world's calls over the AWS wire protocols, for the SDK's real clients (`AWS_ENDPOINT_URL`).
 * It listens on 127.0.0.1 only, on a port that the system chooses.
 * Not modelled: signatures and permissions, TLS, pages of a proxy (502), connections that end in the middle of an answer.
 * @param world What is asked; its latencies pass in virtual time, so its clock must follow real time for them to end.
 */
export const serveWorld = async (world: WireWorld): Promise<WireServer> => {
  const server = createServer((request, response) => {
    void answer(request, response, served);
  });
  // A kept connection that this side closes while the client sends its next request looks like a reset in the middle
  // of a call; here such resets come from the fault plan only.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the wire server has no port');
  const endpoint = `http://127.0.0.1:${address.port}`;
  const queueUrl = (worldUrl: string): string => `${endpoint}${new URL(worldUrl).pathname}`;
  const served: ServedWorld = { region: world.region, call: world.call, queueUrl };
  return {
    endpoint,
    queueUrl,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const answer = async (request: IncomingMessage, response: ServerResponse, world: ServedWorld): Promise<void> => {
  const requestId = randomUUID();
  const written = await responseTo(request, world, requestId);
  if (written === 'none') {
    request.socket.resetAndDestroy();
    return;
  }
  response.writeHead(written.status, {
    ...written.headers,
    'content-length': Buffer.byteLength(written.body),
    'x-amzn-requestid': requestId,
    // What is left of a body that was too large would be read as the next request.
    ...(written.status === 413 ? { connection: 'close' } : {}),
  });
  response.end(written.body);
};

const responseTo = async (
  request: IncomingMessage,
  world: ServedWorld,
  requestId: string,
): Promise<WireResponse | 'none'> => {
  let service: Service = { json: '1.1', handlers: new Map() };
  try {
    const asked = readRequest(request, await readBody(request));
    service = asked.service;
    const handler = service.handlers.get(asked.action);
    if (handler === undefined) throw unknownAction(service, asked.action);
    const output = await handler(asked.input, world);
    return 'json' in service
      ? writeJson(service.json, output)
      : writeQuery(service.query, asked.action, output, requestId);
  } catch (error) {
    if (error instanceof AwsError && !error.answered) return 'none';
    const fault = faultOf(error, service);
    if ('query' in service) return writeQueryFault(service.query, fault, requestId);
    if (!(error instanceof AwsError)) return writeJsonFault(service.json, fault);
    // JSON carries the shape's name. SQS spoke awsQuery once, and its code of that time goes along in a header.
    const queryCode = service.handlers === sqs ? error.code : undefined;
    return writeJsonFault(service.json, { ...fault, code: error.name }, queryCode);
  }
};

const readRequest = (request: IncomingMessage, body: string): Asked => {
  const toLambda = lambdaRequest(request.method ?? '', request.url ?? '', () => parseJson(body));
  if (toLambda !== undefined) return { service: LAMBDA, ...toLambda };
  if (request.method !== 'POST') throw new WireError('MethodNotAllowed', 'only POST is answered', 405);
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') {
    const [prefix = '', action = ''] = target.split('.');
    const service = JSON_SERVICES.get(prefix);
    if (service === undefined) throw new WireError('UnknownOperationException', `no service is called ${prefix}`);
    return { service, action, input: parseJson(body) };
  }
  const { Version: version, Action: action, ...input } = parseQuery(body);
  const service = QUERY_SERVICES.get(String(version));
  if (service === undefined) {
    throw new WireError('UnknownOperationException', 'neither X-Amz-Target nor a known Version names the service');
  }
  return { service, action: String(action), input };
};

const unknownAction = (service: Service, action: string): WireError =>
  'query' in service
    ? new WireError('InvalidAction', `The action ${action} is not valid for this web service.`)
    : new WireError('UnknownOperationException', `the simulator does not know the action ${action}`);

const faultOf = (error: unknown, service: Service): WireFault => {
  if (error instanceof AwsError) return { code: error.code, message: error.message, status: error.statusCode };
  if (error instanceof WireError) return error;
  if (error instanceof BadMember) {
    const code = 'query' in service ? 'ValidationError' : 'SerializationException';
    return { code, message: error.message, status: 400 };
  }
  // A mistake in the simulator must not look like a fault of its plan: the message says what broke.
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'InternalFailure', message: `the simulator broke: ${message}`, status: 500 };
};
