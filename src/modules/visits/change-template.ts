import type { Questionnaire } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { Problem } from '../../kernel/problem.ts';
import { linksOf, sharedLinks } from './edit-questionnaire.ts';
import { inDraft } from './save-fields.ts';
import { openDraft } from './open-draft.ts';
import { readOne } from './stored.ts';
import { listItem, readTemplate } from './template.ts';

/** Continues the visit on another template. What was typed in links that both have stays; the rest stays in the draft, out of sight. */
export async function changeTemplate(ctx: Ctx, encounter: string, template: string): Promise<{ version: number }> {
  const { draft } = await openDraft(ctx, encounter);
  const questionnaire = await readOne(ctx, 'Questionnaire', template);
  if (questionnaire.status !== 'active') throw new Problem('visits.no-template');
  let version = draft.version;
  await inDraft(ctx, draft.id, async (_, locked) => {
    locked.template = questionnaire.id;
    locked.templateVersion = Number(questionnaire.meta?.versionId ?? 1);
    locked.version += 1;
    version = locked.version;
  });
  return { version };
}

/** Writes a template as a new version; visits under way keep the one they began with. */
export async function editTemplate(ctx: Ctx, id: string, questionnaire: Questionnaire, ifMatch: number | undefined): Promise<{ id: string; version: number }> {
  if (questionnaire.resourceType !== 'Questionnaire' || questionnaire.id !== id) throw new Problem('visits.not-a-template', { reason: ctx.language === 'ru' ? 'ожидается Questionnaire с этим id' : 'a Questionnaire with this id is expected' });
  const template = readTemplate(questionnaire);
  const links = [...template.items.keys()];
  const items = template.sections.flatMap((section) => section.items);
  if (items.length !== links.length) throw new Problem('visits.not-a-template', { reason: ctx.language === 'ru' ? 'linkId повторяется' : 'a linkId is repeated' });
  if (questionnaire.status === 'active' && !listItem(template, 'diagnoses')) throw new Problem('visits.not-a-template', { reason: ctx.language === 'ru' ? 'нет раздела «Диагноз» (urn:karta:widget = diagnosis)' : 'there is no diagnosis (urn:karta:widget = diagnosis)' });
  const kept = new Set(linksOf(questionnaire.item));
  const lost = sharedLinks(await readOne(ctx, 'Questionnaire', id)).filter((link) => !kept.has(link));
  if (lost.length > 0) throw new Problem('visits.not-a-template', { reason: ctx.language === 'ru' ? `пропали общие для всех шаблонов поля: ${lost.join(', ')}` : `fields that all templates share are gone: ${lost.join(', ')}` });
  const [written] = await ctx.store.write([{ method: 'update', resource: questionnaire, ...(ifMatch === undefined ? {} : { ifMatch }) }]);
  return { id: written!.id, version: written!.version };
}
