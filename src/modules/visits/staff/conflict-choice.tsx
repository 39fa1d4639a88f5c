import { Button, formatTime, shortName, useLanguage, useWords } from '../../../ui/index.ts';
import type { Conflict, FieldValue } from '../contract.ts';
import type { DeskState, DraftDesk } from './draft-desk.ts';
import css from './visit.module.css';
import { words } from './words.ts';

/** Both values of a field that two people changed, with whose they are; one act decides. */
export function ConflictChoice({ conflict, desk, state }: { conflict: Conflict; desk: DraftDesk; state: DeskState }) {
  const t = useWords(words);
  const standing = state.fields.get(conflict.linkId);
  const decide = (value: FieldValue | null) => {
    desk.type(conflict.linkId, value, { decides: true });
    void desk.flush();
  };
  const one = standing?.value ?? null;
  const both = typeof one === 'string' && typeof conflict.value === 'string' ? `${one}\n${conflict.value}` : undefined;
  return (
    <div className={css.conflict} role="alert" id={`conflict-${conflict.linkId}`}>
      <b>{t.conflict}</b>
      <Side value={one} by={standing?.author?.name ?? ''} at={standing?.at} onTake={() => decide(one)} />
      <Side value={conflict.value} by={conflict.author.name} at={conflict.at} onTake={() => decide(conflict.value)} />
      {both ? <span><Button small kind="quiet" onClick={() => decide(both)}>{t.takeBoth}</Button></span> : null}
    </div>
  );
}

function Side({ value, by, at, onTake }: { value: FieldValue | null; by: string; at: string | undefined; onTake: () => void }) {
  const t = useWords(words);
  const language = useLanguage();
  return (
    <div>
      <p>
        {valueText(value, language) || t.empty}
        <br />
        <small>{[shortName(by), at ? formatTime(at) : ''].filter(Boolean).join(', ')}</small>
      </p>
      <Button small onClick={onTake}>{t.takeThis}</Button>
    </div>
  );
}

function valueText(value: FieldValue | null, language: 'ru' | 'en'): string {
  if (value === null) return '';
  if (typeof value === 'number') return language === 'ru' ? String(value).replace('.', ',') : String(value);
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? '✓' : '—';
  if (value.kind === 'prescription') return `${value.medicine.name}: ${value.dosage ?? ''}`;
  if (value.kind === 'diagnosis') return `${value.code} ${value.display}`;
  return value.kind === 'coding' ? value.display : value.name;
}
