import { useEffect, useState, useSyncExternalStore } from 'react';
import { api } from '../../../ui/index.ts';
import type { ChangesAnswer, SaveAnswer, VisitAnswer } from '../contract.ts';
import { visitApi } from '../paths.ts';
import { openDeviceStore } from './device-store.ts';
import { DraftDesk, type DeskState } from './draft-desk.ts';

/** The desk of a visit for as long as its page is open; another draft is another page. */
export function useDesk(visit: VisitAnswer, me: { reference: string; name: string }): { desk: DraftDesk; state: DeskState } {
  const { id } = visit.encounter;
  const { reference } = me;
  const [desk] = useState(() => openDesk(visit, me));
  useEffect(() => {
    desk.start(openDeviceStore(reference, id, desk.editor));
    return () => desk.end();
  }, [desk, reference, id]);
  return { desk, state: useSyncExternalStore(desk.subscribe, desk.getState, desk.getState) };
}

function openDesk(visit: VisitAnswer, me: { reference: string; name: string }): DraftDesk {
  const path = visitApi(visit.encounter.id);
  return new DraftDesk(visit, me, {
    save: (input) => api.patch<SaveAnswer>(`${path}/fields`, input),
    changes: (since, signal) => api.get<ChangesAnswer>(`${path}/changes?since=${since}&wait=25`, { signal, seconds: 40 }),
  });
}
