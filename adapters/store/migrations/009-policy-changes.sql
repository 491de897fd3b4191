-- Changes of the policies: proposed by one signature, approved by others, put into effect. Whether signatures hold is for the guard,
-- in the executor and in every auditor's hands, to say; here is who may record what, and that the log says the same.
create table counterfoil.policy_change (
  change_id text primary key,
  bundle_sha256 text not null check (bundle_sha256 ~ '^[0-9a-f]{64}$'),
  files json not null,
  recorded_at timestamptz not null,
  leaf_id bigint not null unique references counterfoil.log_leaf,
  statement json not null
);
create index policy_change_bundle on counterfoil.policy_change (bundle_sha256);

-- Several approvals of one person may stand here: one that the guard does not accept must not keep out the next.
create table counterfoil.policy_approval (
  approval_id bigint generated always as identity primary key,
  change_id text not null references counterfoil.policy_change,
  recorded_at timestamptz not null,
  leaf_id bigint not null unique references counterfoil.log_leaf,
  approval json not null
);

create table counterfoil.policy_activation (
  activation_id bigint generated always as identity primary key,
  change_id text not null references counterfoil.policy_change,
  recorded_at timestamptz not null,
  leaf_id bigint not null unique references counterfoil.log_leaf
);

-- What a second bundle, asked beside the one in effect, would have answered.
create table counterfoil.policy_shadow (
  digest text not null references counterfoil.action,
  shadow_sha256 text not null,
  recorded_at timestamptz not null,
  leaf_id bigint not null unique references counterfoil.log_leaf,
  answer json not null,
  primary key (digest, shadow_sha256)
);
create index policy_shadow_newest on counterfoil.policy_shadow (recorded_at desc);

-- Which bundle is asked beside; the newest row counts, one without a bundle ends it. Nothing depends on it, so nobody signs it.
create table counterfoil.policy_shadow_choice (
  choice_id bigint generated always as identity primary key,
  bundle_sha256 text check (bundle_sha256 ~ '^[0-9a-f]{64}$'),
  files json,
  recorded_at timestamptz not null,
  check ((bundle_sha256 is null) = (files is null))
);

do $$
declare
  v_table text;
begin
  foreach v_table in array array['policy_change', 'policy_approval', 'policy_activation', 'policy_shadow', 'policy_shadow_choice']
  loop
    execute format('create trigger append_only before update or delete on counterfoil.%I for each row execute function counterfoil.refuse_change()', v_table);
    execute format('create trigger never_emptied before truncate on counterfoil.%I for each statement execute function counterfoil.refuse_change()', v_table);
  end loop;
end
$$;
create trigger check_own_leaf before insert on counterfoil.policy_change for each row execute function counterfoil.check_own_leaf('policy_proposed');
create trigger check_own_leaf before insert on counterfoil.policy_approval for each row execute function counterfoil.check_own_leaf('policy_approved');
create trigger check_own_leaf before insert on counterfoil.policy_activation for each row execute function counterfoil.check_own_leaf('policy_activated');
create trigger check_own_leaf before insert on counterfoil.policy_shadow for each row execute function counterfoil.check_own_leaf('policy_shadowed');
create trigger check_said before insert on counterfoil.policy_change for each row execute function counterfoil.check_said('statement', 'changeId', 'change_id');
create trigger check_said before insert on counterfoil.policy_approval for each row execute function counterfoil.check_said('approval', 'changeId', 'change_id');
create trigger check_said before insert on counterfoil.policy_activation for each row execute function counterfoil.check_said('', 'changeId', 'change_id');
create trigger check_said before insert on counterfoil.policy_shadow for each row execute function counterfoil.check_said('answer', 'digest', 'digest');

insert into counterfoil.entry_right (role, kind)
select 'cf_operator', unnest(array['policy_proposed', 'policy_approved', 'policy_activated']);
insert into counterfoil.entry_right (role, kind) values ('cf_executor', 'policy_shadowed');

create or replace function counterfoil.require_row() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_found boolean := case new.kind
    when 'signal_received' then true
    when 'review_refused' then true
    when 'review_submitted' then exists (select from counterfoil.review where leaf_id = new.leaf_id)
    when 'approver_enrolled' then exists (select from counterfoil.enrolment where leaf_id = new.leaf_id)
    when 'kill_engaged' then exists (select from counterfoil.kill where leaf_id = new.leaf_id)
    when 'kill_lifted' then exists (select from counterfoil.kill_lift where leaf_id = new.leaf_id)
    when 'signal_dismissed' then exists (select from counterfoil.dismissed_signal where leaf_id = new.leaf_id)
    when 'ingest_completed' then exists (select from counterfoil.ingest_report where leaf_id = new.leaf_id)
    when 'leaf_quarantined' then exists (select from counterfoil.quarantine where leaf_id = new.leaf_id)
    when 'policy_proposed' then exists (select from counterfoil.policy_change where leaf_id = new.leaf_id)
    when 'policy_approved' then exists (select from counterfoil.policy_approval where leaf_id = new.leaf_id)
    when 'policy_activated' then exists (select from counterfoil.policy_activation where leaf_id = new.leaf_id)
    when 'policy_shadowed' then exists (select from counterfoil.policy_shadow where leaf_id = new.leaf_id)
    else exists (select from counterfoil.case_event where leaf_id = new.leaf_id)
  end;
begin
  if not v_found then
    raise exception 'a leaf % needs its row', new.kind using errcode = 'CF002';
  end if;
  return new;
end
$$;

revoke all on all functions in schema counterfoil from public;
grant select, insert on counterfoil.policy_change, counterfoil.policy_approval, counterfoil.policy_activation,
  counterfoil.policy_shadow_choice to cf_operator;
grant select on counterfoil.policy_shadow to cf_operator;
grant select on counterfoil.policy_change, counterfoil.policy_approval, counterfoil.policy_activation, counterfoil.policy_shadow,
  counterfoil.policy_shadow_choice to cf_server, cf_executor;
grant insert on counterfoil.policy_shadow to cf_executor;
-- The agent binds the hash of what is in effect; whether it is, the executor says.
grant select (activation_id, change_id) on counterfoil.policy_activation to cf_agent;
grant select (change_id, bundle_sha256) on counterfoil.policy_change to cf_agent;
