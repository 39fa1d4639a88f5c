import type { Language } from '../../kernel/problem.ts';
import type { Cell, DocumentSection, WithId } from '../documents/index.ts';
import type { Built } from './build-resources.ts';
import type { DiagnosisValue, Field, FieldValue, PrescriptionValue, ReferralValue } from './contract.ts';
import { diagnosisText, prescriptionText, referralText } from './entry-text.ts';
import { sectionSystem } from './earlier-visits.ts';
import { isEmpty } from './rules.ts';
import { entryKind, sectionOfField, type Template, type TemplateItem, type TemplateSection } from './template.ts';
import { diastolic, judgeVital, systolic, vitalByCode } from './vitals.ts';

const nbsp = '\u00a0';

export interface SheetFacts {
  doctor: { reference: string; name: string };
  age: number | undefined;
  zone: string;
  language: Language;
}

/** The sections of the document as people will read them, in the order of the template; empty ones are left out. Pure. */
export function buildSections(template: Template, fields: readonly Field[], built: readonly Built[], facts: SheetFacts): DocumentSection[] {
  const filled = fields.filter((field) => !isEmpty(field.value));
  const resourceOf = new Map(built.map((each) => [each.linkId, each.resource]));
  const sections = template.sections.flatMap((section): DocumentSection[] => {
    const own = filled.filter((field) => sectionOfField(template, field.linkId) === section);
    if (own.length === 0) return [];
    const table = vitalsTable(section, own, facts);
    const by = byOthers(own, facts);
    return [
      {
        code: { system: sectionSystem, code: section.linkId, display: section.title.ru },
        title: section.title[facts.language],
        paragraphs: section.items.flatMap((item) => paragraphs(item, section, own, facts)),
        ...(table ? { table } : {}),
        ...(by ? { by } : {}),
        resources: resourcesOf(own, template, resourceOf),
      },
    ];
  });
  const answers = resourceOf.get('#answers');
  const last = sections.at(-1);
  if (answers && last) last.resources = [...(last.resources ?? []), answers];
  return sections;
}

function resourcesOf(own: readonly Field[], template: Template, resourceOf: ReadonlyMap<string, WithId>): WithId[] {
  const links = own.flatMap(({ linkId }) => {
    const code = template.items.get(linkId)?.code;
    return code === systolic || code === diastolic ? ['#pressure'] : [linkId, `${linkId}#problem`];
  });
  return [...new Set(links)].flatMap((link) => resourceOf.get(link) ?? []);
}

function paragraphs(item: TemplateItem, section: TemplateSection, own: readonly Field[], facts: SheetFacts): string[] {
  const entries = (kind: string) => own.filter((field) => entryKind(field.linkId) === kind).map((field) => field.value);
  switch (item.kind) {
    case 'diagnoses':
      return (entries('diagnosis') as DiagnosisValue[]).toSorted((a, b) => order(a) - order(b)).map((value) => diagnosisText(value, facts.language));
    case 'prescriptions':
      return [...(entries('prescription') as PrescriptionValue[]).map((value) => prescriptionText(value)), ...entries('stop').flatMap((value) => (isStop(value) ? [`Отменено: ${value.name}${value.reason ? ` (${value.reason})` : ''}`] : []))];
    case 'referrals':
      return (entries('referral') as ReferralValue[]).map((value) => referralText(value));
    case 'vital':
    case 'display':
      return [];
    default: {
      const value = own.find((field) => field.linkId === item.linkId)?.value;
      if (value === undefined || value === null) return [];
      const said = plainValue(item, value, facts.language);
      // the section's own text needs no label: «Жалобы» stands above it
      const label = item.linkId === section.linkId || item.linkId === `${section.linkId}.text` ? '' : item.label[facts.language];
      return [label ? `${label}: ${said}` : said];
    }
  }
}

function isStop(value: FieldValue | null): value is Extract<FieldValue, { kind: 'stop' }> {
  return typeof value === 'object' && value !== null && value.kind === 'stop';
}

function plainValue(item: TemplateItem, value: FieldValue, language: Language): string {
  if (typeof value === 'boolean') return value ? { ru: 'да', en: 'yes' }[language] : { ru: 'нет', en: 'no' }[language];
  if (typeof value === 'number') return `${decimal(value, language)}${item.unit ? `${nbsp}${item.unit.text}` : ''}`;
  if (typeof value === 'string') return item.kind === 'date' ? value.split('-').reverse().join('.') : value.trim();
  return value.kind === 'coding' ? (item.options.find((option) => option.code === value.code)?.display[language] ?? value.display) : '';
}

function decimal(value: number, language: Language): string {
  return language === 'ru' ? String(value).replace('.', ',') : String(value);
}

const order = (value: DiagnosisValue): number => ['main', 'complication', 'concomitant'].indexOf(value.role);

function vitalsTable(section: TemplateSection, own: readonly Field[], facts: SheetFacts): DocumentSection['table'] {
  const { language } = facts;
  const values = new Map(own.flatMap((field) => (typeof field.value === 'number' ? [[field.linkId, field.value] as const] : [])));
  const measured = section.items.filter((item) => item.kind === 'vital' && values.has(item.linkId));
  if (measured.length === 0) return undefined;
  const rows: (string | Cell)[][] = [];
  const high = measured.find((item) => item.code === systolic);
  const low = measured.find((item) => item.code === diastolic);
  if (high || low) {
    const parts = [high, low].map((item) => (item ? values.get(item.linkId)! : undefined));
    const flag = [high, low].map((item) => (item ? judgeVital(vitalByCode(item.code)!, values.get(item.linkId)!, facts.age) : undefined)).find((each) => each !== undefined);
    const text = `${parts.map((part) => part ?? '—').join('/')}${nbsp}${language === 'ru' ? 'мм рт. ст.' : 'mmHg'}`;
    rows.push([language === 'ru' ? 'Артериальное давление' : 'Blood pressure', flag ? { text, flag } : text, facts.age === undefined || facts.age >= 16 ? '90–139/60–89' : '']);
  }
  for (const item of measured.filter((each) => each !== high && each !== low)) {
    const vital = vitalByCode(item.code)!;
    const value = values.get(item.linkId)!;
    const flag = judgeVital(vital, value, facts.age);
    const text = `${decimal(value, language)}${nbsp}${vital.unit[language]}`;
    const [least, most] = vital.normal(facts.age) ?? [];
    const normal = least !== undefined && most !== undefined ? `${decimal(least, language)}–${decimal(most, language)}` : '';
    rows.push([vital.name[language], flag ? { text, flag } : text, normal]);
  }
  return { columns: language === 'ru' ? ['Показатель', 'Значение', 'Норма'] : ['Measure', 'Value', 'Normal'], rows };
}

/** Whose hand it was where it was not the signing doctor's: «Орлова Т. И., 9:05». */
function byOthers(own: readonly Field[], facts: SheetFacts): string | undefined {
  const others = new Map<string, string>();
  for (const field of own.filter((each) => each.author.reference !== facts.doctor.reference)) {
    const time = new Intl.DateTimeFormat(facts.language, { hour: 'numeric', minute: '2-digit', timeZone: facts.zone }).format(new Date(field.at));
    others.set(field.author.name, time);
  }
  if (others.size === 0) return undefined;
  return [...others].map(([name, time]) => `${facts.language === 'ru' ? 'Записала' : 'Entered by'} ${name}, ${time}`).join('; ');
}
