import { useState } from 'react';
import { visitTemplates } from '../../../seeds/templates/visit-templates.ts';
import { Autosave, Button, PageFoot, PatientBanner, QuestionnaireDocument, Sheet, useHotkey } from '../../ui/index.ts';
import type { Answers } from '../../ui/index.ts';
import css from './gallery.module.css';
import { codes } from './sample.ts';

const by = 'Орлова Т. И.';
const at = '2026-11-21T09:05:00+03:00';
const template = visitTemplates().find((one) => one.name === 'therapist')!;

/** The visit: the document that is typed into, what one looks up beside it, and the foot. */
export function VisitPage() {
  const [values, setValues] = useState<Answers>({
    complaints: { value: 'Головная боль в затылке по утрам третью неделю, тяжесть за грудиной при подъёме на третий этаж.', by: 'Соколова А. В.' },
    anamnesis: { value: 'Гипертоническая болезнь с 2016 года, стенокардия с 2021 года. Лекарства принимает нерегулярно.', source: '30 окт, Соколова А. В.', unconfirmed: true },
    'vitals.systolic': { value: 158, by, at },
    'vitals.diastolic': { value: 94, by, at },
    'vitals.pulse': { value: 72, by, at },
    'vitals.temperature': { value: 36.6, by, at },
    'vitals.weight': { value: 81, by, at },
    'vitals.bmi': { value: 29.8 },
  });
  const [goTo, setGoTo] = useState<{ linkId: string }>();
  useHotkey('ctrl+enter', () => undefined, { text: 'Подписать документ' });
  return (
    <>
      <PatientBanner
        name="Иванова Мария Петровна"
        birthDate="1959-03-14"
        gender="female"
        snils="11223344595"
        district="7"
        allergies={{ kind: 'unasked' }}
        onAskAllergies={() => undefined}
        alerts={[{ text: 'Диспансерный учёт: ИБС' }]}
        reason="Приём начат в 9:12 · случай «Артериальная гипертензия»"
      />
      <div className={css.visit}>
        <QuestionnaireDocument
          questionnaire={template}
          heading="Приём 21 ноября 2026"
          values={values}
          me="Соколова А. В."
          onChange={(linkId, value) => setValues((last) => ({ ...last, [linkId]: { value, by: 'Соколова А. В.' } }))}
          searches={{ 'urn:oid:1.2.643.5.1.13.13.11.1005': async (typed) => codes.filter((code) => typed.toLowerCase().split(' ').every((word) => `${code.code} ${code.display}`.toLowerCase().includes(word))) }}
          isHot={(linkId, value) => (linkId === 'vitals.systolic' && Number(value) > 139) || (linkId === 'vitals.diastolic' && Number(value) > 89)}
          goTo={goTo}
          missing={['diagnosis.code']}
        />
        <aside className={css.column} aria-label="Рядом">
          <h2>Рядом</h2>
          <Sheet kind="pad"><small>30 окт · Соколова А. В.</small><p>АД 146/88. Добавлен лозартан 50&nbsp;мг. Контроль через 3 недели, липидограмма.</p></Sheet>
          <Sheet kind="pad"><small>14 авг · Соколова А. В.</small><p>АД 138/84. Жалоб нет. Терапия прежняя.</p></Sheet>
          <Sheet kind="pad" tone="attention"><b>Обратите внимание</b><p>Аторвастатин выкуплен за 4 из 6 месяцев. ЛПНП 3,8 при цели ниже 1,8.</p></Sheet>
        </aside>
      </div>
      <PageFoot state={<Autosave state={{ kind: 'saved', at: new Date('2026-11-21T09:21:07+03:00') }} />} missing={[{ text: 'код диагноза', onGo: () => setGoTo({ linkId: 'diagnosis.code' }) }, { text: 'план', onGo: () => setGoTo({ linkId: 'plan.text' }) }]}>
        <Button kind="quiet">Отложить</Button>
        <Button kind="main" keys="Ctrl ↵" reason="Заполните код диагноза и план">Подписать документ</Button>
      </PageFoot>
    </>
  );
}
