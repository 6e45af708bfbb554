import { type Input, optionalBoolean, text } from '../input.ts';
import { type Handlers, handlersOf } from './handler.ts';

const MAPPINGS = /^\/2015-03-31\/event-source-mappings\/?([^/?]*)(?:\?|$)/;

/**
 * The action and members of a request in REST JSON, whose path names them; `undefined` for a path of another service.
 * Of Lambda only what switches event source mappings.
 */
export const lambdaRequest = (
  method: string,
  url: string,
  body: () => Input,
): { readonly action: string; readonly input: Input } | undefined => {
  const [, id] = MAPPINGS.exec(url) ?? [];
  if (id === undefined) return undefined;
  if (method === 'PUT')
    return { action: 'UpdateEventSourceMapping', input: { ...body(), UUID: decodeURIComponent(id) } };
  const query = Object.fromEntries(new URL(url, 'http://localhost').searchParams);
  return { action: method === 'GET' && id === '' ? 'ListEventSourceMappings' : `${method} ${url}`, input: query };
};

/** AWS Lambda over REST JSON. */
export const lambda: Handlers = handlersOf({
  ListEventSourceMappings: (input, { call }) =>
    call('lambda:ListEventSourceMappings', { FunctionName: text(input, 'FunctionName') }),
  UpdateEventSourceMapping: (input, { call }) =>
    call('lambda:UpdateEventSourceMapping', {
      UUID: text(input, 'UUID'),
      Enabled: optionalBoolean(input, 'Enabled') ?? true,
    }),
});
