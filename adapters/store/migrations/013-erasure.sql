-- What a person wrote can be erased; that it was, and why, is an entry of the log. The leaf keeps its place and its commitment, so every
-- proof holds; payload and salt go, and with the salt the way to guess them. The row beside the leaf goes too.
create table counterfoil.erasure (
  erased_leaf_id bigint primary key references counterfoil.log_leaf,
  recorded_at timestamptz not null,
  leaf_id bigint not null unique references counterfoil.log_leaf
);
create trigger append_only before update or delete on counterfoil.erasure for each row execute function counterfoil.refuse_change();
create trigger never_emptied before truncate on counterfoil.erasure for each statement execute function counterfoil.refuse_change();
create trigger check_own_leaf before insert on counterfoil.erasure for each row execute function counterfoil.check_own_leaf('payload_erased');
create trigger check_said before insert on counterfoil.erasure for each row execute function counterfoil.check_said('', 'leafId', 'erased_leaf_id');
create trigger check_row_time before insert on counterfoil.erasure for each row execute function counterfoil.check_row_time('recorded_at');

-- Only reviews, and only of cases that are over: nothing may be decided any more by what is missing.
create function counterfoil.check_erasure() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (
    select from counterfoil.log_leaf l join counterfoil.case_file c using (case_id)
    where l.leaf_id = new.erased_leaf_id and l.leaf_index is not null and l.payload_text is not null
      and l.kind in ('review_submitted', 'review_refused') and c.status in ('closed', 'halted')
  ) then
    raise exception 'only a review of a case that is over can be erased, once' using errcode = 'CF002';
  end if;
  return new;
end
$$;
create trigger check_erasure before insert on counterfoil.erasure for each row execute function counterfoil.check_erasure();

create or replace function counterfoil.check_leaf_index() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if (old.leaf_id, old.kind, old.case_id, old.actor, old.recorded_at, old.entry_text)
    is distinct from (new.leaf_id, new.kind, new.case_id, new.actor, new.recorded_at, new.entry_text)
  then
    raise exception 'a leaf never changes' using errcode = 'CF003';
  end if;
  if (old.salt, old.payload_text) is distinct from (new.salt, new.payload_text) then
    if new.leaf_index is distinct from old.leaf_index or new.salt is not null or new.payload_text is not null
      or not exists (select from counterfoil.erasure where erased_leaf_id = new.leaf_id)
    then
      raise exception 'a payload is erased whole, and by an entry that says so' using errcode = 'CF003';
    end if;
  elsif old.leaf_index is not null or new.leaf_index is null then
    raise exception 'a leaf is given its index once' using errcode = 'CF003';
  end if;
  return new;
end
$$;

create function counterfoil.refuse_unless_erased() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'DELETE' and exists (select from counterfoil.erasure where erased_leaf_id = old.leaf_id) then
    return old;
  end if;
  raise exception '% is append-only', tg_table_name using errcode = 'CF003';
end
$$;
drop trigger append_only on counterfoil.review;
create trigger append_only before update or delete on counterfoil.review for each row execute function counterfoil.refuse_unless_erased();

create function counterfoil.apply_erasure() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update counterfoil.log_leaf set salt = null, payload_text = null where leaf_id = new.erased_leaf_id;
  delete from counterfoil.review where leaf_id = new.erased_leaf_id;
  return new;
end
$$;
create trigger apply_erasure after insert on counterfoil.erasure for each row execute function counterfoil.apply_erasure();

insert into counterfoil.entry_right (role, kind) values ('cf_operator', 'payload_erased');
grant insert, select on counterfoil.erasure to cf_operator;
grant select on counterfoil.erasure to cf_server, cf_executor;

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
