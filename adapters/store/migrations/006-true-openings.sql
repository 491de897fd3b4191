-- A case opens on the whole signal that the lake wrote: what it costs, and which element, stand on cards and in messages too.
create function counterfoil.check_opening() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_signal json := counterfoil.readable(new.event::text) -> 'signal';
begin
  if not exists (
    select from counterfoil.signal s join counterfoil.case_file c using (signal_id)
    where c.case_id = new.case_id and counterfoil.readable(s.body::text)::jsonb = v_signal::jsonb
  ) then
    raise exception 'case % opens on another signal than the lake wrote', new.case_id using errcode = 'CF002';
  end if;
  return new;
end
$$;
create trigger check_opening before insert on counterfoil.case_event
  for each row when (new.type = 'case_opened') execute function counterfoil.check_opening();

revoke all on all functions in schema counterfoil from public;
