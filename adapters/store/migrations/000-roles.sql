-- Runs at every migration, as the administrator; repeatable. Roles belong to the whole server, the rest to one database.
-- cf_owner owns every object and cannot log in. The others are what processes log in as; passwords are set by `migrate`.
do $$
declare
  v_role text;
begin
  foreach v_role in array array['cf_owner', 'cf_agent', 'cf_executor', 'cf_server', 'cf_lake', 'cf_log', 'cf_operator']
  loop
    if not exists (select from pg_catalog.pg_roles where rolname = v_role) then
      begin
        execute format('create role %I nologin noinherit', v_role);
      exception when duplicate_object or unique_violation then
        null; -- another database of this server is being migrated at the same time
      end;
    end if;
  end loop;
  if not pg_catalog.pg_has_role(current_user, 'cf_owner', 'usage') then
    execute format('grant cf_owner to %I', current_user);
  end if;
  execute format('revoke all on database %I from public', current_database());
  execute format('grant create on database %I to cf_owner', current_database());
  execute format(
    'grant connect on database %I to cf_agent, cf_executor, cf_server, cf_lake, cf_log, cf_operator',
    current_database()
  );
end
$$;
