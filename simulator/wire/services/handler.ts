import type { Action, InputOf, OutputOf } from '../../shapes.ts';
import type { Input } from '../input.ts';

/** Asks the world, as an SDK client would: throws what AWS would answer. */
export type Call = <A extends Action>(action: A, input: InputOf<A>) => Promise<OutputOf<A>>;

/** Answers one action of a service: reads the members, asks the world, names the answer as the wire does. */
export type Handler = (input: Input, call: Call) => Promise<object>;

/** The actions of a service by name. A Map, since the name comes from outside. */
export type Handlers = ReadonlyMap<string, Handler>;

/** @param handlers By action. */
export const handlersOf = (handlers: Readonly<Record<string, Handler>>): Handlers => new Map(Object.entries(handlers));
