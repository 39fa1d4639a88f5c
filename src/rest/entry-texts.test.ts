import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rewriteReferences } from '../fhir/index.ts';
import { entryTexts, rewriteText, type Replaced } from './entry-texts.ts';

const json = fc.jsonValue({ maxDepth: 4 });

describe('the texts of a Bundle’s entries', () => {
  it('are those that a parser would find, whatever the values and the spacing', () => {
    const entry = fc.record({ fullUrl: fc.string(), before: json, resource: fc.option(json, { nil: undefined }), after: json });
    fc.assert(
      fc.property(fc.array(entry), json, fc.constantFrom(undefined, 1, '\t', 4), (entries, more, indent) => {
        const bundle = { resourceType: 'Bundle', other: more, entry: entries, last: { entry: [1] } };
        const texts = entryTexts(JSON.stringify(bundle, undefined, indent));
        const plain = JSON.parse(JSON.stringify(bundle)) as { entry: { resource?: unknown }[] };
        expect(texts.map((text) => (text === undefined ? undefined : (JSON.parse(text) as unknown)))).toEqual(plain.entry.map(({ resource }) => resource));
      }),
    );
  });

  const rewritten = (text: string, places: Readonly<Record<string, string>>): { text: string; parsed: unknown } => {
    const resource = JSON.parse(text) as { resourceType: string };
    const replaced = new Map<string, Replaced>();
    const map = (reference: string) => (Object.hasOwn(places, reference) ? places[reference] : undefined);
    rewriteReferences(resource, (reference) => {
      const to = map(reference);
      if (to !== undefined) replaced.set(reference, { to, times: (replaced.get(reference)?.times ?? 0) + 1 });
      return to;
    });
    return { text: rewriteText(text, map, replaced) ?? JSON.stringify(resource), parsed: resource };
  };

  it('keep every digit when references are rewritten', () => {
    const text = '{"resourceType":"Observation","subject":{"reference":"urn:uuid:1"},"valueQuantity":{"value":1.00},"component":[{"valueQuantity":{"value":1e2}},{"valueQuantity":{"value":7}}],"status":"final"}';
    expect(rewritten(text, { 'urn:uuid:1': 'Patient/1' }).text).toBe(text.replace('urn:uuid:1', 'Patient/1'));
  });

  it('are not kept in lines and columns', () => {
    const text = '{"resourceType":"Observation","subject":{"reference":"urn:uuid:1"},"valueQuantity":{"value":1.00}}';
    expect(rewritten(text.replaceAll(',', ',\n  '), { 'urn:uuid:1': 'Patient/1' }).text).toBe(text.replace('urn:uuid:1', 'Patient/1'));
  });

  it('say what the parsed resource says, wherever a reference’s words stand besides', () => {
    const word = fc.constantFrom('urn:uuid:1', 'urn:uuid:2', 'Patient/1', 'Patient/2', 'a "quoted": urn:uuid:1', 'urn:uuid:1\\', 'другое');
    const reference = fc.record({ reference: word }, { requiredKeys: [] });
    const observation = fc.record({
      resourceType: fc.constant('Observation'),
      identifier: fc.array(fc.record({ system: word, value: word }), { maxLength: 3 }),
      text: fc.constantFrom({ div: '<div><a href="urn:uuid:1">urn:uuid:1</a></div>' }, { div: '<div>"urn:uuid:2"</div>' }),
      subject: reference, performer: fc.array(reference, { maxLength: 3 }), note: fc.array(fc.record({ text: word }), { maxLength: 2 }),
      valueQuantity: fc.record({ value: fc.double({ noNaN: true, noDefaultInfinity: true }), code: word }),
    });
    const places = fc.dictionary(word, fc.constantFrom('Patient/1', 'Patient/2', 'Patient/3', 'Group/1'), { maxKeys: 4 });
    fc.assert(
      fc.property(observation, places, fc.boolean(), fc.constantFrom(undefined, 2, '\t'), (resource, to, escaped, indent) => {
        const text = JSON.stringify(resource, undefined, indent);
        const given = rewritten(escaped ? text.replace('urn:uuid', 'urn\\u003auuid') : text, to);
        expect(JSON.parse(given.text)).toEqual(JSON.parse(JSON.stringify(given.parsed)));
      }),
    );
  });
});
