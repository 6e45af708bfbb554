import { XMLBuilder } from 'fast-xml-parser';
import { WireError, type WireFault } from './http-fault.ts';
import type { Input } from './input.ts';
import type { WireResponse } from './protocol-json.ts';

/** `awsQuery` (Elastic Load Balancing, Auto Scaling) or `ec2Query`: they differ in how lists and envelopes are written. */
export interface QueryDialect {
  readonly name: 'awsQuery' | 'ec2Query';
  readonly namespace: string;
}

/** More nesting than any call has; a deeper key is an attack or a mistake. */
const MOST_DEPTH = 8;

/** A request while it is being read; a Map, since its keys come from outside. */
type Branch = Map<string, string | Branch>;

const tree = (fields: Iterable<readonly [string, string]>): Branch => {
  const root: Branch = new Map();
  for (const [key, value] of fields) {
    const path = key.split('.');
    if (path.length > MOST_DEPTH) throw new WireError('MalformedQueryString', 'a parameter is nested too deeply');
    let branch = root;
    for (const part of path.slice(0, -1)) {
      const next = branch.get(part);
      const child: Branch = next instanceof Map ? next : new Map();
      branch.set(part, child);
      branch = child;
    }
    branch.set(path.at(-1) ?? '', value);
  }
  return root;
};

const isIndex = (key: string): boolean => /^[1-9]\d{0,5}$/.test(key);

/** Numbered members are a list, in the order of their numbers, with or without the word `member` before them. */
const unfold = (branch: string | Branch): unknown => {
  if (typeof branch === 'string') return branch;
  const members = branch.get('member');
  if (branch.size === 1 && members !== undefined) return unfold(members);
  const entries = [...branch];
  if (entries.length > 0 && entries.every(([key]) => isIndex(key))) {
    return entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, member]) => unfold(member));
  }
  return Object.fromEntries(entries.map(([key, member]) => [key, unfold(member)]));
};

/**
 * The members of a form: `Filter.1.Value.2=x` becomes `{ Filter: [{ Value: [.., 'x'] }] }`.
 * An empty list is written as an empty text by the SDK and reads as `''`.
 * @throws {WireError} If a name is nested more than 8 deep.
 */
export const parseQuery = (body: string): Input => {
  const fields = tree(new URLSearchParams(body));
  return Object.fromEntries([...fields].map(([key, branch]) => [key, unfold(branch)]));
};

// A carriage return that stands in XML as itself is read as a line break, and a control character as itself is no XML
// at all, so both are written as references, as AWS does.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not stand in the document
const UNSAFE = /[&<>"'\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff]/g;
const escapeText = (value: string): string =>
  value.replace(UNSAFE, (character) => `&#x${character.charCodeAt(0).toString(16)};`);

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  processEntities: false,
  suppressEmptyNode: false,
  tagValueProcessor: (_name, value) => escapeText(String(value)),
});

/** Lists get the wrapper of the dialect, `undefined` goes, moments become ISO text. */
const shape = (value: unknown, item: 'member' | 'item'): unknown => {
  if (Array.isArray(value)) return { [item]: value.map((member) => shape(member, item)) };
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [name, shape(member, item)]),
  );
};

const xml = (status: number, document: unknown): WireResponse => ({
  status,
  headers: { 'content-type': 'text/xml;charset=UTF-8' },
  body: `<?xml version="1.0" encoding="UTF-8"?>${builder.build(document)}`,
});

/**
 * An answer in a query protocol.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html, …/aws-ec2-query-protocol.html
 */
export const writeQuery = (dialect: QueryDialect, action: string, output: object, requestId: string): WireResponse => {
  const response =
    dialect.name === 'awsQuery'
      ? { [`${action}Result`]: shape(output, 'member'), ResponseMetadata: { RequestId: requestId } }
      : { requestId, ...Object(shape(output, 'item')) };
  return xml(200, { [`${action}Response`]: { '@xmlns': dialect.namespace, ...response } });
};

/** An error in a query protocol; below 500 the sender is at fault. */
export const writeQueryFault = (dialect: QueryDialect, fault: WireFault, requestId: string): WireResponse => {
  const error = { Code: fault.code, Message: fault.message };
  return dialect.name === 'awsQuery'
    ? xml(fault.status, {
        ErrorResponse: {
          '@xmlns': dialect.namespace,
          Error: { Type: fault.status < 500 ? 'Sender' : 'Receiver', ...error },
          RequestId: requestId,
        },
      })
    : xml(fault.status, { Response: { Errors: { Error: error }, RequestID: requestId } });
};
