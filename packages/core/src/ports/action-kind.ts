import type { Effect, Reconciliation, Verification } from '../execution/execution.ts';
import type { JsonObject } from '../kernel/json.ts';
import type {
  BlastRadius,
  Label,
  Precondition,
  Reversibility,
  UndoPlan,
} from '../proposal/action.ts';

/** What an action kind says of itself; both halves share it, and policy reads it. */
export interface ActionDeclaration {
  /** e.g. `aws.ec2.stop_instances`. */
  readonly kind: string;
  readonly title: string;
  readonly parametersSchema: JsonObject;
  readonly examples: readonly [JsonObject, ...JsonObject[]];
  /** IAM actions or API scopes of the performing half. */
  readonly permissions: readonly [string, ...string[]];
  readonly reversibility: Reversibility;
  /** `message`, `ticket` or `cloud`: the class that policy speaks of. */
  readonly class: 'message' | 'ticket' | 'cloud';
  readonly targetsMax: number;
  /** Validates untrusted parameters; throws `InputError` naming the field. Unknown fields are errors. */
  parse(parameters: unknown): JsonObject;
  targets(parameters: JsonObject): readonly string[];
}

/** What planning an action yields; the engine turns it into a binding. */
export interface ActionPlan {
  readonly parameterLabels: { readonly [parameter: string]: Label };
  readonly preconditions: readonly Precondition[];
  readonly preview: string;
  readonly blastRadius: BlastRadius;
  readonly undo: UndoPlan;
}

/** The half that the agent holds: reads and previews, changes nothing. */
export interface ActionPlanner extends ActionDeclaration {
  plan(parameters: JsonObject, context: ActionContext): Promise<ActionPlan>;
}

/** The half that only the executor holds. */
export interface ActionPerformer extends ActionDeclaration {
  /** Reads the state of each target again, in the form that `plan` recorded. */
  preconditions(parameters: JsonObject, context: ActionContext): Promise<readonly Precondition[]>;
  /** One call, no retry inside. A thrown error leaves the outcome unknown unless it is `InputError` or `PermissionError`. */
  execute(parameters: JsonObject, context: PerformContext): Promise<Effect>;
  /** After a crash between intent and outcome: reads whether the call of this idempotency key happened. */
  reconcile(parameters: JsonObject, context: PerformContext): Promise<Reconciliation>;
  verify(parameters: JsonObject, effect: Effect, context: PerformContext): Promise<Verification>;
}

export interface ActionContext {
  readonly account: string;
  readonly region: string;
  readonly scopeAccounts: readonly string[];
}

export interface PerformContext extends ActionContext {
  /** At most 64 of `[A-Za-z0-9_-]`; also the session's SourceIdentity. */
  readonly idempotencyKey: string;
  readonly caseId: string;
}
