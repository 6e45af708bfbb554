import { describe, expect, test } from '@jest/globals';
import { VERBS } from '../../../cli/verbs.ts';
import { taskwire } from '../../support/command-line.ts';
import { createStage } from '../../support/stage.ts';

const run = (argv: readonly string[], options = {}) => taskwire(createStage(), argv, options);

describe('the command line', () => {
  test('lists its verbs in the help', async () => {
    const { code, out, err } = await run(['--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('plan [options]');
    expect(out).toContain('TASKWIRE_TAG_PREFIX');
  });

  test.each([
    'plan',
    'apply',
    'audit',
    'explain',
    'remediate',
    'lint',
    'replay',
    'gate',
    'pause',
    'resume',
    'drain',
    'adopt',
    'history',
    'doctor',
  ])('gives examples for %s, in 80 columns', async (verb) => {
    const { code, out } = await run([verb, '--help']);
    expect(code).toBe(0);
    expect(out).toContain(`Examples:\n  $ taskwire ${verb}`);
    expect(out).toContain('Exit code: 0 ');
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('tells its version', async () => {
    expect(await run(['--version'])).toMatchObject({ code: 0, out: '1.2.3\n' });
  });

  test.each([
    { name: 'no verb', argv: [], says: 'Usage: taskwire' },
    { name: 'an unknown verb', argv: ['plam'], says: "unknown command 'plam'\n(Did you mean plan?)" },
    {
      name: 'an unknown option',
      argv: ['plan', '--clutser', 'x'],
      says: "unknown option '--clutser'\n(Did you mean --cluster?)",
    },
    {
      name: 'an unknown severity',
      argv: ['plan', '--fail-on', 'urgent'],
      says: 'Allowed choices are high, medium, low, info.',
    },
    { name: 'an argument too many', argv: ['plan', 'web'], says: 'too many arguments' },
    {
      name: 'a scope that is no name',
      argv: ['plan', '--cluster', 'a b'],
      says: '--cluster must be a name or an ARN, found "a b".',
    },
    {
      name: 'an empty scope',
      argv: ['plan', '--target-group', ''],
      says: '--target-group must be a name or an ARN, found "".',
    },
    {
      name: 'a scope that nothing is wired in',
      argv: ['plan', '--cluster', 'nope'],
      says: 'Nothing is wired in cluster nope',
    },
  ])('refuses $name; 2', async ({ argv, says }) => {
    const { code, out, err } = await run(argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err.replace(/\n {2,}/g, ' ')).toContain(says);
  });

  test('names all settings that are wrong; 2', async () => {
    const { code, err } = await run(['plan'], { env: { TASKWIRE_MODE: 'off', TASKWIRE_BRAKE_PERCENT: '500' } });
    expect(code).toBe(2);
    expect(err).toContain('TASKWIRE_MODE is "off"');
    expect(err).toContain('TASKWIRE_BRAKE_PERCENT is "500"');
  });

  test.each([
    { name: 'wrong usage', argv: ['plan', '--json', '--nope'], verb: 'plan', says: "unknown option '--nope'", code: 2 },
    {
      name: 'what is not there',
      argv: ['explain', '--json', 'nope'],
      verb: 'explain',
      says: 'No target group called nope',
      code: 3,
    },
  ])('answers with one JSON document in the face of $name, too', async ({ argv, verb, says, code }) => {
    const result = await run(argv);
    expect(result.code).toBe(code);
    expect(JSON.parse(result.out)).toEqual({
      function: verb,
      mode: 'observe',
      changes: [],
      held: [],
      findings: [],
      calls: {},
      failures: [{ resource: `taskwire ${verb}`, message: expect.stringContaining(says) }],
    });
  });

  test('lets nothing through to the terminal that was typed in', async () => {
    const { err } = await run(['plan', '--cluster', '\u001b[2Jx\u202e', '--fail-on', 'low']);
    const unknown = await run(['\u001b]0;title\u0007']);
    for (const character of ['\u001b', '\u0007', '\u202e']) expect(err + unknown.err).not.toContain(character);
  });

  test('colours for a terminal, and only there', async () => {
    const stage = createStage();
    stage.group('web', { 'taskwire:service': 'web' });
    expect((await taskwire(stage, ['plan'], { colour: true })).out).toContain('\u001b[31m');
    expect((await taskwire(stage, ['plan'])).out).not.toContain('\u001b');
  });

  test('has each verb once', () => {
    expect(new Set(VERBS).size).toBe(VERBS.length);
  });
});
