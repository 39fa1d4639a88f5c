import { useState } from 'react';
import { Button, ChoiceField, CopyText, DateField, Part, RefusalNotice, Sheet, TextField, call, toast, useAct, useWords } from '../../../ui/index.ts';
import { jobsApi } from '../paths.ts';
import { words } from '../words.ts';
import css from './exchange.module.css';

type Level = 'system' | 'patients' | 'group';

/** Begins an export; the same request stands below for a program that may see more. */
export function NewExport() {
  const t = useWords(words);
  const [level, setLevel] = useState<Level>('system');
  const [group, setGroup] = useState('');
  const [types, setTypes] = useState('');
  const [since, setSince] = useState<string>();
  const start = useAct((_: void, given) => call(`/fhir/R4${address.path}`, { ...given, headers: { Prefer: 'respond-async' } }), { renews: [jobsApi], onDone: () => toast(t.exportBegun) });
  const partial = since !== undefined && since.length < 10 ? t.sinceWhole : undefined;
  const address = addressOf({ level, group, types, since: partial ? undefined : since });
  const reason = partial ?? (level === 'group' && !group.trim() ? t.needGroup : level === 'system' ? undefined : t.patientsClosed);
  return (
    <Part title={t.newExport}>
      <Sheet kind="pad">
        <div className={css.form}>
          <ChoiceField<Level> label={t.exportOf} value={level} onChange={(next) => { setLevel(next); start.forget(); }} hint={level === 'system' ? t.levelHint : t.patientsClosed} options={[{ value: 'system', text: t.levelSystem }, { value: 'patients', text: t.levelPatients }, { value: 'group', text: t.levelGroup }]} />
          {level === 'group' ? <TextField label={t.groupId} value={group} onChange={setGroup} /> : null}
          <TextField label={t.types} value={types} onChange={setTypes} hint={t.typesHint} optional />
          <DateField label={t.since} value={since} onChange={setSince} error={partial} optional />
          {start.refusal ? <RefusalNotice error={start.refusal} /> : null}
          <div><Button kind="main" busy={start.busy} reason={reason} onClick={() => start.run()}>{t.startExport}</Button></div>
          <div>
            <small>{t.request}</small>
            <div className={css.request}><code>{address.shown}</code><CopyText text={address.whole} what={t.request} /></div>
          </div>
        </div>
      </Sheet>
    </Part>
  );
}

function addressOf({ level, group, types, since }: { level: Level; group: string; types: string; since: string | undefined }): { path: string; shown: string; whole: string } {
  const at = { system: '', patients: '/Patient', group: `/Group/${group.trim() ? encodeURIComponent(group.trim()) : '{id}'}` }[level];
  const named = types.split(/[\s,;]+/).filter(Boolean).join(',');
  const query = [named ? `_type=${encodeURIComponent(named).replaceAll('%2C', ',')}` : '', since ? `_since=${encodeURIComponent(new Date(`${since}T00:00:00`).toISOString())}` : ''].filter(Boolean).join('&');
  const path = `${at}/$export${query ? `?${query}` : ''}`;
  return { path, shown: `GET /fhir/R4${path} · Prefer: respond-async`, whole: `curl -H 'Prefer: respond-async' -H 'Authorization: Bearer …' '${location.origin}/fhir/R4${path}'` };
}
