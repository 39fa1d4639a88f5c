import type { PractitionerRole, Questionnaire } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { Problem } from '../../kernel/problem.ts';
import type { TemplateLine } from './contract.ts';
import { findAll } from './stored.ts';
import { listItem, readTemplate } from './template.ts';

type Found = Questionnaire & { id: string };

/** Templates of a visit: Questionnaires with a place for a diagnosis. The nurse's own check is none: it fills the same links. */
async function visitTemplates(ctx: Ctx, onlyActive: boolean): Promise<Found[]> {
  const found = await findAll(ctx, 'Questionnaire', `${onlyActive ? 'status=active&' : ''}_count=200`);
  return found.filter((questionnaire) => listItem(readTemplate(questionnaire), 'diagnoses'));
}

export async function listTemplates(ctx: Ctx): Promise<{ templates: TemplateLine[] }> {
  const templates = (await visitTemplates(ctx, false)).map((questionnaire) => ({
    id: questionnaire.id,
    title: readTemplate(questionnaire).title[ctx.language],
    ...(questionnaire.name ? { speciality: questionnaire.name } : {}),
    version: Number(questionnaire.meta?.versionId ?? 1),
    active: questionnaire.status === 'active',
  }));
  return { templates: templates.sort((a, b) => a.title.localeCompare(b.title, ctx.language)) };
}

/** Words of a speciality → name of the template. The first that meets wins; a therapist's serves whoever has none of his own. */
const specialities: readonly (readonly [RegExp, string])[] = [
  [/кардиолог|cardiolog/i, 'cardiologist'],
  [/педиатр|pa?ediatric/i, 'paediatrician'],
  [/хирург|surgeon|surgery/i, 'surgeon'],
  [/терапевт|общей практики|therap|general practice/i, 'therapist'],
];

export async function chooseTemplate(ctx: Ctx, role: PractitionerRole | undefined): Promise<{ id: string; version: number; questionnaire: Found }> {
  const templates = await visitTemplates(ctx, true);
  const words = [...(role?.specialty ?? []), ...(role?.code ?? [])].flatMap((concept) => [concept.text, ...(concept.coding ?? []).map((coding) => coding.display)]).join(' ');
  const name = specialities.find(([pattern]) => pattern.test(words))?.[1] ?? 'therapist';
  const chosen = templates.find((template) => template.name === name) ?? templates.find((template) => template.name === 'therapist') ?? templates[0];
  if (!chosen) throw new Problem('visits.no-template');
  return { id: chosen.id, version: Number(chosen.meta?.versionId ?? 1), questionnaire: chosen };
}
