-- Exactly what each process needs. Nothing here lets anybody update or delete a journal, a leaf, a review or a kill.
revoke all on all functions in schema counterfoil from public;
grant usage on schema counterfoil to cf_agent, cf_executor, cf_server, cf_lake, cf_log, cf_operator;

-- Everybody logs as themselves and may stop everything; payloads and other roles' leaves are read by few.
grant insert (kind, case_id, actor, recorded_at, entry_text, salt, payload_text), select (leaf_id, leaf_index, kind, case_id)
  on counterfoil.log_leaf to cf_agent, cf_executor, cf_server, cf_lake, cf_log, cf_operator;
grant insert, select on counterfoil.kill to cf_agent, cf_executor, cf_server, cf_lake, cf_log, cf_operator;
grant select on counterfoil.kill_lift, counterfoil.log_checkpoint to cf_agent, cf_executor, cf_server, cf_lake, cf_log, cf_operator;

-- Agent: signals in, cases and proposals out. No review, no enrolment, no payload of the log.
grant select on counterfoil.signal, counterfoil.case_file, counterfoil.case_event, counterfoil.action, counterfoil.dismissed_signal to cf_agent;
grant insert on counterfoil.case_file, counterfoil.case_event, counterfoil.action, counterfoil.dismissed_signal to cf_agent;
grant update (status, version, updated_at, state) on counterfoil.case_file to cf_agent;

-- Executor: reads what it must verify, writes decisions and effects.
grant select on counterfoil.signal, counterfoil.case_file, counterfoil.case_event, counterfoil.action, counterfoil.review,
  counterfoil.enrolment, counterfoil.effect_intent, counterfoil.log_leaf to cf_executor;
grant insert on counterfoil.case_event, counterfoil.effect_intent to cf_executor;
grant update (status, version, updated_at, state) on counterfoil.case_file to cf_executor;
grant update (status, requested_at, deadline_at, updated_at, action) on counterfoil.action to cf_executor;

-- Server and operator: read everything that people see, record what people sign.
grant select on counterfoil.signal, counterfoil.case_file, counterfoil.case_event, counterfoil.action, counterfoil.review,
  counterfoil.enrolment, counterfoil.effect_intent, counterfoil.log_leaf, counterfoil.dismissed_signal, counterfoil.ingest_report
  to cf_server, cf_operator;
grant insert on counterfoil.review, counterfoil.enrolment, counterfoil.kill_lift to cf_server, cf_operator;

-- Lake: writes signals and ingests; of a case it sees its opening, which carries scope and data version.
grant select, insert on counterfoil.signal, counterfoil.ingest_report to cf_lake;
grant select (case_id, signal_id) on counterfoil.case_file to cf_lake;
grant select on counterfoil.case_event to cf_lake;
alter table counterfoil.case_event enable row level security;
create policy whole on counterfoil.case_event to cf_agent, cf_executor, cf_server, cf_operator using (true) with check (true);
create policy opening on counterfoil.case_event for select to cf_lake using (type = 'case_opened');

-- Log: gives indexes and publishes; sees entries, never payloads.
grant select (entry_text), update (leaf_index) on counterfoil.log_leaf to cf_log;
grant insert on counterfoil.log_checkpoint to cf_log;
