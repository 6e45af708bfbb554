import { gateDeployment } from '../../shared/app/gate-deployment.ts';
import { parseHookInput } from '../../shared/contracts/hook-input.ts';
import { InputError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/runtime/define-handler.ts';
import { wire } from './wire.ts';

/** A deployment lifecycle hook of ECS → whether the new tasks are healthy in every target group of their service. */
export const handler = defineHandler({
  name: 'gate-deployment',
  parse: (event, nowMs, _deps, functionArn) => parseHookInput(event, nowMs, functionArn),
  wire,
  run: async ({ messages }, deps, { log, metrics }) => {
    const [call] = messages.map(({ input }) => input);
    if (call === undefined) throw new InputError('There is no call to answer.');
    const gated = await gateDeployment(call, deps);
    const { hookStatus } = gated.answer;
    metrics.count(`Gate${hookStatus === 'IN_PROGRESS' ? 'Waiting' : hookStatus === 'FAILED' ? 'Failed' : 'Passed'}`);
    metrics.count('EventsRefused', gated.eventsRefused.length);
    for (const cause of gated.eventsRefused) log.warn('event.refused', { cause });
    const { serviceArn, revisionArn, stage } = call;
    log.info('hook.answered', {
      service: serviceArn,
      revision: revisionArn,
      stage,
      hookStatus,
      waitsFor: gated.waitsFor,
    });
    return gated;
  },
});
