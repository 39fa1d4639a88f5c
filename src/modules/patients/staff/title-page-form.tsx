import { IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Button, CheckField, ChoiceField, DateField, PhoneField, SelectField, SnilsField, TextField, parsePhone, useLanguage, useWords } from '../../../ui/index.ts';
import { documentKinds, educations, employments, maritalStates, policyKinds, relationKinds } from '../contract.ts';
import { benefitTexts, bloodTexts, documentTexts, educationTexts, employmentTexts, maritalTexts, policyTexts, relationTexts, type PageFault } from '../rules.ts';
import { AddressFields } from './address-fields.tsx';
import { goodSnils, noRelative, sexOfPatronymic, type Draft, type RelativeDraft } from './draft.ts';
import css from './patients.module.css';
import { words } from './words.ts';

export interface TitlePageFormProps {
  draft: Draft;
  onChange: (draft: Draft) => void;
  faults: readonly PageFault[];
  /** A newborn by the mother's policy: name and number may be absent. */
  newborn?: boolean;
  /** District doctors of the clinic. */
  doctors: readonly { role: string; name: string; district: string | undefined }[];
  autoFocus?: boolean;
}

type Texts = Readonly<Record<string, { ru: string; en: string }>>;

/** The title page of form 025/у, all fields on one page; keyboard from top to bottom. */
export function TitlePageForm({ draft, onChange, faults, newborn = false, doctors, autoFocus = false }: TitlePageFormProps) {
  const t = useWords(words);
  const language = useLanguage();
  const set = (next: Partial<Draft>) => onChange({ ...draft, ...next });
  const fault = (field: string) => faults.find((one) => one.field === field)?.text;
  const choices = (values: readonly string[], texts: Texts) => values.map((value) => ({ value, text: texts[value]?.[language] ?? value }));
  const select = (label: string, value: string, field: keyof Draft, options: readonly { value: string; text: string }[], none: string = t.notSaid) => (
    <SelectField label={label} value={value} options={[{ value: '', text: none }, ...options]} onChange={(next) => set({ [field]: next })} />
  );
  const text = (label: string, field: 'family' | 'given' | 'patronymic' | 'insurer' | 'documentSeries' | 'documentNumber' | 'documentBy' | 'workplace' | 'post' | 'email', more: { error?: string | undefined; required?: boolean; autoFocus?: boolean } = {}) => (
    <TextField label={label} value={draft[field]} onChange={(value) => set({ [field]: value })} {...more} />
  );
  const date = (label: string, field: 'policyFrom' | 'documentIssued' | 'disabilitySince', error?: string) => <DateField label={label} value={draft[field] || undefined} onChange={(value) => set({ [field]: value ?? '' })} error={error} />;
  const policyDigits = draft.policyNumber.replace(/\D/g, '');
  const policyError = draft.policyKind !== 'enp' || policyDigits.length >= 16 ? fault('policy.number') : undefined;
  return (
    <div className={css.paper}>
      <Section title={t.person}>
        <Wide w={4}>{text(t.family, 'family', { required: true, autoFocus })}</Wide>
        <Wide w={4}>{text(t.given, 'given', { required: !newborn, error: draft.family && draft.birthDate ? fault('given') : undefined })}</Wide>
        <Wide w={4}>
          <TextField label={t.patronymic} value={draft.patronymic} onChange={(patronymic) => set({ patronymic, ...(sexOfPatronymic(patronymic) ? { sex: sexOfPatronymic(patronymic) } : {}) })} />
        </Wide>
        <Wide w={4}>
          <DateField label={t.birthDate} required withAge value={draft.birthDate || undefined} onChange={(value) => set({ birthDate: value ?? '' })} error={fault('birthDate')} />
        </Wide>
        <Wide w={8}>
          <ChoiceField label={t.sex} value={draft.sex || undefined} options={[{ value: 'female', text: t.female }, { value: 'male', text: t.male }]} onChange={(sex) => set({ sex })} />
        </Wide>
      </Section>
      <Section title={t.papers}>
        {newborn ? null : (
          <>
            <Wide w={4}><SelectField label={t.policyKind} value={draft.policyKind} options={choices(policyKinds.filter((kind) => kind !== 'newborn' || draft.policyKind === 'newborn'), policyTexts)} onChange={(policyKind) => set({ policyKind })} /></Wide>
            <Wide w={4}>
              <TextField
                label={t.policyNumber} value={draft.policyNumber} onChange={(policyNumber) => set({ policyNumber })} error={policyError}
                {...(draft.policyKind === 'enp' && policyDigits.length === 16 && !policyError ? { understood: t.policyFits } : { hint: t.policyHint })}
              />
            </Wide>
            <Wide w={4}>
              <SnilsField label={t.snils} value={goodSnils(draft.snils)} onChange={(value, typed) => set({ snils: value ?? typed })} />
            </Wide>
            <Wide w={8}>{text(t.insurer, 'insurer')}</Wide>
            <Wide w={4}>{date(t.policyFrom, 'policyFrom', fault('policy.from'))}</Wide>
          </>
        )}
        <Wide w={6}><SelectField label={t.document} value={draft.documentKind} options={choices(documentKinds, documentTexts)} onChange={(documentKind) => set({ documentKind })} /></Wide>
        <Wide w={2}>{text(t.series, 'documentSeries')}</Wide>
        <Wide w={4}>{text(t.number, 'documentNumber', { error: draft.documentNumber.length >= 6 || draft.documentKind !== 'passport' ? fault('document.number') : undefined })}</Wide>
        <Wide w={8}>{text(t.issuedBy, 'documentBy')}</Wide>
        <Wide w={4}>{date(t.issued, 'documentIssued', fault('document.issued'))}</Wide>
        <Wide w={8}>{select(t.benefit, draft.benefit, 'benefit', Object.entries(benefitTexts).map(([code, one]) => ({ value: code, text: `${code} — ${one[language]}` })), t.none)}</Wide>
      </Section>
      <Section title={t.address}>
        <h3>{t.registered}</h3>
        <AddressFields address={draft.registered} onChange={(registered) => set({ registered })} />
        <CheckField label={t.elsewhere} value={draft.elsewhere} onChange={(elsewhere) => set({ elsewhere })} />
        {draft.elsewhere ? (
          <>
            <h3>{t.living}</h3>
            <AddressFields address={draft.living} onChange={(living) => set({ living })} />
          </>
        ) : null}
        <Phones draft={draft} set={set} />
        <Wide w={6}>{text(t.email, 'email')}</Wide>
      </Section>
      <Section title={t.relatives}>
        {draft.relatives.length === 0 ? <small>{t.relativesHint}</small> : null}
        {draft.relatives.map((one, at) => (
          <Relative key={one.id ?? at} one={one} onChange={(next) => set({ relatives: draft.relatives.map((other, index) => (index === at ? next : other)) })} onDrop={() => set({ relatives: draft.relatives.filter((_, index) => index !== at) })} options={choices(relationKinds, relationTexts)} />
        ))}
        {draft.relatives.length < 4 ? <div className={css.line}><Button small kind="quiet" icon={<IconPlus aria-hidden="true" />} onClick={() => set({ relatives: [...draft.relatives, noRelative] })}>{t.addRelative}</Button></div> : null}
      </Section>
      <Section title={t.about}>
        <Wide w={4}>{select(t.marital, draft.marital, 'marital', choices(maritalStates, maritalTexts))}</Wide>
        <Wide w={4}>{select(t.education, draft.education, 'education', choices(educations, educationTexts))}</Wide>
        <Wide w={4}>{select(t.employment, draft.employment, 'employment', choices(employments, employmentTexts))}</Wide>
        <Wide w={8}>{text(t.workplace, 'workplace')}</Wide>
        <Wide w={4}>{text(t.post, 'post')}</Wide>
        <Wide w={4}>{select(t.disability, draft.disability, 'disability', [...['1', '2', '3'].map((group) => ({ value: group, text: t.group(['', 'I', 'II', 'III'][Number(group)]!) })), { value: 'child', text: t.disabledChild }], t.none)}</Wide>
        {draft.disability ? (
          <>
            <Wide w={4}>{select(t.order, draft.disabilityOrder, 'disabilityOrder', [{ value: 'first', text: t.first }, { value: 'repeated', text: t.repeated }])}</Wide>
            <Wide w={4}>{date(t.since, 'disabilitySince', fault('disability.since'))}</Wide>
          </>
        ) : null}
        <Wide w={4}>{select(t.blood, draft.blood, 'blood', Object.entries(bloodTexts).map(([value, one]) => ({ value, text: one[language] })))}</Wide>
        <Wide w={4}>{select(t.rhesus, draft.rhesus, 'rhesus', [{ value: 'positive', text: t.positive }, { value: 'negative', text: t.negative }])}</Wide>
      </Section>
      <Section title={t.attachment}>
        <CheckField label={t.attach} hint={t.attachHint} value={draft.attached} onChange={(attached) => set({ attached })} />
        {draft.attached && doctors.length > 0 ? (
          <Wide w={6}>
            <SelectField
              label={t.districtDoctor} value={draft.doctor} options={[{ value: '', text: t.notSaid }, ...doctors.map((doctor) => ({ value: doctor.role, text: `${doctor.name}${doctor.district ? `, ${t.district(doctor.district)}` : ''}` }))]}
              onChange={(doctor) => set({ doctor, district: doctors.find(({ role }) => role === doctor)?.district ?? '' })}
            />
          </Wide>
        ) : null}
      </Section>
    </div>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={css.section} aria-label={title}>
      <h2>{title}</h2>
      <div className={css.fields}>{children}</div>
    </section>
  );
}

function Wide({ w, children }: { w: 2 | 3 | 4 | 5 | 6 | 8; children: ReactNode }) {
  return <div data-w={w}>{children}</div>;
}

function Phones({ draft, set }: { draft: Draft; set: (next: Partial<Draft>) => void }) {
  const t = useWords(words);
  const change = (at: number, next: Partial<Draft['phones'][number]>) => set({ phones: draft.phones.map((phone, index) => (index === at ? { ...phone, ...next } : phone)) });
  return (
    <>
      {draft.phones.map((phone, at) => (
        <div key={at} data-w={6} style={{ display: 'grid', gridTemplateColumns: 'minmax(0, 3fr) minmax(0, 2fr)', gap: 'var(--s3)' }}>
          <PhoneField label={t.phone} value={parsePhone(phone.number)} onChange={(value, typed) => change(at, { number: value ?? typed })} />
          <SelectField label={t.phoneKind} value={phone.kind} options={[{ value: 'mobile', text: t.mobile }, { value: 'home', text: t.home }, { value: 'work', text: t.work }]} onChange={(kind) => change(at, { kind })} />
        </div>
      ))}
      {draft.phones.length < 5 ? <div className={css.line}><Button small kind="quiet" icon={<IconPlus aria-hidden="true" />} onClick={() => set({ phones: [...draft.phones, { number: '', kind: 'home' }] })}>{t.addPhone}</Button></div> : null}
    </>
  );
}

function Relative({ one, onChange, onDrop, options }: { one: RelativeDraft; onChange: (next: RelativeDraft) => void; onDrop: () => void; options: readonly { value: string; text: string }[] }) {
  const t = useWords(words);
  return (
    <>
      <Wide w={4}><TextField label={t.family} value={one.family} onChange={(family) => onChange({ ...one, family })} /></Wide>
      <Wide w={4}><TextField label={t.given} value={one.given} onChange={(given) => onChange({ ...one, given })} /></Wide>
      <Wide w={4}><TextField label={t.patronymic} value={one.patronymic} onChange={(patronymic) => onChange({ ...one, patronymic })} /></Wide>
      <Wide w={4}><SelectField label={t.relation} value={one.relation} options={options} onChange={(relation) => onChange({ ...one, relation })} /></Wide>
      <Wide w={4}><PhoneField label={t.phone} value={parsePhone(one.phone)} onChange={(value, typed) => onChange({ ...one, phone: value ?? typed })} /></Wide>
      <div data-w={4} style={{ alignSelf: 'center' }}><Button small kind="quiet" onClick={onDrop} label={`${t.drop}: ${one.family}`}>{t.drop}</Button></div>
    </>
  );
}
