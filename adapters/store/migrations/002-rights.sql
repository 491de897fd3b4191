-- Which role may write which entry of the log, and so which event of a journal. Read by triggers, changed by migrations only.
create table counterfoil.entry_right (role text, kind text, primary key (role, kind));
insert into counterfoil.entry_right (role, kind)
select role, unnest(kinds)
from (
  values
    ('cf_agent', array['case_opened', 'tool_called', 'conclusion_reached', 'proposal_made', 'signal_dismissed', 'case_closed', 'case_halted']),
    ('cf_executor', array['policy_decided', 'approval_requested', 'approval_resolved', 'effect_intended', 'effect_refused', 'effect_performed', 'effect_unresolved', 'effect_verified', 'case_closed', 'case_halted', 'review_refused']),
    ('cf_server', array['review_submitted', 'review_refused', 'approver_enrolled', 'kill_lifted']),
    ('cf_operator', array['review_submitted', 'review_refused', 'approver_enrolled', 'kill_lifted']),
    ('cf_lake', array['signal_received', 'ingest_completed'])
) as granted (role, kinds);
-- Anybody may stop everything.
insert into counterfoil.entry_right (role, kind)
select unnest(array['cf_agent', 'cf_executor', 'cf_server', 'cf_operator', 'cf_lake', 'cf_log']), 'kill_engaged';

-- Which role may enqueue which work.
create table counterfoil.job_right (role text, queue text, task text, primary key (role, queue, task));
insert into counterfoil.job_right (role, queue, task)
select role, queue, unnest(tasks)
from (
  values
    ('cf_lake', 'agent', array['triage']),
    ('cf_agent', 'agent', array['triage', 'investigate', 'propose']),
    ('cf_agent', 'executor', array['gate']),
    ('cf_executor', 'executor', array['gate', 'resolve', 'execute', 'verify']),
    ('cf_server', 'executor', array['resolve']),
    ('cf_operator', 'executor', array['resolve'])
) as granted (role, queue, tasks);

-- PostgreSQL opens no field of a JSON text that holds \u0000 or half a surrogate pair anywhere, and outside text may hold both.
-- For comparing only: what is stored stays as it was written.
create function counterfoil.readable(p_text text) returns json
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select regexp_replace(p_text, '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g')::json
$$;

-- The login role decides, so a function that runs with its owner's rights still sees who asked.
create function counterfoil.check_entry_right(p_kind text) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from counterfoil.entry_right where role = session_user and kind = p_kind) then
    raise exception 'role % may not record %', session_user, p_kind using errcode = 'CF002';
  end if;
end
$$;

create function counterfoil.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'CF003';
end
$$;
do $$
declare
  v_table text;
begin
  foreach v_table in array array['signal', 'case_event', 'review', 'enrolment', 'kill', 'kill_lift', 'dismissed_signal', 'ingest_report', 'effect_intent', 'log_checkpoint']
  loop
    execute format('create trigger append_only before update or delete on counterfoil.%I for each row execute function counterfoil.refuse_change()', v_table);
    execute format('create trigger never_emptied before truncate on counterfoil.%I for each statement execute function counterfoil.refuse_change()', v_table);
  end loop;
end
$$;
create trigger append_only before delete on counterfoil.log_leaf for each row execute function counterfoil.refuse_change();
create trigger never_emptied before truncate on counterfoil.log_leaf for each statement execute function counterfoil.refuse_change();

-- A leaf says who wrote it and what it is; both must be true.
create function counterfoil.check_leaf() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_entry json := counterfoil.readable(new.entry_text);
begin
  perform counterfoil.check_entry_right(new.kind);
  if new.leaf_index is not null then
    raise exception 'only the log gives indexes' using errcode = 'CF002';
  end if;
  if new.actor is distinct from session_user
    or v_entry ->> 'actor' is distinct from session_user
    or v_entry ->> 'kind' is distinct from new.kind
    or v_entry ->> 'caseId' is distinct from new.case_id
  then
    raise exception 'the entry of a leaf must name its own kind, case and writer (%)', session_user using errcode = 'CF002';
  end if;
  return new;
end
$$;
create trigger check_leaf before insert on counterfoil.log_leaf for each row execute function counterfoil.check_leaf();

-- The index is given once, in an unbroken row, and nothing else of a leaf ever changes.
create function counterfoil.check_leaf_index() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if old.leaf_index is not null or new.leaf_index is null
    or (old.leaf_id, old.kind, old.case_id, old.actor, old.recorded_at, old.entry_text, old.salt, old.payload_text)
      is distinct from
      (new.leaf_id, new.kind, new.case_id, new.actor, new.recorded_at, new.entry_text, new.salt, new.payload_text)
  then
    raise exception 'a leaf is given its index once and never changes' using errcode = 'CF003';
  end if;
  return new;
end
$$;
create trigger check_leaf_index before update on counterfoil.log_leaf for each row execute function counterfoil.check_leaf_index();

-- A journal event has its leaf, of the same kind and case, written by the same role; an opening repeats its signal truly.
create function counterfoil.check_event() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_event json := counterfoil.readable(new.event::text);
  v_signal json := v_event -> 'signal';
begin
  perform counterfoil.check_entry_right(new.type);
  if v_event ->> 'type' is distinct from new.type or new.actor is distinct from session_user then
    raise exception 'an event must name its own type and its writer (%)', session_user using errcode = 'CF002';
  end if;
  if not exists (
    select from counterfoil.log_leaf
    where leaf_id = new.leaf_id and kind = new.type and case_id = new.case_id and actor = session_user
  ) then
    raise exception 'an event needs its own leaf of the log' using errcode = 'CF002';
  end if;
  if new.sequence is distinct from 1 + coalesce(
    (select max(sequence) from counterfoil.case_event where case_id = new.case_id), 0
  ) then
    raise exception 'event % of case % is out of order', new.sequence, new.case_id using errcode = 'unique_violation';
  end if;
  if (new.type = 'case_opened') is distinct from (new.sequence = 1) then
    raise exception 'a journal begins with case_opened, once' using errcode = 'CF002';
  end if;
  if new.type = 'case_opened' and not exists (
    select from counterfoil.signal s join counterfoil.case_file c using (signal_id)
    where c.case_id = new.case_id
      and s.signal_id = v_signal ->> 'signalId'
      and s.kind = v_signal ->> 'kind'
      and s.dedupe_key = v_signal ->> 'dedupeKey'
      and s.dedupe_key = c.dedupe_key
      and s.data_version = v_signal ->> 'dataVersion'
      and to_jsonb(s.scope_accounts) = (v_signal -> 'scopeAccounts')::jsonb
  ) then
    raise exception 'case % opens on another signal, scope or data version than the lake wrote', new.case_id using errcode = 'CF002';
  end if;
  return new;
end
$$;
create trigger check_event before insert on counterfoil.case_event for each row execute function counterfoil.check_event();

-- Who records something beside the log must have logged it, as themselves. The argument is the leaf's kind.
create function counterfoil.check_own_leaf() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (
    select from counterfoil.log_leaf where leaf_id = new.leaf_id and kind = tg_argv[0] and actor = session_user
  ) then
    raise exception '% needs its own leaf %', tg_table_name, tg_argv[0] using errcode = 'CF002';
  end if;
  return new;
end
$$;
create trigger check_own_leaf before insert on counterfoil.review for each row execute function counterfoil.check_own_leaf('review_submitted');
create trigger check_own_leaf before insert on counterfoil.enrolment for each row execute function counterfoil.check_own_leaf('approver_enrolled');
create trigger check_own_leaf before insert on counterfoil.kill for each row execute function counterfoil.check_own_leaf('kill_engaged');
create trigger check_own_leaf before insert on counterfoil.kill_lift for each row execute function counterfoil.check_own_leaf('kill_lifted');
create trigger check_own_leaf before insert on counterfoil.dismissed_signal for each row execute function counterfoil.check_own_leaf('signal_dismissed');
create trigger check_own_leaf before insert on counterfoil.ingest_report for each row execute function counterfoil.check_own_leaf('ingest_completed');

-- The agent may put actions forward; only the executor moves them on.
create function counterfoil.check_action() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'UPDATE' and (old.digest, old.case_id) is distinct from (new.digest, new.case_id) then
    raise exception 'an action keeps its digest and its case' using errcode = 'CF003';
  end if;
  if session_user = 'cf_agent' and (new.status <> 'proposed' or new.requested_at is not null) then
    raise exception 'the agent may only propose' using errcode = 'CF002';
  end if;
  return new;
end
$$;
create trigger check_action before insert or update on counterfoil.action for each row execute function counterfoil.check_action();

-- No intent while a kill stands that nobody lifted. Whether a lift is genuine is for the guard, in the executor, to say.
-- Checked twice: at the statement, and again at commit, so that a kill which came in between counts.
create function counterfoil.refuse_while_killed() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_kill_id text;
begin
  select k.kill_id into v_kill_id from counterfoil.kill k
  where not exists (select from counterfoil.kill_lift l where l.kill_id = k.kill_id) limit 1;
  if found then
    raise exception 'kill % is engaged', v_kill_id using errcode = 'CF001';
  end if;
  return new;
end
$$;
create trigger refuse_while_killed before insert on counterfoil.effect_intent for each row execute function counterfoil.refuse_while_killed();
create constraint trigger refuse_while_killed_at_commit after insert on counterfoil.effect_intent
  deferrable initially deferred for each row execute function counterfoil.refuse_while_killed();

-- An intent in a journal has its row, so the kill switch and the rule of one intent hold for whoever writes the journal.
create function counterfoil.require_intent() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_event json := counterfoil.readable(new.event::text);
begin
  if not exists (
    select from counterfoil.effect_intent
    where digest = v_event ->> 'digest' and case_id = new.case_id
      and idempotency_key = v_event ->> 'idempotencyKey'
  ) then
    raise exception 'effect_intended needs its intent row' using errcode = 'CF002';
  end if;
  return new;
end
$$;
create constraint trigger require_intent after insert on counterfoil.case_event
  deferrable initially deferred for each row when (new.type = 'effect_intended') execute function counterfoil.require_intent();

create function counterfoil.check_checkpoint() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if new.size < (select coalesce(max(size), 0) from counterfoil.log_checkpoint)
    or new.size > (select coalesce(max(leaf_index) + 1, 0) from counterfoil.log_leaf)
  then
    raise exception 'a checkpoint neither shrinks the log nor covers leaves it does not have' using errcode = 'CF003';
  end if;
  return new;
end
$$;
create trigger check_checkpoint before insert on counterfoil.log_checkpoint for each row execute function counterfoil.check_checkpoint();
