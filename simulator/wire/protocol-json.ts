import { WireError, type WireFault } from './http-fault.ts';
import { type Input, objectOf } from './input.ts';

/** What goes back to the client. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const jsonOf = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    throw new WireError('SerializationException', 'the body is no JSON');
  }
};

/** @throws {WireError | BadMember} If the body is no JSON object. An empty body is an empty object, as for AWS. */
export const parseJson = (body: string): Input => {
  if (body.trim() === '') return {};
  return objectOf(jsonOf(body), 'the body');
};

/**
 * An answer in AWS JSON 1.0 or 1.1. Members that are `undefined` are left out; moments are epoch **seconds**.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export const writeJson = (version: '1.0' | '1.1', output: unknown): WireResponse => ({
  status: 200,
  headers: { 'content-type': `application/x-amz-json-${version}` },
  body: JSON.stringify(output ?? {}),
});

/**
 * An error in AWS JSON: the SDK takes the shape's name from `__type`.
 * @param queryCode Of a service that once spoke awsQuery (SQS): the code of that time goes into a header of its own.
 */
export const writeJsonFault = (version: '1.0' | '1.1', fault: WireFault, queryCode?: string): WireResponse => ({
  status: fault.status,
  headers: {
    'content-type': `application/x-amz-json-${version}`,
    ...(queryCode === undefined ? {} : { 'x-amzn-query-error': `${queryCode};Sender` }),
  },
  body: JSON.stringify({ __type: fault.code, message: fault.message }),
});
