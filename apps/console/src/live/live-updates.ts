import { useEffect, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { ChangeView } from '@counterfoil/api';

/** Which queries each kind of change makes old. */
const QUERIES_OF: Readonly<Record<ChangeView['channel'], readonly string[]>> = {
  leaf: [],
  case: ['cases', 'approvals', 'dismissed', 'inbox'],
  checkpoint: ['log', 'session', 'cases', 'ingests', 'dismissed'],
  kill: ['session'],
};

const GATHER_MS = 300;

/** Keeps what is shown fresh: reads again what changed, and everything after the connection was lost. */
export function useLiveUpdates(): 'connecting' | 'live' | 'lost' {
  const client = useQueryClient();
  const [status, setStatus] = useState<'connecting' | 'live' | 'lost'>('connecting');
  useEffect(() => {
    const source = new EventSource('/api/events');
    const stale = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | null = null;
    const flush = () => {
      timer = null;
      for (const key of stale) void client.invalidateQueries({ queryKey: [key] });
      stale.clear();
    };
    const onChange = (event: MessageEvent<string>) => {
      const { channel } = JSON.parse(event.data) as ChangeView;
      for (const key of QUERIES_OF[channel]) stale.add(key);
      timer ??= setTimeout(flush, GATHER_MS);
    };
    source.addEventListener('change', onChange);
    source.addEventListener('ready', () => {
      setStatus((before) => {
        if (before === 'lost') void client.invalidateQueries();
        return 'live';
      });
    });
    source.addEventListener('error', () => setStatus('lost'));
    return () => {
      source.close();
      if (timer !== null) clearTimeout(timer);
    };
  }, [client]);
  return status;
}
