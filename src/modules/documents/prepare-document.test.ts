import { createHash } from 'node:crypto';
import { LosslessNumber } from 'lossless-json';
import type { Bundle, Composition } from '@medplum/fhirtypes';
import { describe, expect, test } from 'vitest';
import { kartaRegistry, validateResource } from '../../fhir/index.ts';
import { Problem } from '../../kernel/problem.ts';
import { documentReference } from './document-reference.ts';
import { prepareDocument } from './prepare-document.ts';
import { renderDocument } from './render-document.ts';
import { ageText, setSpaces } from './render-words.ts';
import { visitContent } from './samples/visit-content.ts';

describe('the original', () => {
  test('is an FHIR document: Composition first, everything it refers to inside, valid by R4', () => {
    const { bundle } = prepareDocument(visitContent());
    const [first, ...others] = bundle.entry!;
    const composition = first!.resource as Composition;
    expect(bundle.type).toBe('document');
    const inside = new Set(others.map(({ resource }) => `${resource!.resourceType}/${resource!.id}`));
    const named = [composition.subject, composition.encounter, composition.custodian, ...composition.author, ...composition.section!.flatMap((each) => each.entry ?? [])].map((each) => each!.reference!);
    for (const reference of named) expect(inside).toContain(reference);
    for (const { resource } of bundle.entry!) expect(validateResource(resource!).filter((issue) => issue.severity === 'error'), resource!.resourceType).toEqual([]);
    expect(validateResource(bundle).filter((issue) => issue.severity === 'error')).toEqual([]);
  });

  test('and its card follow the profiles of a document', () => {
    const prepared = prepareDocument(visitContent());
    const face = documentReference(prepared, { document: 'document-1', file: 'file-1' }, new Date('2026-11-21T10:00:00Z'));
    expect(validateResource(prepared.bundle, { registry: kartaRegistry, profiles: ['urn:karta:profile:Document'] })).toEqual([]);
    expect(validateResource(face, { registry: kartaRegistry, profiles: ['urn:karta:profile:DocumentReference'] })).toEqual([]);
    const unsealed = structuredClone(face);
    delete unsealed.content[0]!.attachment.extension;
    expect(validateResource(unsealed, { registry: kartaRegistry, profiles: ['urn:karta:profile:DocumentReference'] })).toMatchObject([{ expression: 'DocumentReference.content[0].attachment.extension' }]);
    const headless = { ...prepared.bundle, entry: prepared.bundle.entry!.map((each, index) => (index === 0 ? { ...each, resource: { ...each.resource, section: undefined } } : each)) };
    expect(validateResource(headless, { registry: kartaRegistry, profiles: ['urn:karta:profile:Document'] })).toMatchObject([{ expression: 'Bundle.entry[0].resource.section' }]);
  });

  test('is the same bytes for the same content, and its hash is over these bytes', () => {
    const [one, two] = [prepareDocument(visitContent()), prepareDocument(visitContent())];
    expect(Buffer.from(one.bytes).equals(two.bytes)).toBe(true);
    expect(Buffer.from(one.sha256).toString('hex')).toBe(createHash('sha256').update(one.bytes).digest('hex'));
    expect(JSON.parse(new TextDecoder().decode(one.bytes))).toEqual(JSON.parse(JSON.stringify(one.bundle)));
  });

  test('keeps the decimals of a value as they were written', () => {
    const [section] = visitContent().sections.filter((each) => each.title === 'Объективно');
    const exact = { ...section!.resources![0]!, valueQuantity: { value: new LosslessNumber('72.00') as unknown as number } };
    const { bytes } = prepareDocument(visitContent({ sections: [{ ...section!, resources: [exact] }] }));
    expect(new TextDecoder().decode(bytes)).toContain('"value":72.00');
  });

  test('leaves the portrait in the card', () => {
    const content = visitContent();
    const { bytes } = prepareDocument({ ...content, patient: { ...content.patient, photo: [{ contentType: 'image/png', data: 'AAAA' }] } });
    expect(new TextDecoder().decode(bytes)).not.toContain('photo');
  });
});

describe('the sheet', () => {
  const draft = { language: 'ru', stamps: [] } as const;

  test('shows organisation, person with age and numbers, sections, values with units and what is out of range', () => {
    const html = renderDocument(prepareDocument(visitContent()).bundle, draft);
    for (const text of ['Поликлиника №\u00a02', 'Иванова Мария Петровна', '14\u00a0марта\u00a01959 (67\u00a0лет)', '112-233-445\u00a095', 'Жалобы', '<b>158/94 ↑</b>', 'мм\u00a0рт.\u00a0ст.', 'Документ не\u00a0подписан', 'Врач-терапевт участковый', '21\u00a0ноября\u00a02026,\u00a09:41']) {
      expect(html).toContain(text);
    }
  });

  test('says in English what it says in Russian', () => {
    const html = renderDocument(prepareDocument(visitContent({ language: 'en' })).bundle, { ...draft, language: 'en' });
    for (const text of ['Date of birth', '67\u00a0years', 'Not signed']) expect(html).toContain(text);
  });

  test('runs nothing and loads nothing, whatever stands in the document', () => {
    const evil = '"><script>alert(1)</script><img src=//x onerror=alert(1)>';
    const { bundle } = prepareDocument(visitContent({ title: evil, kind: { code: '1', name: evil }, sections: [{ code: { code: 'X' }, title: evil, paragraphs: [evil], by: evil }] }));
    const composition = bundle.entry![0]!.resource as Composition;
    composition.section!.push({ title: 'чужое', text: { status: 'additional', div: `<div><script>alert(1)</script><p onclick="x()">цел</p><a href="javascript:x()">ссылка</a></div>` } });
    for (const { resource } of bundle.entry!) {
      if (resource?.resourceType === 'Organization') resource.name = evil;
      if (resource?.resourceType === 'Patient') resource.name = [{ text: evil }];
    }
    const html = renderDocument(bundle, { ...draft, fileName: evil, sha256: evil });
    expect(html).not.toMatch(/<(script|img|a|iframe|link)\b/i);
    expect(html).not.toMatch(/<[^>]*\son\w+=/i);
    expect(html).toContain('<p>цел</p>');
  });

  test('of something that is no document is refused, and a broken one does not break the sheet', () => {
    expect(() => renderDocument({ resourceType: 'Bundle', type: 'document' }, draft)).toThrow(Problem);
    const broken = { resourceType: 'Bundle', type: 'document', entry: [{ resource: { resourceType: 'Composition', title: 5, section: 'x', author: [{}], date: 'x' } }, {}] } as unknown as Bundle;
    expect(renderDocument(broken, draft)).toContain('<h1>5</h1>');
  });

  test('sets Russian text as a typesetter would', () => {
    expect(setSpaces('Принял 5 мг в обед — А. П. Чехов', 'ru')).toBe('Принял 5\u00a0мг в\u00a0обед\u00a0— А.\u00a0П.\u00a0Чехов');
    expect([ageText('1959-03-14', '2026-11-21', 'ru'), ageText('2005-11-21', '2026-11-21', 'ru'), ageText('2004-11-22', '2026-11-21', 'ru'), ageText('2026-04-10', '2026-11-21', 'ru')]).toEqual(['67\u00a0лет', '21\u00a0год', '21\u00a0год', '7\u00a0мес.']);
  });
});
