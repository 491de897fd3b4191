-- What the tables say, the log must be able to prove, whoever writes them. So a leaf stands beside its row and says the same as it;
-- the agent's part of a journal ends where the executor's begins; and kills and intents get their places in the order in which they hold.

-- One row for one leaf; also what the trigger below looks up.
alter table counterfoil.review add unique (leaf_id);
alter table counterfoil.enrolment add unique (leaf_id);
alter table counterfoil.kill add unique (leaf_id);
alter table counterfoil.kill_lift add unique (leaf_id);
alter table counterfoil.dismissed_signal add unique (leaf_id);
alter table counterfoil.ingest_report add unique (leaf_id);

-- A leaf without its row would be believed by an auditor and unknown to the executor: a kill that stops nothing, a proposal nobody saw.
create function counterfoil.require_row() returns trigger
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
    else exists (select from counterfoil.case_event where leaf_id = new.leaf_id)
  end;
begin
  if not v_found then
    raise exception 'a leaf % needs its row', new.kind using errcode = 'CF002';
  end if;
  return new;
end
$$;
create constraint trigger require_row after insert on counterfoil.log_leaf
  deferrable initially deferred for each row execute function counterfoil.require_row();

-- The executor acts upon the row, an auditor judges by the leaf. Arguments: the column that the payload must equal, the fact
-- that must be that of a column, and this column; an empty one is not compared.
create function counterfoil.check_said() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_row json := counterfoil.readable(to_json(new)::text);
  v_entry json;
  v_payload jsonb;
begin
  select counterfoil.readable(entry_text), counterfoil.readable(payload_text)::jsonb into v_entry, v_payload
  from counterfoil.log_leaf where leaf_id = new.leaf_id;
  if (tg_argv[0] <> '' and v_payload is distinct from (v_row -> tg_argv[0])::jsonb)
    or (tg_argv[1] <> '' and v_entry -> 'facts' ->> tg_argv[1] is distinct from v_row ->> tg_argv[2])
  then
    raise exception 'a row of % says something else than its leaf', tg_table_name using errcode = 'CF002';
  end if;
  return new;
end
$$;
create trigger check_said before insert on counterfoil.case_event for each row execute function counterfoil.check_said('event', '', '');
create trigger check_said before insert on counterfoil.review for each row execute function counterfoil.check_said('review', 'digest', 'digest');
create trigger check_said before insert on counterfoil.enrolment for each row execute function counterfoil.check_said('enrolment', '', '');
create trigger check_said before insert on counterfoil.kill for each row execute function counterfoil.check_said('', 'killId', 'kill_id');
create trigger check_said before insert on counterfoil.kill_lift for each row execute function counterfoil.check_said('lift', 'killId', 'kill_id');
create trigger check_said before insert on counterfoil.ingest_report for each row execute function counterfoil.check_said('report', '', '');

-- Once concluded, once proposed: a second proposal would take actions out of the case that are under way.
create unique index case_event_once on counterfoil.case_event (case_id, type) where type in ('conclusion_reached', 'proposal_made');

-- The agent may neither close nor change a case that the executor has taken over: the outcome of a call would find no case to be
-- recorded in. And each action that it proposes is this case's, so that no other case can name it.
create function counterfoil.check_agent_part() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_actions json := counterfoil.readable(new.event::text) -> 'proposal' -> 'actions';
begin
  if session_user = 'cf_agent'
    and exists (select from counterfoil.case_event where case_id = new.case_id and actor <> session_user)
  then
    raise exception 'case % is the executor''s by now', new.case_id using errcode = 'CF002';
  end if;
  if new.type = 'proposal_made' and (
    select count(distinct a.digest) from json_array_elements(v_actions) as each
    join counterfoil.action a on a.digest = each ->> 'digest' and a.case_id = new.case_id
  ) is distinct from json_array_length(v_actions)
  then
    raise exception 'a proposal names each action of its own case once' using errcode = 'CF002';
  end if;
  return new;
end
$$;
create trigger check_agent_part before insert on counterfoil.case_event for each row execute function counterfoil.check_agent_part();

-- The log orders leaves by their ids, and an id is taken before its transaction ends. A kill and an intent under way at the same
-- time could so stand in the wrong order, and an effect that no kill forbade could not be proved. So they wait for each other and
-- take their ids then. Nobody holds up a kill by keeping the lock; an intent that cannot have it fails, and is tried again.
create function counterfoil.order_leaf() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '2s' as $$
begin
  if new.kind = 'effect_intended' then
    perform pg_advisory_xact_lock_shared(hashtext('counterfoil.kill'));
  else
    begin
      perform pg_advisory_xact_lock(hashtext('counterfoil.kill'));
    exception when lock_not_available then
      null;
    end;
  end if;
  new.leaf_id := nextval(pg_get_serial_sequence('counterfoil.log_leaf', 'leaf_id'));
  return new;
end
$$;
create trigger order_leaf before insert on counterfoil.log_leaf
  for each row when (new.kind in ('kill_engaged', 'effect_intended')) execute function counterfoil.order_leaf();

revoke all on all functions in schema counterfoil from public;
