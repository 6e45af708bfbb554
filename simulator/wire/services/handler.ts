import type { Action, InputOf, OutputOf } from '../../shapes.ts';
import type { Input } from '../input.ts';

/** Asks the world, as an SDK client would: throws what AWS would answer. */
type Call = <A extends Action>(action: A, input: InputOf<A>) => Promise<OutputOf<A>>;

/** What the wire half needs of the world. */
export interface WireWorld {
  readonly region: string;
  readonly call: Call;
}

/** The world as it is reached over this wire. */
export interface ServedWorld extends WireWorld {
  /** A queue's URL as a client on loopback must be given it: the SDK sends to the host that the URL names. */
  queueUrl(worldUrl: string): string;
}

/** Answers one action of a service: reads the members, asks the world, names the answer as the wire does. */
export type Handler = (input: Input, world: ServedWorld) => Promise<object>;

/** The actions of a service by name. A Map, since the name comes from outside. */
export type Handlers = ReadonlyMap<string, Handler>;

/** @param handlers By action. */
export const handlersOf = (handlers: Readonly<Record<string, Handler>>): Handlers => new Map(Object.entries(handlers));
