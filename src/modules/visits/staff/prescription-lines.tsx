import { useState } from 'react';
import { LookupInput, api, newKey, useLanguage, useWords, type LookupOption } from '../../../ui/index.ts';
import type { MedicineProposal, PrescriptionValue, StopValue } from '../contract.ts';
import type { DeskState, DraftDesk } from './draft-desk.ts';
import { entriesOf, focusOn } from './entries.ts';
import css from './visit.module.css';
import { words } from './words.ts';

interface Option extends LookupOption {
  medicine: MedicineProposal;
}

/** What was proposed in this window, so that a chosen medicine keeps its usual forms and dosing at hand. */
const seen = new Map<string, MedicineProposal>();

async function medicinesFor(text: string, encounter: string, signal?: AbortSignal): Promise<MedicineProposal[]> {
  const { medicines } = await api.post<{ medicines: MedicineProposal[] }>('/lookup/medicines', { text, encounter, limit: 8 }, { signal });
  for (const medicine of medicines) seen.set(medicine.code, medicine);
  return medicines;
}

/** Prescriptions by МНН: «бисопр» Enter, the usual dose Enter. A warning stands under its line and asks for a reason. */
export function PrescriptionLines({ desk, state, encounter, mayEdit }: { desk: DraftDesk; state: DeskState; encounter: string; mayEdit: boolean }) {
  const t = useWords(words);
  const language = useLanguage();
  const [round, setRound] = useState(0);
  const entries = entriesOf<PrescriptionValue>(state, 'prescription');
  const stops = entriesOf<StopValue>(state, 'stop');
  const search = async (typed: string, signal: AbortSignal): Promise<readonly Option[]> =>
    (await medicinesFor(typed, encounter, signal)).map((medicine) => ({
      key: medicine.code, text: medicine.name, medicine,
      note: [medicine.forms[0] ? `${medicine.forms[0].form} ${medicine.forms[0].strengths.join(', ')}` : '', medicine.warnings[0] ? `⚠ ${medicine.warnings[0][language]}` : ''].filter(Boolean).join(' · '),
    }));
  const take = (medicine: MedicineProposal) => {
    const linkId = `prescription:${newKey()}`;
    const form = medicine.forms[0];
    desk.type(linkId, { kind: 'prescription', medicine: { code: medicine.code, name: medicine.name }, ...(form ? { form: form.form } : {}), warnings: medicine.warnings });
    setRound(round + 1);
    focusOn(`dosage-${linkId}`);
  };
  return (
    <>
      <ul className={css.entries}>
        {entries.map(({ linkId, value }) => <PrescriptionLine key={linkId} linkId={linkId} value={value} desk={desk} encounter={encounter} mayEdit={mayEdit} refused={state.refused.get(linkId)} />)}
        {stops.map(({ linkId, value }) => (
          <li key={linkId} className={css.entry}>
            <div>{t.stopped}: <s>{value.name}</s></div>
            {mayEdit ? <button type="button" className={css.drop} aria-label={t.remove(value.name)} onClick={() => desk.type(linkId, null)}>×</button> : null}
          </li>
        ))}
      </ul>
      {mayEdit ? (
        <LookupInput<Option> key={round} inline className={css.line} control={{ id: 'prescription-new' }} label={t.prescriptions} search={search} value={undefined} onChange={(option) => option && take(option.medicine)} placeholder={t.typeMedicine} />
      ) : entries.length === 0 ? <p className={css.hint}>{t.doctorWrites}</p> : null}
    </>
  );
}

function PrescriptionLine({ linkId, value, desk, encounter, mayEdit, refused }: { linkId: string; value: PrescriptionValue; desk: DraftDesk; encounter: string; mayEdit: boolean; refused: string | undefined }) {
  const t = useWords(words);
  const language = useLanguage();
  const change = (part: Partial<PrescriptionValue>) => desk.type(linkId, { ...(desk.value(linkId) as PrescriptionValue), ...part });
  const name = value.medicine.name;
  const medicine = seen.get(value.medicine.code);
  const forms = (medicine?.forms ?? []).flatMap(({ form, strengths }) => strengths.map((strength) => ({ key: `${form} ${strength}`, form, strength })));
  const usual = async (typed: string): Promise<readonly LookupOption[]> => {
    const known = medicine ?? (await medicinesFor(name, encounter))[0];
    const fitting = (known?.dosing ?? []).filter((dosing) => dosing.replaceAll('\u00a0', ' ').startsWith(typed.trim()));
    return fitting.map((dosing) => ({ key: dosing, text: dosing }));
  };
  const takeDosage = (dosage: string) => {
    const strength = forms.find((form) => dosage.replaceAll('\u00a0', ' ').startsWith(form.strength.replaceAll('\u00a0', ' ')));
    const term = /(\d+)\s+дн/u.exec(dosage.replaceAll('\u00a0', ' '))?.[1];
    change({ dosage, ...(strength ? { form: strength.form, strength: strength.strength } : {}), ...(term ? { days: Number(term) } : {}) });
  };
  return (
    <li className={css.entry} id={`answer-${linkId}`} onBlur={() => void desk.flush()}>
      <div>
        <div className={css.facts}>
          <b>{name}</b>
          {forms.length > 0 ? (
            <select
              aria-label={`${t.form}: ${name}`} value={`${value.form ?? ''} ${value.strength ?? ''}`} disabled={!mayEdit}
              onChange={(event) => {
                const form = forms.find((each) => each.key === event.target.value);
                if (form) change({ form: form.form, strength: form.strength });
              }}
            >
              {value.strength ? null : <option value={`${value.form ?? ''} `}>{value.form ?? '—'}</option>}
              {forms.map((form) => <option key={form.key} value={form.key}>{form.key}</option>)}
            </select>
          ) : <span>{[value.form, value.strength].filter(Boolean).join(' ')}</span>}
          <span className={css.grow}>
            <DosageInput id={`dosage-${linkId}`} label={`${t.dosage}: ${name}`} value={value.dosage ?? ''} usual={usual} disabled={!mayEdit} onText={(dosage) => change({ dosage })} onTake={takeDosage} placeholder={t.typeDosage} first={medicine?.dosing ?? []} />
          </span>
          <span>
            <input aria-label={`${t.days}: ${name}`} data-short inputMode="numeric" value={value.days ?? ''} placeholder="—" disabled={!mayEdit} onChange={(event) => changeDays(event.target.value, value, desk, linkId)} /> {t.daysShort}
          </span>
        </div>
        {refused ? <p className={css.refused} role="alert">{refused}</p> : null}
      </div>
      {mayEdit ? <button type="button" className={css.drop} aria-label={t.remove(name)} onClick={() => desk.type(linkId, null)}>×</button> : null}
      {value.warnings.length > 0 ? (
        <div className={css.warning} data-high={value.warnings.some((warning) => warning.severity === 'high') || undefined} role="status">
          {value.warnings.map((warning) => <span key={warning.ru}>⚠ {warning[language]}</span>)}
          <input aria-label={`${t.reason}: ${name}`} value={value.reason ?? ''} placeholder={t.reason} disabled={!mayEdit} onChange={(event) => change({ reason: event.target.value })} />
        </div>
      ) : null}
    </li>
  );
}

function changeDays(text: string, value: PrescriptionValue, desk: DraftDesk, linkId: string): void {
  const days = Number.parseInt(text, 10);
  const { days: _, ...rest } = value;
  desk.type(linkId, Number.isInteger(days) && days > 0 && days <= 3660 ? { ...rest, days } : rest);
}

interface DosageProps {
  id: string;
  label: string;
  value: string;
  placeholder: string;
  disabled: boolean;
  first: readonly string[];
  usual: (typed: string) => Promise<readonly LookupOption[]>;
  onText: (text: string) => void;
  onTake: (text: string) => void;
}

/** Usual dosing stands under the field from the moment it is reached: Enter takes the first. Anything else may be typed. */
function DosageInput({ id, label, value, placeholder, disabled, first, usual, onText, onTake }: DosageProps) {
  const options = first.slice(0, 8).map((dosing) => ({ key: dosing, text: dosing }));
  const known = options.length > 0;
  return (
    <LookupInput
      control={{ id }} label={label} className={css.line} inline disabled={disabled} placeholder={placeholder} {...(known ? { options } : { search: (typed: string) => usual(typed) })}
      value={value ? { key: value, text: value } : undefined} text={value} onText={onText}
      onChange={(option: LookupOption | undefined) => {
        if (!option) return;
        onTake(option.text);
        focusOn('prescription-new');
      }}
    />
  );
}
