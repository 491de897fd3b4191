-- Two queues in two schemas, made by the job engine's own migrations and owned by cf_owner. A worker role has the rows
-- of its queue, not the objects: functions that run with the owner's rights call into these schemas, so who could
-- replace something there could act as the owner.
do $$
declare
  v_queue record;
  v_table text;
begin
  for v_queue in select * from (values ('jobs_agent', 'cf_agent'), ('jobs_executor', 'cf_executor')) as q (name, worker)
  loop
    execute format('grant usage on schema %I to %I', v_queue.name, v_queue.worker);
    execute format('revoke all on all functions in schema %I from public', v_queue.name);
    execute format('grant execute on all functions in schema %I to %I', v_queue.name, v_queue.worker);
    execute format('grant select on %I.migrations, %I.jobs to %I', v_queue.name, v_queue.name, v_queue.worker);
    foreach v_table in array array['_private_jobs', '_private_job_queues', '_private_tasks', '_private_known_crontabs']
    loop
      execute format('grant select, insert, update, delete on %I.%I to %I', v_queue.name, v_table, v_queue.worker);
      execute format('create policy worker on %I.%I to %I using (true) with check (true)', v_queue.name, v_table, v_queue.worker);
    end loop;
  end loop;
end
$$;

-- Enqueues in the caller's transaction, also into a queue that the caller does not own, as far as job_right allows.
-- `p_jobs` is an array of {queue, task, payload, key, runAt?}. A waiting job of the same task and key is replaced, and
-- keeps the earlier of the two times: a reminder for later never swallows a call for now. The task is part of the
-- key, so nobody replaces another task's job by guessing its key.
create function counterfoil.enqueue(p_jobs json) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_job record;
  v_schema text;
  v_key text;
  v_waiting_at timestamptz;
begin
  for v_job in
    select j ->> 'queue' as queue, j ->> 'task' as task, j -> 'payload' as payload, j ->> 'key' as key,
      coalesce((j ->> 'runAt')::timestamptz, now()) as run_at
    from json_array_elements(p_jobs) as j
    order by 1, 2, 4 -- always the same order, so that two transactions do not wait for each other
  loop
    if not exists (
      select from counterfoil.job_right where role = session_user and queue = v_job.queue and task = v_job.task
    ) then
      raise exception 'role % may not enqueue % for the %', session_user, v_job.task, v_job.queue using errcode = 'CF002';
    end if;
    v_schema := 'jobs_' || v_job.queue;
    v_key := v_job.task || ':' || v_job.key;
    execute format('select run_at from %I._private_jobs where key = $1 and locked_at is null', v_schema)
      into v_waiting_at using v_key;
    execute format('select from %I.add_job($1, $2, run_at => $3, job_key => $4, max_attempts => 8)', v_schema)
      using v_job.task, v_job.payload, least(v_job.run_at, v_waiting_at), v_key;
  end loop;
end
$$;

-- Jobs that failed for the last time, oldest first. A job whose key was taken over by a newer one is not among them.
create function counterfoil.dead_letters()
returns table (queue text, job_id bigint, task text, payload json, attempts int, last_error text, failed_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select 'agent', j.id, t.identifier, j.payload, j.attempts::int, j.last_error, j.updated_at
  from jobs_agent._private_jobs j join jobs_agent._private_tasks t on t.id = j.task_id
  where j.attempts >= j.max_attempts and j.locked_at is null and j.key is not null
  union all
  select 'executor', j.id, t.identifier, j.payload, j.attempts::int, j.last_error, j.updated_at
  from jobs_executor._private_jobs j join jobs_executor._private_tasks t on t.id = j.task_id
  where j.attempts >= j.max_attempts and j.locked_at is null and j.key is not null
  order by 7, 1, 2
$$;

-- Gives a dead letter all its attempts again, now. False when there is no such dead letter.
create function counterfoil.redrive(p_queue text, p_job_id bigint) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_found boolean;
begin
  if p_queue not in ('agent', 'executor') then
    return false;
  end if;
  execute format(
    'update %I._private_jobs set attempts = 0, flags = null, run_at = now(), updated_at = now()
      where id = $1 and attempts >= max_attempts and locked_at is null and key is not null returning true',
    'jobs_' || p_queue
  ) into v_found using p_job_id;
  if v_found then
    perform pg_notify('jobs:insert', '{"count":1}');
  end if;
  return coalesce(v_found, false);
end
$$;

revoke all on function counterfoil.enqueue(json), counterfoil.dead_letters(), counterfoil.redrive(text, bigint) from public;
grant execute on function counterfoil.enqueue(json) to cf_agent, cf_executor, cf_server, cf_lake, cf_operator;
grant execute on function counterfoil.dead_letters() to cf_server, cf_operator;
grant execute on function counterfoil.redrive(text, bigint) to cf_operator;
