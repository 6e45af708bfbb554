import type { Concurrency } from '../core/doctor/judge-traffic.ts';
import type { DeployedFunction, QueueMapping, SeenRule } from '../core/doctor/seen.ts';

/** What is deployed beside the queues: functions of Lambda and rules of EventBridge. Reads only. */
export interface DeployedStack {
  /** A function by its name; `undefined` where there is none. */
  describe(functionName: string): Promise<DeployedFunction | undefined>;
  /**
   * Functions of the account and Region that have settings of Taskwire, 50 functions per call.
   * @param mostPages How many calls at most; `whole` tells whether that was enough.
   */
  list(mostPages: number): Promise<{ readonly functions: readonly DeployedFunction[]; readonly whole: boolean }>;
  /** The queues that invoke a function. */
  mappings(functionName: string): Promise<readonly QueueMapping[]>;
  /** Rules of the default bus whose names begin so, with what they send to; one call and one for each of them. */
  rules(namePrefix: string): Promise<readonly SeenRule[]>;
  concurrency(): Promise<Concurrency>;
  /** How many target groups the account may have in the Region; `undefined` where AWS does not tell. One call. */
  targetGroupQuota(): Promise<number | undefined>;
}
