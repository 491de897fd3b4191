-- Under which change record the agent proposes changes of an account. Nothing depends on it: the id stands in the binding that people
-- sign, and the executor asks the system of change records itself. So nobody signs it; the newest row of an account and kind counts,
-- one without a change ends it, and one without a kind is for all kinds.
create table counterfoil.change_attachment (
  attachment_id bigint generated always as identity primary key,
  account text not null check (account <> ''),
  kind text check (kind <> ''),
  change_id text check (change_id ~ '^[A-Za-z0-9][A-Za-z0-9_-]{1,63}$'),
  recorded_at timestamptz not null
);
create index change_attachment_newest on counterfoil.change_attachment (account, attachment_id desc);
create trigger append_only before update or delete on counterfoil.change_attachment for each row execute function counterfoil.refuse_change();
create trigger never_emptied before truncate on counterfoil.change_attachment for each statement execute function counterfoil.refuse_change();
grant select, insert on counterfoil.change_attachment to cf_operator;
grant select on counterfoil.change_attachment to cf_agent, cf_executor, cf_server;
