import type { Bundle, Composition, CompositionSection, DocumentReference, QuestionnaireResponseItem } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { Problem } from '../../kernel/problem.ts';
import { readDocument } from '../documents/index.ts';
import type { EarlierVisit } from './contract.ts';
import { shortName } from './people.ts';
import { findAll } from './stored.ts';
import type { Draft } from './tables.ts';
import { mainText, type Template } from './template.ts';

/** How many earlier visits stand beside the page; the rest is in the card. */
const shown = 5;

/** Documents of the patient's earlier visits, the newest first, as far as this caller may read them. */
export async function readEarlier(ctx: Ctx, draft: Pick<Draft, 'patient' | 'encounter'>, template: Template): Promise<EarlierVisit[]> {
  const found = await findAll(ctx, 'DocumentReference', `patient=Patient/${draft.patient}&status=current&_sort=-date&_count=${shown * 4}`);
  const visits = found.filter((document) => {
    const encounter = document.context?.encounter?.[0]?.reference;
    return encounter !== undefined && encounter !== `Encounter/${draft.encounter}` && document.content[0]?.attachment?.contentType === 'application/fhir+json';
  });
  const read = await Promise.all(visits.slice(0, shown).map((document) => readEarlierVisit(ctx, document, template)));
  return read.filter((visit) => visit !== undefined);
}

/** One earlier visit, its sections matched to this template's links; undefined where its original is gone. */
export async function readEarlierVisit(ctx: Ctx, document: DocumentReference & { id: string }, template: Template): Promise<EarlierVisit | undefined> {
  let bundle: Bundle;
  try {
    bundle = JSON.parse((await readDocument(ctx, document.id)).file.bytes.toString('utf8')) as Bundle;
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
  const composition = bundle.entry?.[0]?.resource as Composition | undefined;
  if (composition?.resourceType !== 'Composition') return undefined;
  const author = bundle.entry?.map((entry) => entry.resource).find((resource) => resource?.resourceType === 'Practitioner' && composition.author.some((each) => each.reference === `Practitioner/${resource.id}`));
  return {
    document: document.id,
    date: composition.date,
    author: author?.resourceType === 'Practitioner' ? shortName(author.name) : '',
    title: composition.title,
    sections: (composition.section ?? []).map((section) => ({ ...linkOf(section, template), title: section.title ?? '', text: plainText(section.text?.div ?? '') })),
  };
}

/** What was answered at the earlier visit, by link: from the QuestionnaireResponse inside, else from sections that are one text. */
export async function answersOf(ctx: Ctx, document: string, template: Template): Promise<{ visit: EarlierVisit; answers: Map<string, string> } | undefined> {
  const { face, file } = await readDocument(ctx, document);
  const visit = await readEarlierVisit(ctx, face, template);
  if (!visit) return undefined;
  const answers = new Map<string, string>();
  for (const section of visit.sections) {
    const home = template.sections.find((each) => each.linkId === section.linkId);
    const text = home && mainText(home);
    if (text && section.text) answers.set(text.linkId, section.text);
  }
  const bundle = JSON.parse(file.bytes.toString('utf8')) as Bundle;
  const response = bundle.entry?.map((entry) => entry.resource).find((resource) => resource?.resourceType === 'QuestionnaireResponse');
  for (const item of flat(response?.item)) {
    const said = item.answer?.[0]?.valueString;
    if (said !== undefined) answers.set(item.linkId, said);
  }
  return { visit, answers };
}

function flat(items: readonly QuestionnaireResponseItem[] | undefined): QuestionnaireResponseItem[] {
  return (items ?? []).flatMap((item) => [item, ...flat(item.item)]);
}

function linkOf(section: CompositionSection, template: Template): { linkId?: string } {
  const code = section.code?.coding?.find((coding) => coding.system === sectionSystem)?.code;
  const home = template.sections.find((each) => each.linkId === code) ?? template.sections.find((each) => each.title.ru.toLowerCase() === section.title?.toLowerCase());
  return home ? { linkId: home.linkId } : {};
}

/** Sections are coded by the links of the visit's template. */
export const sectionSystem = 'urn:karta:section';

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", apos: "'", nbsp: '\u00a0' };

/** Text of a narrative that our own documents carry: paragraphs and rows on lines of their own. */
export function plainText(div: string): string {
  return div
    .replace(/<thead>[\s\S]*?<\/thead>/g, '')
    .replace(/<br\s*\/?>|<\/p>|<\/tr>|<\/li>/g, '\n')
    .replace(/<\/td>\s*<td>/g, ' ')
    .replace(/<[^>]+>/g, '')
    .replace(/&(#?\w+);/g, (whole, name: string) => entities[name] ?? whole)
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .join('\n');
}
