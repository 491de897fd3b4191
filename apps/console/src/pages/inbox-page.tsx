import { useQuery } from '@tanstack/react-query';
import type { JsonObject } from '@counterfoil/core';
import { inboxQuery } from '../api/queries.ts';
import { JsonView } from '../parts/json-view.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { PageTitle } from '../parts/page-title.tsx';

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
            <Part title="Slack messages" items={inbox.messages} empty="No message was posted." />
            <Part title="Jira issues" items={inbox.tickets} empty="No issue was created." />
            <Part title="EC2 instances" items={inbox.instances} empty="There are no instances." />
          </div>
        )}
      </Loaded>
    </>
  );
}

function Part({
  title,
  items,
  empty,
}: {
  readonly title: string;
  readonly items: readonly JsonObject[];
  readonly empty: string;
}) {
  return (
    <section>
      <h2>
        {title} <span className="count">{items.length}</span>
      </h2>
      {items.length === 0 ? <p className="muted">{empty}</p> : null}
      <ul className="inbox-items">
        {items.map((item, index) => (
          <li key={index} className="panel">
            <JsonView value={item} />
          </li>
        ))}
      </ul>
    </section>
  );
}
