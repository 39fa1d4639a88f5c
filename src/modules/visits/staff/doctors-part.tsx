import { Part, Sheet, useLanguage, useWords } from '../../../ui/index.ts';
import { diagnosisText, isEmpty, mayEdit, prescriptionText, sectionOfField, type Role, type Template } from '../rules.ts';
import type { DeskField, DeskState } from './draft-desk.ts';
import css from './visit.module.css';
import { words } from './words.ts';

/** What the doctor writes, as it grows: the nurse reads it and cannot touch it. */
export function DoctorsPart({ template, state, role }: { template: Template; state: DeskState; role: Role }) {
  const t = useWords(words);
  const language = useLanguage();
  const theirs = [...state.fields.values()].filter((field) => !isEmpty(field.value) && !mayEdit(role, field.linkId, template) && !template.items.get(field.linkId)?.calculated);
  const sections = template.sections.map((section) => ({ section, fields: theirs.filter((field) => sectionOfField(template, field.linkId) === section) })).filter(({ fields }) => fields.length > 0);
  if (sections.length === 0) return null;
  return (
    <div className={css.apart}>
    <Part title={t.doctorsPart}>
      <Sheet kind="pad">
        <div className={css.earlier}>
          {sections.map(({ section, fields }) => (
            <div key={section.linkId}>
              <h3>{section.title[language]}</h3>
              <p>{fields.map((field) => said(field, language)).filter(Boolean).join('\n')}</p>
            </div>
          ))}
        </div>
      </Sheet>
    </Part>
    </div>
  );
}

function said({ value }: DeskField, language: 'ru' | 'en'): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return '';
  if (value.kind === 'diagnosis') return diagnosisText(value, language);
  if (value.kind === 'prescription') return prescriptionText(value);
  return value.kind === 'coding' ? value.display : value.name;
}
