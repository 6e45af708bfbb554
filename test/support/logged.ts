import type { Outcome } from '../../shared/core/outcome.ts';
import { createLog } from '../../shared/runtime/log.ts';
import { reportOutcome } from '../../shared/runtime/report-outcome.ts';
import type { Stage } from './stage.ts';

/** The log group of the function by the stack's convention. */
export const LOG_GROUP = '/aws/lambda/taskwire-prod-register-targets';

/**
 * Writes what the function reported since the last time into the world's log, by the function's own glue and as
 * Powertools writes it, now.
 */
export const createLogWriter = (stage: Stage): (() => Promise<void>) => {
  const lines: { atMs: number; text: string }[] = [];
  stage.world.trail.logs.set(LOG_GROUP, lines);
  let written = 0;
  return async () => {
    const outcomes: Outcome[] = stage.ran.slice(written).map(({ outcome }) => outcome);
    written = stage.ran.length;
    const atMs = stage.world.clock.nowMs();
    const write = (level: string) => (message: string, fields: object) => {
      const text = JSON.stringify({ level, message, timestamp: new Date(atMs).toISOString(), ...fields });
      lines.push({ atMs, text });
    };
    const sink = { info: write('INFO'), warn: write('WARN'), error: write('ERROR') };
    const log = createLog('register-targets', async () => sink);
    log.begin('inv-1');
    for (const outcome of outcomes) reportOutcome(outcome, log, { count: () => undefined, time: () => undefined });
    await log.flush();
  };
};
