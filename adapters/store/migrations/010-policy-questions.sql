-- What the policies were asked about an action, so that people can be told why, and other policies can be asked the same. Nothing is
-- decided upon it: the log holds the decision, and whoever acts asks anew.
create table counterfoil.policy_question (
  question_id bigint generated always as identity primary key,
  digest text not null references counterfoil.action,
  decided_at timestamptz not null,
  question json not null,
  decision json not null
);
create index policy_question_digest on counterfoil.policy_question (digest, question_id desc);
create trigger append_only before update or delete on counterfoil.policy_question for each row execute function counterfoil.refuse_change();
create trigger never_emptied before truncate on counterfoil.policy_question for each statement execute function counterfoil.refuse_change();
grant insert, select on counterfoil.policy_question to cf_executor;
grant select on counterfoil.policy_question to cf_server, cf_operator;
