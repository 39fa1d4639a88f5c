import type { Questionnaire, QuestionnaireItem } from '@medplum/fhirtypes';
import { mayEdit, widgetExtension, type Role, type Template } from '../rules.ts';

/** The part of the template that a role writes in: measurements first for the nurse, then complaints and referrals. */
export function ownQuestionnaire<Q extends Questionnaire>(questionnaire: Q, template: Template, role: Role): Q {
  if (role === 'doctor' || role === 'head') return questionnaire;
  const own = (items: readonly QuestionnaireItem[] | undefined): QuestionnaireItem[] =>
    (items ?? []).flatMap((item): QuestionnaireItem[] => {
      const widget = item.extension?.find((extension) => extension.url === widgetExtension)?.valueCode;
      if (widget === 'vitals' || widget === 'referrals') return [item];
      if (item.item) {
        const inner = own(item.item);
        return inner.length > 0 ? [{ ...item, item: inner }] : [];
      }
      return item.type !== 'display' && mayEdit(role, item.linkId, template) ? [item] : [];
    });
  const items = own(questionnaire.item);
  const measures = (item: QuestionnaireItem): boolean => item.extension?.some((extension) => extension.url === widgetExtension && extension.valueCode === 'vitals') ?? false;
  const isFirst = (item: QuestionnaireItem): boolean => measures(item) || (item.item?.some(measures) ?? false);
  return { ...questionnaire, item: [...items.filter(isFirst), ...items.filter((item) => !isFirst(item))] };
}
