import type { DefinedTask } from '../tracing/definition.ts';

/** Something about a place of a document, in words. */
export interface Remark {
  /** Keys and indexes from the document's root; members are called as RegisterTaskDefinition calls them. */
  readonly path: readonly (string | number)[];
  /** A sentence; outside text in it is printable. */
  readonly found: string;
  readonly fix: string;
}

/** What a file says of one task: its definition, and what became clear while it was read. */
export interface WrittenTask {
  /** Absent where the file describes containers that never become a task of ECS. */
  readonly task?: DefinedTask;
  /** As ECS would get it: JSON without blanks. */
  readonly bytes: number;
  /** Members of a kind that AWS refuses, and what it cannot do without. */
  readonly refusals: readonly Remark[];
  /** What a person should know, though nothing is wrong. */
  readonly notes: readonly Remark[];
}
