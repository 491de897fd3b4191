import { Link } from '@tanstack/react-router';
import { PageTitle } from '../parts/page-title.tsx';

/** The answer to an address that no page has. */
export function NotFoundPage() {
  return (
    <>
      <PageTitle title="Nothing is here" lead="No page has this address." />
      <p>
        <Link to="/">Go to the cases</Link>
      </p>
    </>
  );
}
