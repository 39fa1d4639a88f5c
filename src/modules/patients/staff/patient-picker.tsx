import { Lookup, api, formatAge, formatDay, useLanguage, useWords, usePaletteSearch, type LookupOption, type PaletteSearch } from '../../../ui/index.ts';
import type { FoundPerson, PersonAnswer } from '../contract.ts';
import { words } from './words.ts';

export function findByText(text: string, signal?: AbortSignal): Promise<FoundPerson[]> {
  return api.post<FoundPerson[]>('/patients/find', { text }, { signal });
}

interface PersonOption extends LookupOption {
  person: PersonAnswer;
}

export interface PatientPickerProps {
  value: PersonAnswer | undefined;
  onChange: (person: PersonAnswer | undefined) => void;
  label?: string;
  autoFocus?: boolean;
  /** Persons who are not offered. */
  except?: readonly string[];
}

/** Chooses a person by typing whatever is known: name, birth date, phone, numbers. */
export function PatientPicker({ value, onChange, label, autoFocus = false, except = [] }: PatientPickerProps) {
  const t = useWords(words);
  const language = useLanguage();
  const option = (person: PersonAnswer & { card?: string | undefined }): PersonOption => ({
    key: person.id, text: person.name, person,
    note: [person.birthDate ? `${formatDay(person.birthDate, { language })}, ${formatAge(person.birthDate, { language })}` : '', person.card ? t.card(person.card) : ''].filter(Boolean).join(' · '),
  });
  return (
    <Lookup<PersonOption>
      label={label ?? t.findPatient} hint={t.findHint} autoFocus={autoFocus} value={value && option(value)} onChange={(chosen) => onChange(chosen?.person)}
      search={async (typed, signal) => (await findByText(typed, signal)).filter(({ id }) => !except.includes(id)).map(option)}
    />
  );
}

const searches = new Map<string, PaletteSearch>();

/** Patients in the command palette (Ctrl+K) while the workspace stands; `path` leads to what this role opens. */
export function usePatientSearch(path: (patient: string) => string): void {
  const t = useWords(words);
  const language = useLanguage();
  const key = `${path('')} ${language}`;
  let search = searches.get(key);
  if (!search) {
    search = {
      key: 'patients',
      title: t.patients,
      search: async (typed, signal) => (await findByText(typed, signal)).slice(0, 8).map((person) => ({
        key: person.id, text: person.name, path: path(person.id),
        note: [person.birthDate ? formatAge(person.birthDate, { language }) : '', person.birthDate ? formatDay(person.birthDate, { language }) : '', person.clinic].filter(Boolean).join(' · '),
      })),
    };
    searches.set(key, search);
  }
  usePaletteSearch(search);
}
