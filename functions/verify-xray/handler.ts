import { verifyXray } from '../../shared/app/verify-xray.ts';
import { parseTracingInput } from '../../shared/contracts/tracing-input.ts';
import { defineHandler } from '../../shared/runtime/define-handler.ts';
import { wire } from './wire.ts';

/** ECS task state changes → findings about tasks whose trace collector does not work. */
export const handler = defineHandler({
  name: 'verify-xray',
  parse: parseTracingInput,
  wire,
  run: async ({ messages, wrapped }, deps, { metrics }) => {
    const verified = await verifyXray(messages, deps, { fromQueue: wrapped });
    for (const { name, value } of verified.measures) metrics.count(name, value);
    return verified;
  },
});
