-- What the product remembers. Text that came from outside is kept as `json`, not `jsonb`: jsonb refuses \u0000 and
-- reorders keys, and a journal gives back what was written. Money is numeric.
create table counterfoil.signal (
  signal_id text primary key,
  dedupe_key text not null,
  kind text not null,
  data_version text not null,
  scope_accounts text[] not null check (cardinality(scope_accounts) > 0),
  detected_at timestamptz not null,
  impact_per_day numeric not null,
  currency text not null,
  body json not null,
  recorded_at timestamptz not null
);

create table counterfoil.log_leaf (
  leaf_id bigint generated always as identity primary key,
  -- Position in the tree, given once by the log process.
  leaf_index bigint unique check (leaf_index >= 0),
  kind text not null,
  case_id text,
  actor text not null,
  recorded_at timestamptz not null,
  entry_text text not null,
  salt text,
  payload_text text,
  check ((salt is null) = (payload_text is null))
);
create index log_leaf_waiting on counterfoil.log_leaf (leaf_id) where leaf_index is null;
create index log_leaf_case on counterfoil.log_leaf (case_id, leaf_index) where case_id is not null;

create table counterfoil.log_checkpoint (
  checkpoint_id bigint generated always as identity primary key,
  size bigint not null check (size >= 0),
  root_hash text not null,
  checkpoint_text text not null,
  published_at timestamptz not null
);
create index log_checkpoint_newest on counterfoil.log_checkpoint (size desc, checkpoint_id desc);

create table counterfoil.case_file (
  case_id text primary key,
  signal_id text not null unique references counterfoil.signal,
  dedupe_key text not null,
  status text not null,
  version integer not null check (version > 0),
  opened_at timestamptz not null,
  updated_at timestamptz not null,
  -- A snapshot for lists. Who decides folds the journal, which the snapshot's writers cannot change.
  state json not null
);
create unique index case_file_open on counterfoil.case_file (dedupe_key) where status not in ('closed', 'halted');
create index case_file_newest on counterfoil.case_file (opened_at desc, case_id desc);

create table counterfoil.case_event (
  case_id text not null references counterfoil.case_file deferrable initially deferred,
  sequence integer not null check (sequence > 0),
  recorded_at timestamptz not null,
  actor text not null,
  type text not null,
  event json not null,
  leaf_id bigint not null unique references counterfoil.log_leaf,
  primary key (case_id, sequence)
);

create table counterfoil.action (
  digest text primary key check (digest ~ '^sha256:[0-9a-f]{64}$'),
  case_id text not null references counterfoil.case_file deferrable initially deferred,
  status text not null,
  requested_at timestamptz,
  deadline_at timestamptz,
  updated_at timestamptz not null,
  action json not null
);
create index action_case on counterfoil.action (case_id);
create index action_requested on counterfoil.action (requested_at desc, digest desc) where requested_at is not null;

create table counterfoil.review (
  review_id bigint generated always as identity primary key,
  digest text not null references counterfoil.action,
  content_sha256 text not null,
  person_id text not null,
  key_id text not null,
  verdict text not null check (verdict in ('approve', 'deny')),
  recorded_at timestamptz not null,
  leaf_id bigint not null references counterfoil.log_leaf,
  review json not null,
  unique (digest, content_sha256)
);

create table counterfoil.enrolment (
  enrolment_id bigint generated always as identity primary key,
  content_sha256 text not null unique,
  recorded_at timestamptz not null,
  leaf_id bigint not null references counterfoil.log_leaf,
  enrolment json not null
);

create table counterfoil.kill (
  kill_id text primary key,
  engaged_by text not null,
  reason text not null,
  engaged_at timestamptz not null,
  leaf_id bigint not null references counterfoil.log_leaf
);

-- Several lifts of one kill may stand here: one that the guard does not accept must not keep out the next.
create table counterfoil.kill_lift (
  lift_id bigint generated always as identity primary key,
  kill_id text not null references counterfoil.kill,
  recorded_at timestamptz not null,
  leaf_id bigint not null references counterfoil.log_leaf,
  lift json not null
);
create index kill_lift_kill on counterfoil.kill_lift (kill_id, lift_id desc);

create table counterfoil.dismissed_signal (
  signal_id text primary key references counterfoil.signal,
  reason text not null,
  note text not null,
  dismissed_at timestamptz not null,
  leaf_id bigint not null references counterfoil.log_leaf
);
create index dismissed_signal_newest on counterfoil.dismissed_signal (dismissed_at desc, signal_id desc);

create table counterfoil.ingest_report (
  ingest_id bigint generated always as identity primary key,
  recorded_at timestamptz not null,
  leaf_id bigint not null references counterfoil.log_leaf,
  report json not null
);

-- One intent for one digest, for ever: the row is written before the call, and a second one is a conflict.
create table counterfoil.effect_intent (
  digest text primary key references counterfoil.action,
  case_id text not null references counterfoil.case_file,
  idempotency_key text not null unique,
  recorded_at timestamptz not null
);
