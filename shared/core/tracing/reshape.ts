import { type JsonObject, without } from './json.ts';

/** A task definition after something was attached to it, or taken out. */
export type Reshaped =
  | {
      readonly kind: 'changed';
      /** As RegisterTaskDefinition takes it, its tags included. */
      readonly definition: JsonObject;
      /** The collector's container. */
      readonly container: string;
    }
  | { readonly kind: 'unchanged'; readonly definition: JsonObject; readonly reason: string }
  | {
      readonly kind: 'refused';
      /** Sentences, at least one. */
      readonly reasons: readonly string[];
    };

/** Label of a container that was attached; holds the members that were made for it, as `container.member`. */
export const ATTACHED_LABEL = 'taskwire.attached';

/** Key of the tag on a task definition, behind the stack's prefix: which collector was attached. */
export const SIDECAR_TAG = 'sidecar';

/** What ECS writes itself, and refuses in RegisterTaskDefinition. */
export const READ_ONLY: ReadonlySet<string> = new Set([
  'taskDefinitionArn',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'deregisteredAt',
  'registeredBy',
  'deleteRequestedAt',
]);

/** A described task definition as it can be registered again. */
export const registrable = (definition: JsonObject): JsonObject => without(definition, READ_ONLY);
