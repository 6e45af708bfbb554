import type { Command } from '@commander-js/extra-typings';
import type { Settings } from '../shared/core/settings.ts';
import type { Access } from '../shared/ports/access.ts';
import type { Addresses } from '../shared/ports/addresses.ts';
import type { RegistrationBudget } from '../shared/ports/budget.ts';
import type { Callers } from '../shared/ports/callers.ts';
import type { Clock } from '../shared/ports/clock.ts';
import type { Definitions } from '../shared/ports/definitions.ts';
import type { DeployedStack } from '../shared/ports/deployed-stack.ts';
import type { Deployments } from '../shared/ports/deployments.ts';
import type { Environments } from '../shared/ports/environments.ts';
import type { FailureQueues } from '../shared/ports/failure-queue.ts';
import type { Figures } from '../shared/ports/figures.ts';
import type { GroupHealth } from '../shared/ports/group-health.ts';
import type { GroupTags } from '../shared/ports/group-tags.ts';
import type { Roles } from '../shared/ports/roles.ts';
import type { Rollouts } from '../shared/ports/rollouts.ts';
import type { ScaledServices } from '../shared/ports/scaled-services.ts';
import type { Scaling } from '../shared/ports/scaling.ts';
import type { ServiceDetails } from '../shared/ports/service-details.ts';
import type { Fillers, Services } from '../shared/ports/services.ts';
import type { StackSwitches } from '../shared/ports/stack-switches.ts';
import type { TargetGroups } from '../shared/ports/target-groups.ts';
import type { TaskControl } from '../shared/ports/task-control.ts';
import type { Tasks } from '../shared/ports/tasks.ts';
import type { ChangeLog, Trail } from '../shared/ports/trail.ts';
import type { TrueTags } from '../shared/ports/true-tags.ts';
import type { Report } from '../shared/report/report.ts';
import type { Line, Look } from '../shared/report/terminal/text.ts';
import type { ExitCode } from './exit-code.ts';

/** AWS, or the simulator in its place. */
export interface Connection {
  readonly tasks: Tasks;
  readonly targetGroups: TargetGroups;
  readonly addresses: Addresses;
  readonly services: Services;
  readonly fillers: Fillers;
  readonly scaling: Scaling;
  readonly scaledServices: ScaledServices;
  readonly failureQueues: FailureQueues;
  readonly deployments: Deployments;
  readonly definitions: Definitions;
  readonly rollouts: Rollouts;
  readonly serviceDetails: ServiceDetails;
  readonly groupHealth: GroupHealth;
  readonly groupTags: GroupTags;
  readonly trail: Trail;
  readonly changeLog: ChangeLog;
  readonly stackSwitches: StackSwitches;
  readonly taskControl: TaskControl;
  readonly environments: Environments;
  readonly roles: Roles;
  readonly callers: Callers;
  readonly deployedStack: DeployedStack;
  readonly access: Access;
  readonly figures: Figures;
  readonly trueTags: TrueTags;
  readonly budget: RegistrationBudget;
  readonly clock: Clock;
  /** AWS calls sent so far, by `service:Action`. */
  readonly calls: () => Readonly<Record<string, number>>;
}

/** Where a verb's words go. */
export interface Terminal {
  /** The result, on stdout. */
  out(text: string): void;
  readonly outLook: Look;
  /** Progress and notes, on stderr. */
  note(text: string): void;
  readonly noteLook: Look;
  /** What is under way, on stderr where that is a terminal; it makes room for whatever is told next. */
  progress(text: string): void;
  /** Asks the person a question that is answered by yes or no; `undefined` where nobody sits there. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined;
}

/** All that a verb has of the world around it. */
export interface Cli {
  /** Of the package. */
  readonly version: string;
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Text of a file; `-` is what comes in on stdin. */
  readonly readFile: (path: string) => Promise<string>;
  readonly writeFile: (path: string, text: string) => Promise<void>;
  /** Files below a folder, at any depth, that could describe tasks; `undefined` for what is no folder. */
  readonly filesIn: (path: string) => Promise<readonly string[] | undefined>;
  readonly connect: (settings: Settings, signal: AbortSignal) => Promise<Connection>;
  /** Aborted when the person gives up. */
  readonly signal: AbortSignal;
}

/** What a verb comes to. */
export interface Answer {
  readonly report: Report;
  readonly lines: readonly Line[];
  /** Printed as it is in the place of both, where the person asked for another format. */
  readonly document?: string;
  readonly code: ExitCode;
}

/** What a verb is built with. */
export interface Tools {
  readonly cli: Cli;
  /**
   * Runs the work of a verb and prints what it comes to: one JSON document, or lines; an error with its cure. Sets the
   * exit code.
   */
  readonly answer: (verb: string, json: boolean, work: () => Promise<Answer>) => Promise<void>;
  /** Sets the exit code; for a verb that prints by itself. */
  readonly exit: (code: number) => void;
}

/** A verb of the command line: its command, with everything that it takes. */
export type Verb = (tools: Tools) => Command<unknown[], Record<string, unknown>>;
