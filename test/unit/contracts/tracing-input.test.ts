import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseTracingInput } from '../../../shared/contracts/tracing-input.ts';
import { InputError } from '../../../shared/errors.ts';
import { loadEvent } from '../../support/load-event.ts';

const NOW_MS = Date.UTC(2026, 10, 22);

test('a task event, bare', () => {
  const { messages, wrapped } = parseTracingInput(loadEvent('task-state-change/running'), NOW_MS);
  expect(messages).toMatchObject([{ input: { kind: 'task', event: { task: { lastStatus: 'RUNNING' } } } }]);
  expect(wrapped).toBe(false);
});

test('the exit of a container, with code and reason; odd ones do not lose the event', () => {
  const event = loadEvent('task-state-change/container-exited');
  const [message] = parseTracingInput(event, NOW_MS).messages;
  const told = event.detail.containers.find(({ exitCode }: { exitCode?: number }) => exitCode !== undefined);
  const seen = message?.input.event.task.containers.find(({ name }) => name === told.name);
  expect(seen).toMatchObject({ lastStatus: 'STOPPED', exitCode: told.exitCode });
  told.exitCode = 'one';
  told.reason = 7;
  const [odd] = parseTracingInput(event, NOW_MS).messages;
  const container = odd?.input.event.task.containers.find(({ name }) => name === told.name);
  expect([container?.exitCode, container?.reason]).toEqual([undefined, undefined]);
});

test.each([
  'scheduled/sweep',
  'by-hand/dry-run',
  'tag-change/service-tagged',
  'service-action/steady-state',
  'taskwire/finding',
])('%s is refused in words that name what is understood', (name) => {
  expect(() => parseTracingInput(loadEvent(name), NOW_MS)).toThrow(/Understood is ECS Task State Change/);
});

test('a parser fails only with its own error', () => {
  fc.assert(
    fc.property(fc.anything(), (event) => {
      try {
        parseTracingInput(event, NOW_MS);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }),
  );
});
