import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { VERBS } from '../../../cli/verbs.ts';
import { taskwire } from '../../support/command-line.ts';
import { createStage } from '../../support/stage.ts';

const scriptOf = async (shell: string): Promise<string> => {
  const { code, out, err } = await taskwire(createStage(), ['completion', shell]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out;
};

/** Every verb with its options, as commander knows them. */
const verbs = () => {
  const unused = (): never => {
    throw new Error('nothing is run');
  };
  return VERBS.map((verb) => verb({ cli: { env: {} }, answer: unused, exit: unused } as never));
};

/** What bash offers for a command line; the last word is the one that is being typed. */
const offered = (script: string, words: readonly string[]): readonly string[] => {
  const list = words.map((word) => `'${word}'`).join(' ');
  const call = `COMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _taskwire; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', `${script}\n${call}`], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.split('\n').filter((line) => line !== '');
};

describe('completion', () => {
  test.each(['bash', 'zsh', 'fish'])('%s knows every verb, every option and every choice', async (shell) => {
    const script = await scriptOf(shell);
    expect(verbs().length).toBeGreaterThan(5);
    for (const command of verbs()) {
      const name = command.name();
      const lines = script.split('\n').filter((line) => new RegExp(`(^|[ '])${name}(['): ]|$)`).test(line));
      expect(lines.length).toBeGreaterThan(1);
      for (const { long, argChoices = [] } of command.options) {
        const flag = shell === 'fish' ? `-l ${long?.slice(2)}` : long;
        expect(lines.join('\n')).toContain(flag);
        for (const choice of argChoices) expect(lines.join('\n')).toContain(choice);
      }
      for (const { argChoices = [] } of command.registeredArguments) {
        for (const choice of argChoices) expect(lines.join('\n')).toContain(choice);
      }
    }
  });

  test.each([
    { words: ['taskwire', 'rem'], offers: ['remediate'] },
    { words: ['taskwire', 'remediate', 'un'], offers: ['unwire'] },
    { words: ['taskwire', 'remediate', 'unwire', '--cl'], offers: ['--cluster'] },
    { words: ['taskwire', 'plan', '--fail-on', ''], offers: ['high', 'medium', 'low', 'info'] },
    { words: ['taskwire', 'plan', '--cluster', ''], offers: [] },
    { words: ['taskwire', 'completion', 'f'], offers: ['fish'] },
    { words: ['taskwire', 'nope', '--'], offers: [] },
  ])('bash offers $offers for $words', async ({ words, offers }) => {
    expect(offered(await scriptOf('bash'), words)).toEqual(offers);
  });

  test('of a shell that is not known is refused; 2', async () => {
    const { code, err } = await taskwire(createStage(), ['completion', 'tcsh']);
    expect(code).toBe(2);
    expect(err).toContain('Allowed choices are bash, zsh, fish.');
  });
});
