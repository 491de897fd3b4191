-- What levels of autonomy are earned by, and what circuit breakers count. Whether a signature holds is for its reader to say; here is
-- who may record what, and that the log says the same.

-- What an action is about, as the database read it out of the action at its insertion: nobody reports it later.
create table counterfoil.action_scope (
  digest text primary key references counterfoil.action,
  release text not null,
  environment text not null,
  kind text not null,
  on_behalf_of text not null
);
create function counterfoil.read_action_scope() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_binding json := counterfoil.readable(new.action::text) -> 'action' -> 'binding';
begin
  insert into counterfoil.action_scope (digest, release, environment, kind, on_behalf_of)
  values (
    new.digest, coalesce(v_binding ->> 'release', ''), coalesce(v_binding ->> 'environment', ''),
    coalesce(v_binding ->> 'kind', ''), coalesce(v_binding ->> 'onBehalfOf', '')
  );
  return new;
end
$$;
insert into counterfoil.action_scope (digest, release, environment, kind, on_behalf_of)
select digest, coalesce(binding ->> 'release', ''), coalesce(binding ->> 'environment', ''), coalesce(binding ->> 'kind', ''),
  coalesce(binding ->> 'onBehalfOf', '')
from (select digest, counterfoil.readable(action::text) -> 'action' -> 'binding' as binding from counterfoil.action) as each;
create trigger read_action_scope after insert on counterfoil.action for each row execute function counterfoil.read_action_scope();
create index action_effect on counterfoil.action (updated_at)
  where status in ('executing', 'performed', 'unresolved', 'confirmed', 'not_confirmed');
create index case_event_decided on counterfoil.case_event (recorded_at) where type = 'policy_decided';
create index case_event_tool on counterfoil.case_event (recorded_at) where type = 'tool_called';

-- Several marks of one person may stand here: the reader takes the newest that holds.
create table counterfoil.decision_mark (
  mark_id bigint generated always as identity primary key,
  digest text not null references counterfoil.action_scope,
  decision_leaf_id bigint not null references counterfoil.log_leaf,
  recorded_at timestamptz not null,
  leaf_id bigint not null unique references counterfoil.log_leaf,
  mark json not null
);
create index decision_mark_newest on counterfoil.decision_mark (recorded_at);
create index decision_mark_digest on counterfoil.decision_mark (digest);
create function counterfoil.check_marked() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (
    select from counterfoil.log_leaf
    where leaf_id = new.decision_leaf_id and kind = 'policy_decided'
      and counterfoil.readable(entry_text) -> 'facts' ->> 'digest' = new.digest
  ) then
    raise exception 'a mark is of a decision about its own action' using errcode = 'CF002';
  end if;
  return new;
end
$$;
create trigger check_marked before insert on counterfoil.decision_mark for each row execute function counterfoil.check_marked();

create table counterfoil.autonomy_setting (
  act_id text primary key,
  recorded_at timestamptz not null,
  leaf_id bigint not null unique references counterfoil.log_leaf,
  setting json not null
);
create table counterfoil.autonomy_fall (
  act_id text primary key,
  recorded_at timestamptz not null,
  leaf_id bigint not null unique references counterfoil.log_leaf,
  fall json not null
);
create table counterfoil.autonomy_shadow (
  digest text primary key references counterfoil.action,
  recorded_at timestamptz not null,
  leaf_id bigint not null unique references counterfoil.log_leaf,
  shadow json not null
);
create table counterfoil.breaker_opening (
  opening_id text primary key,
  breaker text not null,
  release text not null,
  kind text not null,
  until_at timestamptz not null,
  recorded_at timestamptz not null,
  leaf_id bigint not null unique references counterfoil.log_leaf,
  opening json not null
);
create index breaker_opening_newest on counterfoil.breaker_opening (recorded_at);
create table counterfoil.breaker_closing (
  closing_id bigint generated always as identity primary key,
  opening_id text not null references counterfoil.breaker_opening,
  recorded_at timestamptz not null,
  leaf_id bigint not null unique references counterfoil.log_leaf,
  closing json not null
);
create index breaker_closing_opening on counterfoil.breaker_closing (opening_id);

do $$
declare
  v_table text;
begin
  foreach v_table in array array['action_scope', 'decision_mark', 'autonomy_setting', 'autonomy_fall', 'autonomy_shadow', 'breaker_opening', 'breaker_closing']
  loop
    execute format('create trigger append_only before update or delete on counterfoil.%I for each row execute function counterfoil.refuse_change()', v_table);
    execute format('create trigger never_emptied before truncate on counterfoil.%I for each statement execute function counterfoil.refuse_change()', v_table);
    if v_table <> 'action_scope' then
      execute format('create trigger check_row_time before insert on counterfoil.%I for each row execute function counterfoil.check_row_time(%L)', v_table, 'recorded_at');
    end if;
  end loop;
end
$$;
create trigger check_own_leaf before insert on counterfoil.decision_mark for each row execute function counterfoil.check_own_leaf('decision_marked');
create trigger check_own_leaf before insert on counterfoil.autonomy_setting for each row execute function counterfoil.check_own_leaf('autonomy_set');
create trigger check_own_leaf before insert on counterfoil.autonomy_fall for each row execute function counterfoil.check_own_leaf('autonomy_fell');
create trigger check_own_leaf before insert on counterfoil.autonomy_shadow for each row execute function counterfoil.check_own_leaf('autonomy_shadowed');
create trigger check_own_leaf before insert on counterfoil.breaker_opening for each row execute function counterfoil.check_own_leaf('breaker_opened');
create trigger check_own_leaf before insert on counterfoil.breaker_closing for each row execute function counterfoil.check_own_leaf('breaker_closed');
create trigger check_said before insert on counterfoil.decision_mark for each row execute function counterfoil.check_said('mark', 'digest', 'digest');
create trigger check_said before insert on counterfoil.autonomy_setting for each row execute function counterfoil.check_said('setting', 'actId', 'act_id');
create trigger check_said before insert on counterfoil.autonomy_fall for each row execute function counterfoil.check_said('fall', 'actId', 'act_id');
create trigger check_said before insert on counterfoil.autonomy_shadow for each row execute function counterfoil.check_said('shadow', 'digest', 'digest');
create trigger check_said before insert on counterfoil.breaker_opening for each row execute function counterfoil.check_said('opening', 'openingId', 'opening_id');
create trigger check_said before insert on counterfoil.breaker_closing for each row execute function counterfoil.check_said('closing', 'openingId', 'opening_id');

insert into counterfoil.entry_right (role, kind)
select 'cf_operator', unnest(array['decision_marked', 'autonomy_set', 'breaker_closed']);
insert into counterfoil.entry_right (role, kind)
select 'cf_executor', unnest(array['autonomy_fell', 'autonomy_shadowed', 'breaker_opened']);

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
    when 'payload_erased' then exists (select from counterfoil.erasure where leaf_id = new.leaf_id)
    when 'policy_proposed' then exists (select from counterfoil.policy_change where leaf_id = new.leaf_id)
    when 'policy_approved' then exists (select from counterfoil.policy_approval where leaf_id = new.leaf_id)
    when 'policy_activated' then exists (select from counterfoil.policy_activation where leaf_id = new.leaf_id)
    when 'policy_shadowed' then exists (select from counterfoil.policy_shadow where leaf_id = new.leaf_id)
    when 'decision_marked' then exists (select from counterfoil.decision_mark where leaf_id = new.leaf_id)
    when 'autonomy_set' then exists (select from counterfoil.autonomy_setting where leaf_id = new.leaf_id)
    when 'autonomy_fell' then exists (select from counterfoil.autonomy_fall where leaf_id = new.leaf_id)
    when 'autonomy_shadowed' then exists (select from counterfoil.autonomy_shadow where leaf_id = new.leaf_id)
    when 'breaker_opened' then exists (select from counterfoil.breaker_opening where leaf_id = new.leaf_id)
    when 'breaker_closed' then exists (select from counterfoil.breaker_closing where leaf_id = new.leaf_id)
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
grant select on counterfoil.action_scope, counterfoil.decision_mark, counterfoil.autonomy_setting, counterfoil.autonomy_fall,
  counterfoil.autonomy_shadow, counterfoil.breaker_opening, counterfoil.breaker_closing to cf_executor, cf_operator, cf_server;
grant insert on counterfoil.decision_mark, counterfoil.autonomy_setting, counterfoil.breaker_closing to cf_operator;
grant insert on counterfoil.autonomy_fall, counterfoil.autonomy_shadow, counterfoil.breaker_opening to cf_executor;
