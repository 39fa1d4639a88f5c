import type { ReactNode } from 'react';
import type { VisitAnswer } from '../contract.ts';
import { ageAt, entryKind, mainText, sectionOfField, type Template } from '../rules.ts';
import { ConflictChoice } from './conflict-choice.tsx';
import { DiagnosisLines } from './diagnosis-lines.tsx';
import type { DeskState, DraftDesk } from './draft-desk.ts';
import { PrescriptionLines } from './prescription-lines.tsx';
import { ReferralLines } from './referral-lines.tsx';
import css from './visit.module.css';
import { VitalFields } from './vital-fields.tsx';

export interface Sheet {
  visit: VisitAnswer;
  template: Template;
  desk: DraftDesk;
  state: DeskState;
  /** Reference of who looks at it. */
  me: string;
  /** Leads to a field of the document. */
  lead: (linkId: string) => void;
}

/** What the visit draws itself where the template names a widget. */
export function visitWidgets({ visit, template, desk, state, me, lead }: Sheet): Record<string, () => ReactNode> {
  const mayEdit = visit.may.editAll && state.state === 'open';
  const age = ageAt(visit.patient.birthDate, new Date(visit.encounter.start));
  return {
    vitals: () => <VitalFields template={template} desk={desk} state={state} me={me} age={age} results={visit.results} onDone={() => leadOn(template, lead)} />,
    diagnosis: () => <DiagnosisLines desk={desk} state={state} problems={visit.problems} mayEdit={mayEdit} />,
    prescriptions: () => <PrescriptionLines desk={desk} state={state} encounter={visit.encounter.id} mayEdit={mayEdit} />,
    referrals: () => <ReferralLines desk={desk} state={state} me={me} />,
  };
}

/** To the first text of the section behind its measurements. */
function leadOn(template: Template, lead: (linkId: string) => void): void {
  const section = template.sections.find((each) => each.items.some((item) => item.kind === 'vital'));
  const text = (section && mainText(section)) ?? [...template.items.values()].find((item) => item.kind === 'text');
  if (text) lead(text.linkId);
}

/** Under a section: conflicts in it, and what the server did not take. */
export function notesOf({ template, desk, state }: Pick<Sheet, 'template' | 'desk' | 'state'>): (section: { linkId: string }) => ReactNode {
  return (section) => {
    const isHere = (linkId: string) => sectionOfField(template, linkId)?.linkId === section.linkId;
    return [
      ...state.conflicts.filter((conflict) => isHere(conflict.linkId)).map((conflict) => <ConflictChoice key={`${conflict.linkId} ${conflict.editor}`} conflict={conflict} desk={desk} state={state} />),
      ...[...state.refused].filter(([linkId]) => !entryKind(linkId) && isHere(linkId)).map(([linkId, sentence]) => <p key={linkId} className={css.refused} role="alert">{sentence}</p>),
    ];
  };
}
