import { useQuery } from '@tanstack/react-query';
import { visibleText, type JsonObject } from '@counterfoil/core';
import { inboxQuery } from '../api/queries.ts';
import { JsonView } from '../parts/json-view.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { Quoted } from '../parts/values.tsx';

/** What our actions did to the stand-ins of Slack, Jira and AWS. */
export function InboxPage() {
  const query = useQuery(inboxQuery);
  return (
    <>
      <PageTitle
        title="Stand-in inbox"
        lead="The demonstration's stand-ins of Slack, Jira and AWS, as they are now. Only approved actions change them."
      />
      <Loaded query={query}>
        {(inbox) => (
          <div className="inbox">
            <Part
              title="Slack messages"
              empty="No message was posted."
              items={inbox.messages}
              shown={{ heading: ['channelId'], body: 'text' }}
            />
            <Part
              title="Jira issues"
              empty="No issue was created."
              items={inbox.tickets}
              shown={{ heading: ['key', 'summary'], body: 'description' }}
            />
            <Part
              title="EC2 instances"
              empty="There are no instances."
              items={inbox.instances}
              shown={{ heading: ['instanceId', 'state'], body: null }}
            />
          </div>
        )}
      </Loaded>
    </>
  );
}

/** Which fields of an item are its heading and its text; the others follow as they are. */
interface Shown {
  readonly heading: readonly string[];
  readonly body: string | null;
}

function Part({
  title,
  items,
  empty,
  shown,
}: {
  readonly title: string;
  readonly items: readonly JsonObject[];
  readonly empty: string;
  readonly shown: Shown;
}) {
  return (
    <section>
      <h2>
        {title} <span className="count">{items.length}</span>
      </h2>
      {items.length === 0 ? <p className="muted">{empty}</p> : null}
      <ul className="inbox-items">
        {items.map((item, index) => (
          <Item key={index} item={item} shown={shown} />
        ))}
      </ul>
    </section>
  );
}

function Item({ item, shown }: { readonly item: JsonObject; readonly shown: Shown }) {
  const heading = shown.heading.map((name) => String(item[name] ?? '')).filter(Boolean);
  const body = shown.body === null ? undefined : item[shown.body];
  const rest = Object.entries(item).filter(
    ([name, value]) => !shown.heading.includes(name) && name !== shown.body && value !== null,
  );
  return (
    <li className="panel">
      <p className="strong breakable">{visibleText(heading.join(' · '))}</p>
      {typeof body === 'string' && body !== '' ? <Quoted text={body} /> : null}
      <details>
        <summary>Details</summary>
        <JsonView value={Object.fromEntries(rest)} />
      </details>
    </li>
  );
}
