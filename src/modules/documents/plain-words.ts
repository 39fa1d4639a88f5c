import type { Bundle, Composition, CompositionSection, Condition, MedicationRequest, Resource, ServiceRequest } from '@medplum/fhirtypes';
import type { Language } from '../../kernel/problem.ts';
import type { PlainWords } from './contract.ts';
import { explainDiagnosis } from './plain-diagnoses.ts';
import { setSpaces } from './render-words.ts';

const diagnosisSections = new Set(['DGN', 'diagnosis']);
const adviceSections = new Set(['REGIME', 'plan', 'recommendations', 'advice']);

/**
 * What a document says to its patient: what was found, what to take, what to do next. From the resources that it carries and, where it
 * has none, from its sections; nothing is added but the explanation of a diagnosis. Pure.
 */
export function plainWords(bundle: Bundle, language: Language): PlainWords {
  const resources = (bundle.entry ?? []).flatMap(({ resource }) => resource ?? []);
  const composition = resources[0]?.resourceType === 'Composition' ? resources[0] : undefined;
  const of = <T extends Resource['resourceType']>(type: T) => resources.filter((each): each is Extract<Resource, { resourceType: T }> => each.resourceType === type);
  const take = of('MedicationRequest').filter((each) => each.status !== 'stopped' && each.status !== 'cancelled').map(medicine(language));
  const orders = of('ServiceRequest').map(orderText);
  const said = new Set([...orders, ...take.map((each) => each.name)].map((each) => each.toLowerCase()));
  const advice = textOf(composition, adviceSections).filter((line) => ![...said].some((each) => each !== '' && line.toLowerCase().includes(each)));
  const spaced = (text: string): string => setSpaces(text, language);
  return {
    found: found(of('Condition'), composition, language).map((each) => ({ ...each, text: spaced(each.text) })),
    take: take.map(({ name, how }) => ({ name, how: spaced(how) })),
    next: [...orders, ...advice].map(spaced),
  };
}

function found(conditions: readonly Condition[], composition: Composition | undefined, language: Language): PlainWords['found'] {
  const own = conditions.filter((each) => !each.category?.some((category) => category.coding?.some((coding) => coding.code === 'problem-list-item')));
  const lines = (own.length > 0 ? own : conditions).map((each) => {
    const coding = each.code?.coding?.[0];
    return { code: coding?.code, text: each.code?.text ?? coding?.display ?? '' };
  });
  const written = textOf(composition, diagnosisSections).map((line) => {
    const [, code, text] = /^(?:[А-Яа-яёA-Za-z]+: )?([A-Z]\d\d(?:\.\d+)?)\s+(.+)$/.exec(line) ?? [];
    return { code, text: text ?? line };
  });
  return (lines.length > 0 ? lines : written)
    .filter((each) => each.text !== '')
    .map(({ code, text }) => {
      const explained = explainDiagnosis(code, language);
      return { text, ...(explained ? { explained } : {}) };
    });
}

const medicine = (language: Language) => (request: MedicationRequest): PlainWords['take'][number] => {
  const days = request.dispenseRequest?.expectedSupplyDuration ?? request.dosageInstruction?.[0]?.timing?.repeat?.boundsDuration;
  const how = request.dosageInstruction?.map((each) => each.text ?? each.patientInstruction ?? '').filter(Boolean).join('; ') ?? '';
  const term = days?.value && !/\d\s*(дн|день|дня|day)/i.test(how) ? `${days.value}\u00a0${language === 'ru' ? ruDays(days.value) : days.value === 1 ? 'day' : 'days'}` : '';
  return { name: request.medicationCodeableConcept?.text ?? request.medicationCodeableConcept?.coding?.[0]?.display ?? '', how: [how, term].filter(Boolean).join(', ') };
};

function ruDays(count: number): string {
  return { one: 'день', few: 'дня', many: 'дней', other: 'дня', zero: 'дней', two: 'дня' }[new Intl.PluralRules('ru').select(count)];
}

function orderText(request: ServiceRequest): string {
  return request.code?.text ?? request.code?.coding?.[0]?.display ?? '';
}

/** The paragraphs of the sections with these codes, as plain lines. */
function textOf(composition: Composition | undefined, codes: ReadonlySet<string>): string[] {
  const sections = (composition?.section ?? []).filter((section: CompositionSection) => section.code?.coding?.some((coding) => codes.has(coding.code ?? '')));
  return sections.flatMap((section) =>
    (section.text?.div ?? '')
      .replace(/<(table|i)\b[\s\S]*?<\/\1>/g, '')
      .split(/<\/p>|<br\/?>|<\/li>/)
      .map((part) => part.replace(/<[^>]+>/g, '').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&#39;/g, "'").replace(/&amp;/g, '&').trim())
      .filter((line) => line !== '' && line !== 'Не заполнено.' && line !== 'Not filled in.'),
  );
}
