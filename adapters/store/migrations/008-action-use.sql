-- What limits of policy count: a row of places, one for each action that was about to run. A place is taken under a lock, so of
-- two actions that are decided at once the second sees the first. Only the place itself ever changes.
create sequence counterfoil.action_place;
create table counterfoil.action_use (
  digest text primary key references counterfoil.action,
  class text not null,
  kind text not null,
  account text not null,
  amount_cents bigint not null check (amount_cents >= 0),
  currency text not null,
  place bigint not null unique,
  reserved_at timestamptz not null
);
create index action_use_newest on counterfoil.action_use (reserved_at);

create function counterfoil.check_place() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if (old.digest, old.class, old.kind, old.account, old.amount_cents, old.currency)
    is distinct from (new.digest, new.class, new.kind, new.account, new.amount_cents, new.currency)
    or new.place <= old.place
  then
    raise exception 'an action keeps what it counts for and moves only to the end of the row' using errcode = 'CF003';
  end if;
  if exists (select from counterfoil.effect_intent where digest = old.digest) then
    raise exception 'an action whose intent stands keeps its place' using errcode = 'CF003';
  end if;
  return new;
end
$$;
create trigger check_place before update on counterfoil.action_use for each row execute function counterfoil.check_place();
create trigger append_only before delete on counterfoil.action_use for each row execute function counterfoil.refuse_change();
create trigger never_emptied before truncate on counterfoil.action_use for each statement execute function counterfoil.refuse_change();

revoke all on all functions in schema counterfoil from public;
grant select, insert, update (place, reserved_at) on counterfoil.action_use to cf_executor;
grant usage on sequence counterfoil.action_place to cf_executor;
grant select on counterfoil.action_use to cf_server, cf_operator;

-- How good the data is that a case rests on, as the lake recorded it.
grant select on counterfoil.ingest_report to cf_executor;
