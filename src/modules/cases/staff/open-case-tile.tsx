import { Go, Part, Sheet, useRead, useWords } from '../../../ui/index.ts';
import type { OpenCases } from '../contract.ts';
import { caseOfPatientApi, casePath } from '../paths.ts';
import { caseWords } from './words.ts';
import css from './cases.module.css';

/** On the card: the open cases of this patient, and what each still lacks. Nothing open, nothing shown. */
export function OpenCaseTile({ patient }: { patient: string }) {
  const t = useWords(caseWords);
  const { data } = useRead<OpenCases>(caseOfPatientApi(patient), { types: ['EpisodeOfCare', 'Encounter', 'Condition'], patient });
  if (!data || data.cases.length === 0) return null;
  return (
    <Part title={t.tile(data.cases.length)}>
      <Sheet kind="pad">
        <ul className={css.tile}>
          {data.cases.map((one) => (
            <li key={one.id}>
              <Go to={casePath(one.id)}>{one.diagnosis ? one.diagnosis.text : t.noDiagnosis}</Go>
              <small>{[t.days(one.days), t.visitsCount(one.visits), one.doctor.name].join(' · ')}</small>
              {one.missing && one.missing.length > 0 ? <small>{t.left} {[...new Set(one.missing.map((each) => t.missing(each.what)))].join(', ')}</small> : null}
            </li>
          ))}
        </ul>
      </Sheet>
    </Part>
  );
}
