import { readdirSync, readFileSync } from 'node:fs';

const EVENTS = new URL('../../events/', import.meta.url);

/** An event as its sender would send it: what a parser is given. */
// biome-ignore lint/suspicious/noExplicitAny: tests reach into events that no parser has seen yet.
export type RawEvent = any;

/** The text of a sample event, `task-state-change/running` or with another ending `invalid/not-json.txt`. */
export const readEvent = (name: string): string =>
  readFileSync(new URL(/\.\w+$/.test(name) ? name : `${name}.json`, EVENTS), 'utf8');

/**
 * A fresh copy of a sample event. A test says only what differs: members of `detail`, or of the event itself where it
 * has no `detail`. `undefined` takes a member away.
 *
 * `loadEvent('task-state-change/running', { group: 'family:job' })`
 */
export const loadEvent = (name: string, differs: Readonly<Record<string, unknown>> = {}): RawEvent => {
  const event: RawEvent = JSON.parse(readEvent(name));
  const target = event?.detail ?? event;
  for (const [member, value] of Object.entries(differs)) {
    if (value === undefined) delete target[member];
    else target[member] = value;
  }
  return event;
};

/** Names of all sample events that are JSON, as `loadEvent` takes them. */
export const sampleEvents = (): readonly string[] =>
  readdirSync(EVENTS, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.replaceAll('\\', '/').replace(/\.json$/, ''))
    .sort();
