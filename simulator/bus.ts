import type { VirtualClock } from './clock.ts';
import type { Random } from './random.ts';
import type { BusEvent } from './shapes.ts';

/** An event before the bus has stamped it. */
export interface EventToSend {
  readonly source: string;
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: object;
}

/** The account's default bus: hands every event to every listener at once. Lateness and loss belong to a delivery. */
export interface Bus {
  send(event: EventToSend): BusEvent;
  /** Returns how to stop listening. */
  listen(listener: (event: BusEvent) => void): () => void;
  /** All events so far, oldest first. */
  readonly log: readonly BusEvent[];
}

/** `aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee` */
export const uuid = (random: Random): string => [8, 4, 4, 4, 12].map((length) => random.hex(length)).join('-');

/** An empty bus. Not modelled: rules, archives, other buses; a delivery chooses its events with a function. */
export const createBus = (clock: VirtualClock, random: Random, account: string, region: string): Bus => {
  const log: BusEvent[] = [];
  const listeners = new Set<(event: BusEvent) => void>();
  return {
    log,
    send: ({ source, detailType, resources, detail }) => {
      const event: BusEvent = {
        version: '0',
        id: uuid(random),
        'detail-type': detailType,
        source,
        account,
        // EventBridge tells whole seconds.
        time: `${new Date(clock.nowMs()).toISOString().slice(0, 19)}Z`,
        region,
        resources,
        detail,
      };
      log.push(event);
      for (const listener of listeners) listener(event);
      return event;
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
};
