import type { Questionnaire } from '@medplum/fhirtypes';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { visitTemplates } from '../../../seeds/templates/visit-templates.ts';
import { validateResource } from '../../fhir/index.ts';
import { addField, choicesOf, findItem, linksOf, moveItem, nextCode, outlineOf, removeField, setChoices, setHint, setRequired, setText, sharedLinks } from './edit-questionnaire.ts';
import { readTemplate } from './template.ts';

const templates = visitTemplates() as unknown as Questionnaire[];
const therapist = templates.find(({ name }) => name === 'therapist')!;
const words = fc.oneof(fc.constantFrom('', ' ', 'Осмотр', 'Кожа и слизистые'), fc.string({ maxLength: 12, unit: 'grapheme-ascii' }));
const edit = fc.record({ act: fc.constantFrom('text', 'english', 'hint', 'required', 'up', 'down', 'add', 'remove', 'choices', 'choices', 'remove', 'add'), at: fc.nat(60), words, kind: fc.constantFrom('text' as const, 'number' as const, 'choice' as const), yes: fc.boolean() });

function apply(questionnaire: Questionnaire, { act, at, words: text, kind, yes }: { act: string; at: number; words: string; kind: 'text' | 'number' | 'choice'; yes: boolean }): Questionnaire {
  const rows = outlineOf(questionnaire);
  const { item, section } = rows[at % rows.length]!;
  const choices = choicesOf(item);
  switch (act) {
    case 'text': return setText(questionnaire, item.linkId, 'ru', text);
    case 'english': return setText(questionnaire, item.linkId, 'en', text);
    case 'hint': return setHint(questionnaire, item.linkId, text);
    case 'required': return setRequired(questionnaire, item.linkId, yes);
    case 'up': return moveItem(questionnaire, item.linkId, -1);
    case 'down': return moveItem(questionnaire, item.linkId, 1);
    case 'add': return addField(questionnaire, section, kind, 'text', { ru: text, en: text })?.questionnaire ?? questionnaire;
    case 'remove': return removeField(questionnaire, item.linkId);
    default: return choices ? setChoices(questionnaire, item.linkId, yes ? [...choices, { code: nextCode(choices), ru: text, en: text }] : choices.slice(1)) : questionnaire;
  }
}

test('Whatever an administrator does to a template, shared links stay, links are unique, and what he saves is valid FHIR', () => {
  fc.assert(
    fc.property(fc.constantFrom(...templates), fc.array(edit, { maxLength: 25 }), (template, edits) => {
      const edited = edits.reduce(apply, template);
      const links = linksOf(edited.item);
      expect(new Set(links).size).toBe(links.length);
      expect(sharedLinks(edited).sort()).toEqual(sharedLinks(template).sort());
      for (const { item } of outlineOf(edited)) expect(new Set(choicesOf(item)?.map(({ code }) => code)).size).toBe(choicesOf(item)?.length ?? 0);
      expect(validateResource(edited).filter(({ severity }) => severity === 'error')).toEqual([]);
      const read = readTemplate(edited);
      expect(read.sections.map(({ linkId }) => linkId).sort()).toEqual(readTemplate(template).sections.map(({ linkId }) => linkId).sort());
    }),
    { numRuns: 60 },
  );
});

test('A section moves with all that belongs to it, and a field never leaves its section', () => {
  const paediatrician = templates.find(({ name }) => name === 'paediatrician')!;
  const up = moveItem(paediatrician, 'anamnesis', -1);
  expect(up.item!.map(({ linkId }) => linkId)).toEqual(['anamnesis', 'anamnesis.feeding', 'anamnesis.development', 'complaints', 'objective', 'diagnosis', 'plan']);
  expect(moveItem(paediatrician, 'anamnesis.feeding', -1)).toEqual(paediatrician);
  expect(moveItem(moveItem(paediatrician, 'objective.state', 1), 'objective.state', -1)).toEqual(paediatrician);
});

test('A field of one’s own comes at the end of its section and can be taken away again', () => {
  const added = addField(therapist, 'anamnesis', 'choice', 'smoking', { ru: 'Курение', en: 'Smoking' })!;
  expect(added.questionnaire.item!.map(({ linkId }) => linkId)).toEqual(['complaints', 'anamnesis', 'anamnesis.smoking', 'objective', 'diagnosis', 'plan']);
  expect(readTemplate(added.questionnaire).items.get('anamnesis.smoking')).toMatchObject({ label: { ru: 'Курение', en: 'Smoking' }, kind: 'choice' });
  expect(removeField(added.questionnaire, 'anamnesis.smoking')).toEqual(therapist);
  expect(removeField(therapist, 'plan.text')).toBe(therapist);
  expect(addField(therapist, 'diagnosis', 'text', 'own', { ru: 'Своё', en: 'Own' })).toBeUndefined();
  expect(findItem(therapist, 'vitals.weight')?.type).toBe('decimal');
});
