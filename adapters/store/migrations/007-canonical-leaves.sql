-- Whoever writes a leaf writes what an auditor can read: the canonical text (RFC 8785) of exactly the fields of an entry, of a size that
-- a bundle takes, over a canonical payload under its commitment, at the database's time. What the guard would refuse never gets in.

-- A key's UTF-16 code units as hex: RFC 8785 sorts by them, which differs from the order of code points beyond U+FFFF.
create function counterfoil.utf16_hex(p_key text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select coalesce(string_agg(
    case when point < 65536 then lpad(to_hex(point), 4, '0')
      else to_hex(55296 + ((point - 65536) >> 10)) || to_hex(56320 + ((point - 65536) & 1023)) end,
    '' order by place), '')
  from (select ascii(letter) as point, place from unnest(string_to_array(p_key, null)) with ordinality as each (letter, place)) as points
$$;

-- Numbers as ECMAScript writes them; no integer beyond 2^53 − 1.
create function counterfoil.is_canonical_number(p_number text) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case
    when p_number ~ '^(0|-?[1-9][0-9]*)$' then abs(p_number::numeric) <= 9007199254740991
    when p_number ~ '^-?(0|[1-9][0-9]*)\.[0-9]*[1-9]$'
      then abs(p_number::numeric) >= 0.000001 and p_number::float8::text::numeric = p_number::numeric
    when p_number ~ '^-?[1-9](\.[0-9]*[1-9])?e-[1-9][0-9]{0,2}$'
      then case when abs(p_number::numeric) < 0.000001 and abs(p_number::numeric) >= 5e-324
        then p_number::float8::text::numeric = p_number::numeric else false end
    else false
  end
$$;

-- Whether a text is the canonical form of a JSON value of at most 64 levels. A text that is no JSON at all is an error.
create function counterfoil.is_canonical(p_text text) returns boolean
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  -- What is left when each string, written with the shortest escapes, has become one quote.
  v_frame text := regexp_replace(p_text, '"(?:[^"\\\u0001-\u001f]|\\["\\bfnrt]|\\u00(?:0[0-7be-f]|1[0-9a-f]))*"', '"', 'g');
  -- Opened for its names only; a \u0000 in a name is no less than the smallest other character.
  v_value json := regexp_replace(p_text, '\\u0000', '\\u0001', 'g')::json;
begin
  if v_frame ~ '[^][{}:,"a-z0-9.+-]' then
    return false;
  end if;
  if exists (
    select from regexp_matches(v_frame, '-?[0-9][0-9a-z.+-]*|-', 'g') as number
    where not counterfoil.is_canonical_number(number[1])
  ) then
    return false;
  end if;
  return not exists (
    with recursive node (value, depth) as (
      select v_value, 0
      union all
      select child.value, depth + 1 from node cross join lateral (
        select value from json_each(case json_typeof(node.value) when 'object' then node.value else '{}' end)
        union all
        select value from json_array_elements(case json_typeof(node.value) when 'array' then node.value else '[]' end)
      ) as child
      where json_typeof(node.value) in ('object', 'array') and depth <= 64
    )
    select from node where depth > 64 or (json_typeof(value) = 'object' and not counterfoil.has_sorted_names(value))
  );
end
$$;

create function counterfoil.has_sorted_names(p_object json) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  with name as (select key, place from json_object_keys(p_object) with ordinality as each (key, place)),
  sortable as (
    select place, case when (select bool_or(key ~ '[\uE000-\U0010FFFF]') from name) then counterfoil.utf16_hex(key) else key end collate "C" as key
    from name
  )
  select not exists (
    select from (select key, lag(key) over (order by place) as before from sortable) as pairs where before >= key
  )
$$;

-- Whether a text is a leaf as the guard reads it.
create function counterfoil.is_entry(p_text text) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_entry json;
begin
  if octet_length(p_text) > 65535 or not counterfoil.is_canonical(p_text) then
    return false;
  end if;
  v_entry := counterfoil.readable(p_text);
  if json_typeof(v_entry) <> 'object'
    or (select string_agg(key, ',' order by place) from json_object_keys(v_entry) with ordinality as each (key, place))
      is distinct from 'actor,at,caseId,facts,kind,payloadSha256,v'
    or json_typeof(v_entry -> 'facts') <> 'object'
  then
    return false;
  end if;
  return v_entry ->> 'v' = '1' and json_typeof(v_entry -> 'v') = 'number'
    and json_typeof(v_entry -> 'actor') = 'string' and v_entry ->> 'actor' <> ''
    and json_typeof(v_entry -> 'caseId') in ('string', 'null') and v_entry ->> 'caseId' is distinct from ''
    and json_typeof(v_entry -> 'kind') = 'string'
    and exists (select from counterfoil.entry_right where kind = v_entry ->> 'kind')
    and (v_entry -> 'at')::text ~ '^"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?Z"$'
    and isfinite((v_entry ->> 'at')::timestamptz)
    and (v_entry -> 'payloadSha256')::text ~ '^(null|"sha256:[0-9a-f]{64}")$'
    and not exists (select from json_each(v_entry -> 'facts') where json_typeof(value) in ('object', 'array'));
exception when datetime_field_overflow or invalid_datetime_format or numeric_value_out_of_range then
  return false;
end
$$;

-- `sha256:` and SHA-256 over salt and payload; null where the salt is not canonical base64url.
create function counterfoil.commitment(p_salt text, p_payload text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when p_salt ~ '^[A-Za-z0-9_-]{22,}$' and length(p_salt) % 4 <> 1
      and translate(encode(bytes, 'base64'), E'+/=\n', '-_') = p_salt
    then 'sha256:' || encode(sha256(bytes || convert_to(p_payload, 'UTF8')), 'hex') end
  from (
    select case when p_salt ~ '^[A-Za-z0-9_-]+$' and length(p_salt) % 4 <> 1
      then decode(translate(p_salt, '-_', '+/') || repeat('=', (4 - length(p_salt) % 4) % 4), 'base64') end as bytes
  ) as salt
$$;

-- After check_leaf, by name: kind, case and writer are true by then.
create function counterfoil.check_leaf_text() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_due text := counterfoil.readable(new.entry_text) ->> 'payloadSha256';
begin
  if not counterfoil.is_entry(new.entry_text) then
    raise exception 'a leaf must be the canonical text of an entry, of at most 65535 bytes' using errcode = 'CF004';
  end if;
  if v_due is distinct from (case when new.payload_text is not null then counterfoil.commitment(new.salt, new.payload_text) end)
    or (v_due is null) <> (new.payload_text is null)
  then
    raise exception 'the payload of a leaf must be the one that its entry commits to' using errcode = 'CF004';
  end if;
  if new.payload_text is not null
    and (octet_length(new.payload_text) > 1048576 or not counterfoil.is_canonical(new.payload_text))
  then
    raise exception 'the payload of a leaf must be canonical JSON of at most 1048576 bytes' using errcode = 'CF004';
  end if;
  return new;
end
$$;
create trigger check_leaf_text before insert on counterfoil.log_leaf
  for each row execute function counterfoil.check_leaf_text();

-- A writer's clock is the writer's claim. What counts is the database's: a review recorded late can not say that it was in time.
create function counterfoil.check_leaf_time() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_at timestamptz := (counterfoil.readable(new.entry_text) ->> 'at')::timestamptz;
begin
  if v_at < clock_timestamp() - interval '60 seconds' or v_at > clock_timestamp() + interval '5 seconds' then
    raise exception 'the entry says %, the clock of the database %', v_at, clock_timestamp() using errcode = 'CF005';
  end if;
  if new.recorded_at is distinct from v_at then
    raise exception 'a leaf is recorded when its entry says' using errcode = 'CF005';
  end if;
  return new;
end
$$;
create trigger check_leaf_time before insert on counterfoil.log_leaf
  for each row execute function counterfoil.check_leaf_time();

-- The executor reads times of these rows. The argument is the column that must be the time of the row's leaf.
create function counterfoil.check_row_time() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_time timestamptz;
begin
  if tg_argv[0] = 'engaged_at' then
    v_time := new.engaged_at;
  elsif tg_argv[0] = 'dismissed_at' then
    v_time := new.dismissed_at;
  elsif tg_argv[0] = 'quarantined_at' then
    v_time := new.quarantined_at;
  else
    v_time := new.recorded_at;
  end if;
  if v_time is distinct from (select recorded_at from counterfoil.log_leaf where leaf_id = new.leaf_id) then
    raise exception 'a row of % has another time than its leaf', tg_table_name using errcode = 'CF005';
  end if;
  return new;
end
$$;
create trigger check_row_time before insert on counterfoil.case_event for each row execute function counterfoil.check_row_time('recorded_at');
create trigger check_row_time before insert on counterfoil.review for each row execute function counterfoil.check_row_time('recorded_at');
create trigger check_row_time before insert on counterfoil.enrolment for each row execute function counterfoil.check_row_time('recorded_at');
create trigger check_row_time before insert on counterfoil.kill for each row execute function counterfoil.check_row_time('engaged_at');
create trigger check_row_time before insert on counterfoil.kill_lift for each row execute function counterfoil.check_row_time('recorded_at');
create trigger check_row_time before insert on counterfoil.dismissed_signal for each row execute function counterfoil.check_row_time('dismissed_at');
create trigger check_row_time before insert on counterfoil.ingest_report for each row execute function counterfoil.check_row_time('recorded_at');

-- A leaf from before these rules that is no entry is never given an index. The log says so in an entry of its own, and may say it of no
-- leaf that is an entry: nothing is hidden, least of all by the log.
create table counterfoil.quarantine (
  quarantined_leaf_id bigint primary key references counterfoil.log_leaf,
  quarantined_at timestamptz not null,
  leaf_id bigint not null unique references counterfoil.log_leaf
);
create trigger append_only before update or delete on counterfoil.quarantine for each row execute function counterfoil.refuse_change();
create trigger never_emptied before truncate on counterfoil.quarantine for each statement execute function counterfoil.refuse_change();
create trigger check_own_leaf before insert on counterfoil.quarantine for each row execute function counterfoil.check_own_leaf('leaf_quarantined');
create trigger check_said before insert on counterfoil.quarantine for each row execute function counterfoil.check_said('', 'leafId', 'quarantined_leaf_id');
create trigger check_row_time before insert on counterfoil.quarantine for each row execute function counterfoil.check_row_time('quarantined_at');

create function counterfoil.check_quarantine() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if exists (
    select from counterfoil.log_leaf where leaf_id = new.quarantined_leaf_id
      and (leaf_index is not null or counterfoil.is_entry(entry_text))
  ) then
    raise exception 'leaf % belongs into the log', new.quarantined_leaf_id using errcode = 'CF002';
  end if;
  return new;
end
$$;
create trigger check_quarantine before insert on counterfoil.quarantine for each row execute function counterfoil.check_quarantine();

insert into counterfoil.entry_right (role, kind) values ('cf_log', 'leaf_quarantined');
grant insert, select on counterfoil.quarantine to cf_log;
grant select (actor) on counterfoil.log_leaf to cf_log;
grant select on counterfoil.quarantine to cf_server, cf_operator, cf_executor;

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
