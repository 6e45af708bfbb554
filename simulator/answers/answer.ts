import type { Action, InputOf, OutputOf } from '../shapes.ts';

/** How the calls of some actions are answered: at once, on the world as it is. They throw `AwsError`. */
export type AnswersTo<A extends Action> = { readonly [K in A]: (input: InputOf<K>) => OutputOf<K> };
