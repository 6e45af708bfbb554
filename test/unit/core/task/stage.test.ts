import { describe, expect, test } from '@jest/globals';
import { holdsAddress, holdsPorts, isRunning } from '../../../../shared/core/task/stage.ts';
import { aContainer, aTask } from '../../../support/tasks.ts';

test.each<{ stage: string; address: boolean; port: boolean; running: boolean }>([
  { stage: 'PROVISIONING', address: true, port: true, running: false },
  { stage: 'PENDING', address: true, port: true, running: false },
  { stage: 'ACTIVATING', address: true, port: true, running: false },
  { stage: 'RUNNING', address: true, port: true, running: true },
  { stage: 'DEACTIVATING', address: true, port: true, running: false },
  { stage: 'STOPPING', address: true, port: true, running: false },
  { stage: 'DEPROVISIONING', address: false, port: true, running: false },
  { stage: 'STOPPED', address: false, port: false, running: false },
  { stage: 'DELETED', address: false, port: false, running: false },
  { stage: 'A_STAGE_OF_THE_FUTURE', address: true, port: true, running: false },
])('in $stage: holds its address $address, its ports $port, runs $running', ({ stage, address, port, running }) => {
  const task = aTask('a', { lastStatus: stage });
  expect(holdsAddress(task)).toBe(address);
  expect(holdsPorts(task, aContainer())).toBe(port);
  expect(isRunning(task)).toBe(running);
});

describe('a container', () => {
  test.each<{ status: string; holds: boolean }>([
    { status: 'PENDING', holds: true },
    { status: 'RUNNING', holds: true },
    { status: 'UNKNOWN', holds: true },
    { status: 'STOPPED', holds: false },
  ])('that is $status in a running task holds its ports: $holds', ({ status, holds }) => {
    expect(holdsPorts(aTask('a'), aContainer('app', [], status))).toBe(holds);
  });
});

test('a task that is to stop does not run', () => {
  expect(isRunning(aTask('a', { lastStatus: 'RUNNING', desiredStatus: 'STOPPED' }))).toBe(false);
});
