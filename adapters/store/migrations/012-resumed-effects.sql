-- A grant that is made after a crash is an entry of its own. It takes its place among the kills as an intent does, and none is
-- written while a kill stands that nobody lifted.
insert into counterfoil.entry_right (role, kind) values ('cf_executor', 'effect_resumed');

create or replace function counterfoil.order_leaf() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '2s' as $$
begin
  if new.kind in ('effect_intended', 'effect_resumed') then
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
drop trigger order_leaf on counterfoil.log_leaf;
create trigger order_leaf before insert on counterfoil.log_leaf
  for each row when (new.kind in ('kill_engaged', 'effect_intended', 'effect_resumed')) execute function counterfoil.order_leaf();

create trigger refuse_resumed_while_killed before insert on counterfoil.case_event
  for each row when (new.type = 'effect_resumed') execute function counterfoil.refuse_while_killed();
create constraint trigger refuse_resumed_while_killed_at_commit after insert on counterfoil.case_event
  deferrable initially deferred for each row when (new.type = 'effect_resumed') execute function counterfoil.refuse_while_killed();

-- Only what was intended is resumed.
create function counterfoil.check_resumed() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_digest text := counterfoil.readable(new.event::text) ->> 'digest';
begin
  if not exists (select from counterfoil.effect_intent where digest = v_digest and case_id = new.case_id) then
    raise exception 'effect_resumed needs the intent that it goes on with' using errcode = 'CF002';
  end if;
  return new;
end
$$;
create trigger check_resumed before insert on counterfoil.case_event
  for each row when (new.type = 'effect_resumed') execute function counterfoil.check_resumed();

revoke all on all functions in schema counterfoil from public;
