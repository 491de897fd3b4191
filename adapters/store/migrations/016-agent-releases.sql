-- What an agent release is made of, as the agent says at its start. The newest row of a name is what runs under it; other contents
-- under a name that people raised a level for take that level back, so saying something else here can only lower it.
create table counterfoil.agent_release (
  release_id bigint generated always as identity primary key,
  name text not null check (name <> ''),
  release_sha256 text not null check (release_sha256 ~ '^[0-9a-f]{64}$'),
  recorded_at timestamptz not null,
  leaf_id bigint not null unique references counterfoil.log_leaf,
  manifest json not null
);
create index agent_release_newest on counterfoil.agent_release (name, release_id desc);
create trigger append_only before update or delete on counterfoil.agent_release for each row execute function counterfoil.refuse_change();
create trigger never_emptied before truncate on counterfoil.agent_release for each statement execute function counterfoil.refuse_change();
create trigger check_own_leaf before insert on counterfoil.agent_release for each row execute function counterfoil.check_own_leaf('release_recorded');
create trigger check_said before insert on counterfoil.agent_release for each row execute function counterfoil.check_said('manifest', 'releaseSha256', 'release_sha256');
create trigger check_row_time before insert on counterfoil.agent_release for each row execute function counterfoil.check_row_time('recorded_at');
insert into counterfoil.entry_right (role, kind) values ('cf_agent', 'release_recorded');

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
    when 'release_recorded' then exists (select from counterfoil.agent_release where leaf_id = new.leaf_id)
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
grant select, insert on counterfoil.agent_release to cf_agent;
grant select on counterfoil.agent_release to cf_executor, cf_operator, cf_server;
