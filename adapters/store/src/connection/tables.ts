import type {
  ActionState,
  AutonomyFall,
  ReleaseManifest,
  AutonomyShadow,
  BreakerOpening,
  CaseEvent,
  CaseState,
  CaseStatus,
  Digest,
  JsonObject,
  PolicyDecision,
  PolicyFiles,
  PolicyQuestion,
  ShadowAnswer,
  Signal,
  SignedReview,
} from '@counterfoil/core';
import type { ColumnType, Generated } from 'kysely';

/** Times go in as ISO text and come out as `Date`. */
type Time = ColumnType<Date, string, string>;
/** `json` goes in as text and comes out parsed. */
type JsonColumn<Value> = ColumnType<Value, string, string>;
/** 64-bit integers come out as text, so that none is rounded. */
type BigNumber = ColumnType<string, string | number, string | number>;

/** The tables as the migrations make them; what a role may do with them is in `003-grants.sql`. */
export interface Tables {
  'counterfoil.signal': {
    signal_id: string;
    dedupe_key: string;
    kind: string;
    data_version: string;
    scope_accounts: readonly string[];
    detected_at: Time;
    /** Plain decimal. */
    impact_per_day: string;
    currency: string;
    body: JsonColumn<Signal>;
    recorded_at: Time;
  };
  'counterfoil.log_leaf': {
    leaf_id: Generated<string>;
    leaf_index: ColumnType<string | null, never, number>;
    kind: string;
    case_id: string | null;
    actor: string;
    recorded_at: Time;
    entry_text: string;
    salt: string | null;
    payload_text: string | null;
  };
  'counterfoil.erasure': {
    erased_leaf_id: string;
    recorded_at: Time;
    leaf_id: string;
  };
  'counterfoil.quarantine': {
    quarantined_leaf_id: string;
    quarantined_at: Time;
    leaf_id: string;
  };
  'counterfoil.log_checkpoint': {
    checkpoint_id: Generated<string>;
    size: BigNumber;
    root_hash: string;
    checkpoint_text: string;
    published_at: Time;
  };
  'counterfoil.case_file': {
    case_id: string;
    signal_id: string;
    dedupe_key: string;
    status: CaseStatus;
    version: number;
    opened_at: Time;
    updated_at: Time;
    state: JsonColumn<CaseState>;
  };
  'counterfoil.case_event': {
    case_id: string;
    sequence: number;
    recorded_at: Time;
    actor: string;
    type: CaseEvent['type'];
    event: JsonColumn<CaseEvent>;
    leaf_id: string;
  };
  'counterfoil.action': {
    digest: Digest;
    case_id: string;
    status: ActionState['status'];
    requested_at: ColumnType<Date | null, string | null, string | null>;
    deadline_at: ColumnType<Date | null, string | null, string | null>;
    updated_at: Time;
    action: JsonColumn<ActionState>;
  };
  'counterfoil.review': {
    review_id: Generated<string>;
    digest: Digest;
    content_sha256: string;
    person_id: string;
    key_id: string;
    verdict: 'approve' | 'deny';
    recorded_at: Time;
    leaf_id: string;
    review: JsonColumn<SignedReview>;
  };
  'counterfoil.enrolment': {
    enrolment_id: Generated<string>;
    content_sha256: string;
    recorded_at: Time;
    leaf_id: string;
    enrolment: JsonColumn<JsonObject>;
  };
  'counterfoil.kill': {
    kill_id: string;
    engaged_by: string;
    reason: string;
    engaged_at: Time;
    leaf_id: string;
  };
  'counterfoil.kill_lift': {
    lift_id: Generated<string>;
    kill_id: string;
    recorded_at: Time;
    leaf_id: string;
    lift: JsonColumn<JsonObject>;
  };
  'counterfoil.dismissed_signal': {
    signal_id: string;
    reason: string;
    note: string;
    dismissed_at: Time;
    leaf_id: string;
  };
  'counterfoil.ingest_report': {
    ingest_id: Generated<string>;
    recorded_at: Time;
    leaf_id: string;
    report: JsonColumn<JsonObject>;
  };
  'counterfoil.policy_change': {
    change_id: string;
    bundle_sha256: string;
    files: JsonColumn<PolicyFiles>;
    recorded_at: Time;
    leaf_id: string;
    statement: JsonColumn<JsonObject>;
  };
  'counterfoil.policy_approval': {
    approval_id: Generated<string>;
    change_id: string;
    recorded_at: Time;
    leaf_id: string;
    approval: JsonColumn<JsonObject>;
  };
  'counterfoil.policy_activation': {
    activation_id: Generated<string>;
    change_id: string;
    recorded_at: Time;
    leaf_id: string;
  };
  'counterfoil.policy_shadow': {
    digest: Digest;
    shadow_sha256: string;
    recorded_at: Time;
    leaf_id: string;
    answer: JsonColumn<ShadowAnswer>;
  };
  'counterfoil.policy_shadow_choice': {
    choice_id: Generated<string>;
    bundle_sha256: string | null;
    files: ColumnType<PolicyFiles | null, string | null, never>;
    recorded_at: Time;
  };
  'counterfoil.policy_question': {
    question_id: Generated<string>;
    digest: Digest;
    decided_at: Time;
    question: JsonColumn<PolicyQuestion>;
    decision: JsonColumn<PolicyDecision>;
  };
  'counterfoil.action_use': {
    digest: Digest;
    class: string;
    kind: string;
    account: string;
    amount_cents: BigNumber;
    currency: string;
    place: BigNumber;
    reserved_at: Time;
  };
  'counterfoil.action_scope': {
    digest: Digest;
    release: string;
    environment: string;
    kind: string;
    on_behalf_of: string;
  };
  'counterfoil.decision_mark': {
    mark_id: Generated<string>;
    digest: Digest;
    decision_leaf_id: string;
    recorded_at: Time;
    leaf_id: string;
    mark: JsonColumn<JsonObject>;
  };
  'counterfoil.autonomy_setting': {
    act_id: string;
    recorded_at: Time;
    leaf_id: string;
    setting: JsonColumn<JsonObject>;
  };
  'counterfoil.autonomy_fall': {
    act_id: string;
    recorded_at: Time;
    leaf_id: string;
    fall: JsonColumn<AutonomyFall>;
  };
  'counterfoil.autonomy_shadow': {
    digest: Digest;
    recorded_at: Time;
    leaf_id: string;
    shadow: JsonColumn<AutonomyShadow>;
  };
  'counterfoil.breaker_opening': {
    opening_id: string;
    breaker: string;
    release: string;
    kind: string;
    until_at: Time;
    recorded_at: Time;
    leaf_id: string;
    opening: JsonColumn<Omit<BreakerOpening, 'closedAtMs' | 'openedAtMs'>>;
  };
  'counterfoil.agent_release': {
    release_id: Generated<string>;
    name: string;
    release_sha256: string;
    recorded_at: Time;
    leaf_id: string;
    manifest: JsonColumn<ReleaseManifest>;
  };
  'counterfoil.change_attachment': {
    attachment_id: Generated<string>;
    account: string;
    kind: string | null;
    change_id: string | null;
    recorded_at: Time;
  };
  'counterfoil.breaker_closing': {
    closing_id: Generated<string>;
    opening_id: string;
    recorded_at: Time;
    leaf_id: string;
    closing: JsonColumn<JsonObject>;
  };
  'counterfoil.effect_intent': {
    digest: Digest;
    case_id: string;
    idempotency_key: string;
    recorded_at: Time;
  };
}
