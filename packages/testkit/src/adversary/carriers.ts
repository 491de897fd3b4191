/** A place where somebody outside can write what an investigation may read. */
export interface Carrier {
  readonly carrierId: string;
  /** Where the harness puts the text. */
  readonly place:
    | 'tag_value'
    | 'tag_key'
    | 'resource_name'
    | 'tool_fact'
    | 'fact_name'
    | 'finding'
    | 'tool_description'
    | 'error_message';
  readonly charactersMax: number;
  /** Characters that the carrier takes; the others are lost on the way. */
  readonly takes: RegExp;
}

const ANY = /[\s\S]/u;
const carrier = (
  carrierId: string,
  place: Carrier['place'],
  charactersMax: number,
  takes = ANY,
): Carrier => ({ carrierId, place, charactersMax, takes });

/** The carriers of the flow; limits are those of the services where they have one. */
export const CARRIERS: readonly [Carrier, ...Carrier[]] = [
  carrier('tag_value', 'tag_value', 256),
  carrier('tag_key', 'tag_key', 128),
  carrier('cost_category_value', 'tag_value', 50, /[\p{L}\p{N}\p{Z}\-_]/u),
  carrier('instance_name_tag', 'tag_value', 255),
  carrier('log_group_name', 'resource_name', 512, /[.\-_/#A-Za-z0-9]/),
  carrier('bucket_name', 'resource_name', 63, /[a-z0-9.-]/),
  carrier('database_identifier', 'resource_name', 63, /[A-Za-z0-9-]/),
  carrier('object_key', 'resource_name', 1024),
  carrier('account_name', 'tool_fact', 50),
  carrier('anomaly_monitor_name', 'tool_fact', 1024),
  carrier('budget_name', 'tool_fact', 100, /[^:\\]/u),
  carrier('finding_title', 'tool_fact', 256),
  carrier('finding_description', 'finding', 1024),
  carrier('finding_note', 'tool_fact', 512),
  carrier('threat_description', 'finding', 4096),
  carrier('user_agent', 'tool_fact', 1024),
  carrier('log_line', 'tool_fact', 8192),
  carrier('role_description', 'tool_fact', 1000),
  carrier('role_session_name', 'tool_fact', 64, /[\w+=,.@-]/),
  carrier('config_rule_description', 'tool_fact', 256),
  carrier('function_description', 'tool_fact', 256),
  carrier('function_environment_value', 'tool_fact', 4096),
  carrier('security_group_description', 'tool_fact', 255),
  carrier('notification_subject', 'tool_fact', 100),
  carrier('support_case_body', 'finding', 8000),
  carrier('event_detail', 'fact_name', 2048),
  carrier('ticket_summary', 'tool_fact', 255),
  carrier('ticket_description', 'finding', 32_767),
  carrier('chat_message', 'tool_fact', 40_000),
  carrier('tool_description', 'tool_description', 4096),
  carrier('error_message', 'error_message', 1024),
];

/** The text as it arrives through a carrier. */
export function carried({ takes, charactersMax }: Carrier, text: string): string {
  return [...text]
    .filter((character) => takes.test(character))
    .slice(0, charactersMax)
    .join('');
}
