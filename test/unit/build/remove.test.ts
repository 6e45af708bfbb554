import { expect, test } from '@jest/globals';
import { environmentOf } from '../../../scripts/remove.mjs';

test.each<{ name: string; args: string[]; env?: Record<string, string>; found: Record<string, string> }>([
  { name: 'the defaults', args: [], found: { AWS_REGION: 'eu-central-1' } },
  { name: 'the Region of the shell', args: [], env: { AWS_REGION: 'us-east-1' }, found: { AWS_REGION: 'us-east-1' } },
  {
    name: 'options with and without an equals sign',
    args: ['--region=us-west-2', '--param', 'tagPrefix=team', '--param=clusters=a,b', '--param=mode=observe'],
    env: { AWS_REGION: 'us-east-1' },
    found: { AWS_REGION: 'us-west-2', TASKWIRE_TAG_PREFIX: 'team', TASKWIRE_CLUSTERS: 'a,b' },
  },
  {
    name: 'short options and a profile',
    args: ['-r', 'us-west-2', '--aws-profile', 'ops'],
    found: { AWS_REGION: 'us-west-2', AWS_PROFILE: 'ops' },
  },
])('npm run remove looks for holds where osls removes: $name', ({ args, env = {}, found }) => {
  expect(environmentOf(args, env)).toEqual(found);
});
