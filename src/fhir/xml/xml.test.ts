import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { validateResource } from '../validate.ts';
import { readXml, writeXml, XmlReader, XmlRefusal } from './index.ts';

const namespace = 'xmlns="http://hl7.org/fhir"';
/** Numbers as they are written, members in whatever order. */
const exact = (text: string): unknown => JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => (typeof value === 'number' ? `#${context?.source}` : value));
const refusal = (text: string) => {
  try {
    readXml(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof XmlRefusal)) throw error;
    return { reason: error.reason, line: error.line, element: error.element, message: error.message };
  }
};

describe('a resource as XML', () => {
  const patient = {
    text: { div: '<div xmlns="http://www.w3.org/1999/xhtml"><p>Пётр &amp; <b>co</b><br/></p></div>', status: 'generated' },
    contained: [{ id: 'c', resourceType: 'Organization', name: '«Ёж»' }],
    name: [{ _family: { extension: [{ valueString: 'a', url: 'urn:x' }] }, given: ['Анна', null], _given: [null, { id: 'g' }], family: 'О"<&>\n\t' }],
    id: 'p1',
    resourceType: 'Patient',
    active: true,
    _birthDate: { extension: [{ url: 'urn:y', valueBoolean: false }] },
    extension: [{ url: 'urn:z', id: 'e', extension: [{ url: 'in', valueDecimal: 2 }] }],
  };

  it('has its elements in the order of the standard', () => {
    expect(writeXml(JSON.stringify(patient))).toBe(
      `<?xml version="1.0" encoding="UTF-8"?><Patient ${namespace}><id value="p1"/><text><status value="generated"/>${patient.text.div}</text><contained><Organization><id value="c"/><name value="«Ёж»"/></Organization></contained>` +
        '<extension id="e" url="urn:z"><extension url="in"><valueDecimal value="2"/></extension></extension><active value="true"/>' +
        '<name><family value="О&quot;&lt;&amp;&gt;&#10;&#9;"><extension url="urn:x"><valueString value="a"/></extension></family><given value="Анна"/><given id="g"/></name>' +
        '<birthDate><extension url="urn:y"><valueBoolean value="false"/></extension></birthDate></Patient>',
    );
  });

  it('comes back as it was, also when it comes in pieces', () => {
    const xml = writeXml(JSON.stringify(patient), { pretty: true });
    for (const length of [1, 7, 64, xml.length]) {
      const reader = new XmlReader(64);
      for (let at = 0; at < xml.length; at += length) reader.write(xml.slice(at, at + length));
      expect(JSON.parse(reader.close())).toEqual(patient);
    }
  });

  it('keeps decimals as they were written', () => {
    const text = '{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1.00},"component":[{"code":{"text":"y"},"valueQuantity":{"value":66.899999999999991}},{"code":{"text":"z"},"valueQuantity":{"value":1.5e-10}}]}';
    expect(exact(readXml(writeXml(text)))).toEqual(exact(text));
  });

  it('leaves it to validation to name values that are none', () => {
    const text = readXml(`<Patient ${namespace}><active value="yes"/><gender value=""/><gender value="male"/><birthDate/><maritalStatus/><multipleBirthInteger value="01"/></Patient>`);
    expect(validateResource(JSON.parse(text)).map(({ expression }) => expression).sort()).toEqual(expect.arrayContaining(['Patient.active', 'Patient.gender', 'Patient.maritalStatus', 'Patient.multipleBirth.ofType(integer)']));
  });

  it.each([
    ['a document type', `<!DOCTYPE Patient [<!ENTITY x "y">]><Patient ${namespace}><id value="&x;"/></Patient>`, 'doctype'],
    ['an unknown entity', `<Patient ${namespace}><id value="&nbsp;"/></Patient>`, 'syntax'],
    ['an open element', `<Patient ${namespace}><name>`, 'syntax'],
    ['two roots', `<Patient ${namespace}/><Patient ${namespace}/>`, 'syntax'],
    ['an empty document', '', 'syntax'],
    ['another namespace', '<Patient xmlns="urn:other"/>', 'structure'],
    ['no resource', `<Unicorn ${namespace}/>`, 'structure'],
    ['the name of an inherited property', `<Patient ${namespace}><constructor value="1"/></Patient>`, 'structure'],
    ['a prototype', `<Patient ${namespace}><__proto__ value="1"/></Patient>`, 'structure'],
    ['an element that is none', `<Patient ${namespace}><name><shoe value="43"/></name></Patient>`, 'structure'],
    ['an attribute that is none', `<Patient ${namespace}><name use="official"/></Patient>`, 'structure'],
    ['text between elements', `<Patient ${namespace}>Иванова</Patient>`, 'structure'],
    ['an id as an element', `<Patient ${namespace}><name><id value="a"/></name></Patient>`, 'structure'],
    ['two resources in one place', `<Patient ${namespace}><contained><Organization/><Organization/></contained></Patient>`, 'structure'],
    ['no resource where one belongs', `<Patient ${namespace}><contained/></Patient>`, 'structure'],
    ['a narrative that is not XHTML', `<Patient ${namespace}><text><status value="generated"/><div>x</div></text></Patient>`, 'structure'],
    ['deep nesting', `<Patient ${namespace}>${'<extension url="a">'.repeat(100)}${'</extension>'.repeat(100)}</Patient>`, 'deep'],
    ['a deep narrative', `<Patient ${namespace}><text><div xmlns="http://www.w3.org/1999/xhtml">${'<b>'.repeat(300)}${'</b>'.repeat(300)}</div></text></Patient>`, 'deep'],
    ['an element before one that must precede it', `<Patient ${namespace}><birthDate value="1959"/><active value="true"/></Patient>`, 'structure'],
  ])('%s is refused', (_what, text, reason) => {
    expect(refusal(text)?.reason).toBe(reason);
  });

  it('says where it is wrong', () => {
    expect(refusal(`<Patient ${namespace}>\n  <name>\n    <shoe value="43"/>`)).toEqual({ reason: 'structure', line: 3, element: 'Patient.name', message: 'is no element of HumanName: shoe' });
  });

  it('a narrative cannot break out of its document', () => {
    for (const div of ['<div xmlns="http://www.w3.org/1999/xhtml">a</div></text><active value="false"/><text>', '<div>&nbsp;&laquo;x&raquo;</div>', '<div><br></div>', '<!DOCTYPE x><div/>', '\u0000\ud800', '<script xmlns="http://www.w3.org/1999/xhtml"/>']) {
      const back = JSON.parse(readXml(writeXml(JSON.stringify({ resourceType: 'Patient', text: { status: 'generated', div } })))) as { text: { div: string }; active?: boolean };
      expect(back.active).toBeUndefined();
      expect(back.text.div).toMatch(/^<div xmlns="http:\/\/www\.w3\.org\/1999\/xhtml">[^]*<\/div>$/);
    }
  });

  it('no text makes the reader fail otherwise than by saying what is wrong', () => {
    const good = writeXml(JSON.stringify(patient));
    const piece = fc.oneof(fc.constantFrom('<', '>', '/', '"', '&', '&#0;', '&#x1F600;', ']]>', '<![CDATA[', '<!--', '-->', '<?x ?>', '<Patient>', '</Patient>', ' value="1"', 'xmlns:a="b"', '<a:b/>', '\u0000'), fc.string({ maxLength: 8 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(good.length), fc.nat(6), piece), { minLength: 1, maxLength: 4 }), (changes) => {
        const text = changes.reduce((made, [at, cut, added]) => made.slice(0, at) + added + made.slice(at + cut), good);
        let json: string;
        try {
          json = readXml(text);
        } catch (error) {
          if (error instanceof XmlRefusal) return;
          throw error;
        }
        const resource = JSON.parse(json) as object;
        if (validateResource(resource).length === 0) expect(JSON.parse(readXml(writeXml(json)))).toEqual(resource);
      }),
    );
  });
});

const folder = join(import.meta.dirname, '../../../node_modules/hl7.fhir.r4.examples');
describe.runIf(existsSync(folder))('official examples', () => {
  // All 5,306 of them take 40 s: `npm run trial -- xml-examples`.
  it('come back from XML as they were', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.json') && !name.startsWith('.') && name !== 'package.json').filter((_, index) => index % 23 === 0);
    expect(files.length).toBeGreaterThan(200);
    for (const file of files) {
      const text = readFileSync(join(folder, file), 'utf8');
      if (text.length > 200_000) continue;
      expect(exact(readXml(writeXml(text))), file).toEqual(exact(text));
    }
  });
});
