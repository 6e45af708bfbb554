import { adopt } from './adopt.ts';
import { apply } from './apply.ts';
import { audit } from './audit.ts';
import type { Verb } from './cli.ts';
import { completion } from './completion.ts';
import { demo } from './demo.ts';
import { doctor } from './doctor.ts';
import { drain } from './drain.ts';
import { explain } from './explain.ts';
import { gate } from './gate.ts';
import { history } from './history.ts';
import { lint } from './lint.ts';
import { pause, resume } from './pause.ts';
import { plan } from './plan.ts';
import { remediate } from './remediate.ts';
import { replay } from './replay.ts';

/** The verbs, in the order of the help. One that needs much (the simulator) imports it when it runs. */
export const VERBS: readonly Verb[] = [
  plan,
  apply,
  audit,
  doctor,
  explain,
  history,
  adopt,
  remediate,
  lint,
  replay,
  gate,
  pause,
  resume,
  drain,
  demo,
  completion,
];
