import type { AwsCalls } from '../../../../simulator/shapes.ts';
import type { WireWorld } from '../../../../simulator/wire/services/handler.ts';

/** What a test wants to be answered, by action. */
export type Script = { [A in keyof AwsCalls]?: (input: AwsCalls[A]['input']) => AwsCalls[A]['output'] };

/** A world that answers from a script and remembers what it was asked: the wire alone is under test. */
export const createScriptedWorld = (script: Script): WireWorld & { readonly asked: readonly unknown[] } => {
  const asked: unknown[] = [];
  return {
    region: 'eu-central-1',
    asked,
    call: async (action, input) => {
      asked.push({ action, input });
      const answer = script[action];
      if (answer === undefined) throw new Error(`the script has no answer to ${action}`);
      return answer(input);
    },
  };
};
