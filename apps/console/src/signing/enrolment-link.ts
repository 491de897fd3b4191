const PREFIX = '#enrol=';

/**
 * Takes the seed out of the address, so that it stays in no history entry and in no copied link. A fragment is never
 * sent to a server. Null where the page was not opened by an enrolment link.
 */
export function takeEnrolmentSeed(
  location: Pick<Location, 'hash' | 'pathname' | 'search'>,
  history: Pick<History, 'replaceState'>,
): string | null {
  if (!location.hash.startsWith(PREFIX)) return null;
  const seed = location.hash.slice(PREFIX.length);
  history.replaceState(null, '', `${location.pathname}${location.search}`);
  return seed;
}
