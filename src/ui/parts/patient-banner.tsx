import type { ReactNode } from 'react';
import { formatAge, formatDate, formatSnils } from '../format.ts';
import { uiWords } from '../ui-words.ts';
import { useLanguage, useWords } from '../words.ts';
import { AllergyMark } from './allergy-mark.tsx';
import type { AllergyState } from './allergy-mark.tsx';
import { Chip } from './chip.tsx';
import type { Tone } from './chip.tsx';
import { Face } from './face.tsx';
import css from './patient-banner.module.css';

export interface PatientBannerProps {
  /** In full: «Иванова Мария Петровна». */
  name: string;
  birthDate?: string | undefined;
  /** FHIR administrative gender. */
  gender?: string | undefined;
  /** 11 digits. */
  snils?: string | undefined;
  district?: string | undefined;
  photo?: string | undefined;
  allergies: AllergyState;
  onAskAllergies?: () => void;
  alerts?: readonly { text: string; tone?: Tone; title?: string }[];
  /** Today's reason: «Приём начат в 9:12 · случай «…»». */
  reason?: ReactNode;
  actions?: ReactNode;
}

/** Who it is and what must not be overlooked; never scrolls away. */
export function PatientBanner({ name, birthDate, gender, snils, district, photo, allergies, onAskAllergies, alerts = [], reason, actions }: PatientBannerProps) {
  const t = useWords(uiWords);
  const language = useLanguage();
  const facts = [
    birthDate ? formatAge(birthDate, { language }) : '',
    birthDate ? formatDate(birthDate, { language }) : '',
    gender === 'male' ? t.male : gender === 'female' ? t.female : t.sexUnknown,
    snils ? `${t.snils} ${formatSnils(snils)}`.replace(' ', '\u00a0') : '',
    district ? `${t.district}\u00a0${district}` : '',
  ].filter(Boolean);
  return (
    <section className={css.banner} aria-label={name}>
      <Face name={name} photo={photo} />
      <div className={css.who}>
        <h1>{name}</h1>
        <small className={css.facts}>
          {facts.map((fact, at) => <span key={fact}>{at > 0 ? ' · ' : ''}<span>{fact}</span></span>)}
        </small>
      </div>
      <div className={css.marks}>
        <AllergyMark state={allergies} {...(onAskAllergies ? { onAsk: onAskAllergies } : {})} />
        {alerts.map((alert) => (
          <Chip key={alert.text} tone={alert.tone ?? 'attention'} {...(alert.title ? { title: alert.title } : {})}>
            {alert.text}
          </Chip>
        ))}
      </div>
      <div className={css.end}>
        {reason === undefined ? null : <Chip tone="accent">{reason}</Chip>}
        {actions}
      </div>
    </section>
  );
}
